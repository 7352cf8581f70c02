// clerk-sessions: module/authorization/permissions.rs
//! The user's permissions in the active organization, from a list or from bit masks.
//!
//! Source: @clerk/shared 4.41, jwtPayloadParser.ts.

use super::super::Organization;

/// All permissions, such as `org:projects:read`.
pub(crate) fn list(organization: &Organization, features: &str) -> Vec<String> {
    if let Some(listed) = &organization.listed {
        return listed.clone();
    }
    let names = entries(organization.per.as_ref());
    let masks = entries(organization.fpm.as_ref());
    looked_at(features, &names, &masks, |_| true)
        .filter(|(_, _, is_set)| *is_set)
        .map(|(feature, name, _)| format!("org:{feature}:{name}"))
        .collect()
}

/// Whether a permission is granted. It may be asked for with or without `org:`. What is granted is
/// compared as it is written, as in authorization.ts.
pub(crate) fn holds(organization: &Organization, features: &str, permission: &str) -> bool {
    let wanted = bare(permission);
    if wanted.is_empty() {
        return false;
    }
    if let Some(listed) = &organization.listed {
        let mut listed = listed.iter();
        return listed.any(|one| one.strip_prefix("org:") == Some(wanted));
    }
    let names = entries(organization.per.as_ref());
    let masks = entries(organization.fpm.as_ref());
    let name = |feature: &str| wanted.strip_prefix(feature)?.strip_prefix(':');
    let mut bits = looked_at(features, &names, &masks, |feature| name(feature).is_some());
    bits.any(|(feature, own, is_set)| is_set && name(feature) == Some(own))
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

pub(crate) fn parts(list: &str) -> impl Iterator<Item = &str> + '_ {
    list.split(',').map(|part| part.trim_matches(is_space))
}

/// Whether the `trim` of JavaScript, on which the official parser relies, removes it: a byte order
/// mark, but not U+0085.
fn is_space(character: char) -> bool {
    character == '\u{feff}' || (character.is_whitespace() && character != '\u{85}')
}

/// The entries of a comma-separated list, of which an empty one has none.
fn entries(list: Option<&String>) -> Vec<&str> {
    let list = list.filter(|list| !list.is_empty());
    list.into_iter().flat_map(|list| parts(list)).collect()
}

/// The bits of the features that are asked about: the feature, the name of the permission that the bit
/// stands for, and whether it is set.
///
/// Clerk's SDKs disagree about which mask belongs to a feature. The one for JavaScript counts only
/// the features of the organization; the documentation and the other SDKs count all features. If
/// the two masks differ, this grants only what both of them grant.
///
/// The work is bounded by the length of the lists, which a token of 8 KiB bounds: each list is gone
/// through once, and of a mask no more bits are looked at than it has, four for a digit at most.
pub(crate) fn looked_at<'a>(
    features: &'a str,
    names: &'a [&'a str],
    masks: &'a [&'a str],
    is_asked: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = (&'a str, &'a str, bool)> + 'a {
    let own = parts(features).enumerate().filter_map(|(place, part)| {
        let (scope, feature) = part.split_once(':')?;
        matches!(scope, "o" | "ou" | "uo").then_some((place, feature))
    });
    let asked = own.enumerate();
    let asked = asked.filter(move |(_, (_, feature))| is_asked(feature));
    asked.flat_map(move |(own, (place, feature))| {
        let mask = |at: usize| mask(masks.get(at).copied().unwrap_or_default(), names.len());
        let bits = names.iter().zip(mask(own).into_iter().zip(mask(place)));
        bits.map(move |(name, (one, other))| (feature, *name, one && other))
    })
}

/// The bits of a decimal number of any length, up to a number of them, and a few more; none if there
/// is anything but digits. That takes a multiplication for nine digits and 32 bits: 20,000 for the
/// worst lists of a token.
pub(crate) fn mask(decimal: &str, limit: usize) -> Vec<bool> {
    let mut words: Vec<u64> = Vec::new();
    if !decimal.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
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
            carry = product >> 32;
        }
        if carry > 0 && words.len() * 32 < limit {
            words.push(carry);
        }
    }
    let bits = |word: u64| (0..32).map(move |bit| (word >> bit) & 1 == 1);
    words.into_iter().flat_map(bits).collect()
}
