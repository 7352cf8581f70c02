// clerk-sessions: module/permissions.rs
//! The user's permissions in the active organization, from a list or from bit masks.
//!
//! Source: @clerk/shared 4.41, jwtPayloadParser.ts.

/// Permissions, in the form of either version of the token.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Grants<'a> {
    /// Version 1: a list.
    List(&'a [Box<str>]),
    /// Version 2: the names of permissions, and for each feature a mask that selects among them.
    Masks { names: &'a str, masks: &'a str },
}

/// All permissions, such as `org:projects:read`.
pub(crate) fn list(grants: Grants<'_>, features: &str) -> Vec<String> {
    match grants {
        Grants::List(list) => list.iter().map(|one| one.clone().into()).collect(),
        Grants::Masks { names, masks } => granted(features, names, masks)
            .map(|(feature, name)| format!("org:{feature}:{name}"))
            .collect(),
    }
}

/// Whether a permission is granted. It may be asked for with or without `org:`. What is granted is
/// compared as it is written, as in authorization.ts.
pub(crate) fn holds(grants: Grants<'_>, features: &str, permission: &str) -> bool {
    let wanted = bare(permission);
    if wanted.is_empty() {
        return false;
    }
    match grants {
        Grants::List(list) => list
            .iter()
            .any(|one| one.strip_prefix("org:") == Some(wanted)),
        Grants::Masks { names, masks } => granted(features, names, masks).any(|(feature, name)| {
            let rest = wanted.strip_prefix(feature);
            rest.and_then(|rest| rest.strip_prefix(':')) == Some(name)
        }),
    }
}

/// A role or permission without the prefix `org:`, even a repeated one.
pub(crate) fn bare(text: &str) -> &str {
    let mut text = text;
    while let Some(rest) = text.strip_prefix("org:") {
        text = rest;
    }
    text
}

/// Whether every entry of a list of features or plans has a scope.
pub(crate) fn are_scoped(features: &str) -> bool {
    features.is_empty() || parts(features).all(|feature| feature.contains(':'))
}

/// The entries of a comma-separated list.
pub(crate) fn parts(list: &str) -> impl Iterator<Item = &str> + '_ {
    list.split(',').map(|part| part.trim_matches(is_space))
}

/// Whether the `trim` of JavaScript, on which the official parser relies, removes it: a byte order
/// mark, but not U+0085.
fn is_space(character: char) -> bool {
    character == '\u{feff}' || (character.is_whitespace() && character != '\u{85}')
}

/// Every feature and permission name whose bit is set.
///
/// Clerk's SDKs disagree about which mask belongs to a feature. The one for JavaScript counts only
/// the features of the organization; the documentation and the other SDKs count all features. If
/// the two masks differ, this grants only what both of them grant.
fn granted<'a>(
    features: &'a str,
    names: &'a str,
    masks: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
    let known: Vec<Option<Mask>> = if names.is_empty() {
        Vec::new()
    } else {
        parts(masks).map(Mask::parse).collect()
    };
    let mut own = 0;
    let mut found = Vec::new();
    for (place, part) in parts(features).enumerate() {
        let Some(("o" | "ou" | "uo", feature)) = part.split_once(':') else {
            continue;
        };
        let masks = (known.get(own), known.get(place));
        own += 1;
        if let (Some(Some(one)), Some(Some(other))) = masks {
            let set = move |bit: &usize| one.has(*bit) && other.has(*bit);
            let names = parts(names).enumerate();
            found.extend(
                names
                    .filter(|(bit, _)| set(bit))
                    .map(|(_, name)| (feature, name)),
            );
        }
    }
    found.into_iter()
}

/// A decimal number of any length, as binary words.
struct Mask(Vec<u64>);

/// The bits in each word of a mask.
const WORD: usize = 32;

impl Mask {
    /// Reads a mask, unless there is anything but digits.
    fn parse(decimal: &str) -> Option<Self> {
        if decimal.is_empty() || !decimal.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let mut words: Vec<u64> = Vec::new();
        for nine_digits in decimal.as_bytes().chunks(9) {
            let mut carry = 0;
            let mut scale = 1;
            for digit in nine_digits {
                carry = carry * 10 + u64::from(digit - b'0');
                scale *= 10;
            }
            for word in &mut words {
                let product = *word * scale + carry;
                *word = product & u64::from(u32::MAX);
                carry = product >> WORD;
            }
            if carry > 0 {
                words.push(carry);
            }
        }
        Some(Self(words))
    }

    fn has(&self, bit: usize) -> bool {
        let word = self.0.get(bit / WORD);
        word.is_some_and(|word| (word >> (bit % WORD)) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(features: &str, names: &str, masks: &str) -> Vec<String> {
        list(Grants::Masks { names, masks }, features)
    }

    #[test]
    fn masks_name_permissions() {
        let all = of("o:dashboard,o:teams", "manage,read", "3,2");
        assert_eq!(
            all,
            [
                "org:dashboard:manage",
                "org:dashboard:read",
                "org:teams:read"
            ]
        );
        assert!(of("o:a", "read", "").is_empty());
        assert!(of("o:a", "read", "-1").is_empty());
        assert!(of("u:a", "read", "1").is_empty());
    }

    #[test]
    fn a_granted_permission_is_compared_as_it_is_written() {
        let holds = |one: &str, wanted| holds(Grants::List(&[one.into()]), "", wanted);
        assert!(holds("org:a:read", "a:read"));
        assert!(holds("org:a:read", "org:org:a:read"));
        assert!(!holds("a:read", "org:a:read"));
        assert!(!holds("org:a:read", ""));
    }

    #[test]
    fn if_the_sdks_disagree_only_what_both_grant_is_granted() {
        assert!(of("u:x,o:y", "read,manage", "0,3").is_empty());
        assert_eq!(of("u:x,o:y", "read,manage", "1,3"), ["org:y:read"]);
    }

    #[test]
    fn masks_may_be_of_any_length() {
        let names: Vec<String> = (0..200).map(|bit| format!("p{bit}")).collect();
        let power = "1606938044258990275541962092341162602522202993782792835301376";
        assert!(of("o:a", &names.join(","), power).is_empty());
        let names: Vec<String> = (0..201).map(|bit| format!("p{bit}")).collect();
        assert_eq!(of("o:a", &names.join(","), power), ["org:a:p200"]);
    }
}
