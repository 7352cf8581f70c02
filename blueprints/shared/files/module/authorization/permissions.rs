// clerk-sessions: module/authorization/permissions.rs
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
        Grants::Masks { names, masks } => {
            let (names, masks) = (entries(names), entries(masks));
            looked_at(features, &names, &masks, |_| true)
                .filter(|bit| bit.is_set)
                .map(|bit| format!("org:{}:{}", bit.feature, bit.name))
                .collect()
        }
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
        Grants::Masks { names, masks } => {
            let (names, masks) = (entries(names), entries(masks));
            let name = |feature: &str| wanted.strip_prefix(feature)?.strip_prefix(':');
            let is_asked = |feature: &str| name(feature).is_some();
            let mut bits = looked_at(features, &names, &masks, is_asked);
            bits.any(|bit| bit.is_set && name(bit.feature) == Some(bit.name))
        }
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

/// The entries of a comma-separated list, of which an empty one has none.
fn entries(list: &str) -> Vec<&str> {
    let list = Some(list).filter(|list| !list.is_empty());
    list.into_iter().flat_map(parts).collect()
}

/// A bit of the mask of a feature, and the name of the permission that it stands for.
struct Bit<'a> {
    feature: &'a str,
    name: &'a str,
    is_set: bool,
}

/// The bits of the features that are asked about.
///
/// Clerk's SDKs disagree about which mask belongs to a feature. The one for JavaScript counts only
/// the features of the organization; the documentation and the other SDKs count all features. If
/// the two masks differ, this grants only what both of them grant.
///
/// The work is bounded by the length of the lists, which a token of 8 KiB bounds: each list is gone
/// through once, and of a mask no more bits are looked at than it has, four for a digit at most.
fn looked_at<'a>(
    features: &'a str,
    names: &'a [&'a str],
    masks: &'a [&'a str],
    is_asked: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = Bit<'a>> + 'a {
    let own = parts(features).enumerate().filter_map(|(place, part)| {
        let (scope, feature) = part.split_once(':')?;
        matches!(scope, "o" | "ou" | "uo").then_some((place, feature))
    });
    let asked = own
        .enumerate()
        .filter(move |(_, (_, feature))| is_asked(feature));
    asked.flat_map(move |(own, (place, feature))| {
        let mask = |at: usize| Mask::parse(masks.get(at).copied().unwrap_or_default(), names.len());
        let (one, other) = (mask(own), mask(place));
        let known = names.iter().take(one.width().min(other.width()));
        known.enumerate().map(move |(bit, name)| Bit {
            feature,
            name,
            is_set: one.has(bit) && other.has(bit),
        })
    })
}

/// A decimal number of any length, as binary words.
struct Mask(Vec<u64>);

/// The bits in each word of a mask.
const WORD: usize = 32;

impl Mask {
    /// Reads a mask, up to a number of bits; without any if there is anything but digits. That takes a
    /// multiplication for nine digits and 32 bits: 20,000 for the worst lists of a token.
    fn parse(decimal: &str, bits: usize) -> Self {
        let mut words: Vec<u64> = Vec::new();
        if !decimal.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self(words);
        }
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
            if carry > 0 && words.len() * WORD < bits {
                words.push(carry);
            }
        }
        Self(words)
    }

    /// The place above the highest bit.
    fn width(&self) -> usize {
        let below = self.0.len().saturating_sub(1) * WORD;
        let top = self.0.last().copied().unwrap_or_default();
        below + (u64::BITS - top.leading_zeros()) as usize
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

    /// As many as fit into a token: not every feature is held against every name.
    #[test]
    fn no_more_bits_are_looked_at_than_there_are() {
        let features: Vec<String> = (0..330).map(|at| format!("o:{at}")).collect();
        let names: Vec<String> = (0..600).map(|at| format!("{at}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let masks = vec!["4294967295"; 330];
        let looked_at = |asked: Option<&str>| {
            let is_asked = |feature: &str| asked.is_none_or(|asked| asked == feature);
            looked_at(&features.join(","), &names, &masks, is_asked).count()
        };
        assert_eq!(looked_at(None), 330 * 32);
        assert_eq!(looked_at(Some("7")), 32);
    }

    #[test]
    fn a_mask_of_a_whole_token_is_read_no_further_than_there_are_names() {
        let mask = Mask::parse(&"9".repeat(8192), 40);
        assert_eq!(mask.0.len(), 2);
        assert_eq!(Mask::parse(&"9".repeat(19), 64).width(), 64);
        assert_eq!(Mask::parse("000", 64).width(), 0);
    }
}
