//! Features and permissions as session tokens of version 2 carry them: a list of features, a list of permission names, and
//! for each feature a decimal number whose bits say which of the names it has.

/// The organization's part of a token.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Masks {
    /// `per`: the names, such as `read,manage`.
    pub names: String,
    /// `fpm`: a mask for each feature of `fea`, in its order.
    pub masks: String,
}

/// Masks over the organization's features, in their order. Permissions are written `org:<feature>:<name>`; those of the
/// system (`org:sys_…`) are never in a token.
pub fn of(features: &[&str], permissions: &[String]) -> Masks {
    let parts: Vec<(&str, &str)> = permissions.iter().filter_map(|permission| custom(permission)).collect();
    let known = |(feature, _): &&(&str, &str)| features.contains(feature);
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in parts.iter().filter(known) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Masks::default();
    }
    let has = |feature: &str, name: &str| parts.contains(&(feature, name));
    let mask = |feature: &&str| decimal(names.iter().map(|name| has(feature, name)));
    Masks { names: names.join(","), masks: features.iter().map(mask).collect::<Vec<_>>().join(",") }
}

/// Feature and name of a permission that is not the system's.
pub fn custom(permission: &str) -> Option<(&str, &str)> {
    let (feature, name) = permission.strip_prefix("org:")?.split_once(':')?;
    (!feature.starts_with("sys_")).then_some((feature, name))
}

/// A number of any size in decimal, from its bits, the lowest first.
fn decimal(bits: impl DoubleEndedIterator<Item = bool>) -> String {
    let mut digits = vec![0_u8];
    for bit in bits.rev() {
        let mut carry = u8::from(bit);
        for digit in &mut digits {
            let doubled = *digit * 2 + carry;
            (*digit, carry) = (doubled % 10, doubled / 10);
        }
        if carry > 0 {
            digits.push(carry);
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Masks, decimal, of};

    fn masks(features: &[&str], permissions: &[&str]) -> Masks {
        of(features, &permissions.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_documented_example_comes_out() {
        let given = ["org:dashboard:manage", "org:dashboard:read", "org:teams:read", "org:sys_profile:manage"];
        let expected = Masks { names: "manage,read".to_owned(), masks: "3,2".to_owned() };
        assert_eq!(masks(&["dashboard", "teams"], &given), expected);
    }

    #[test]
    fn a_feature_without_permissions_keeps_its_place() {
        let expected = Masks { names: "read".to_owned(), masks: "0,1".to_owned() };
        assert_eq!(masks(&["a", "b"], &["org:b:read", "org:unknown:write"]), expected);
        assert_eq!(masks(&["a"], &["org:sys_memberships:read"]), Masks::default());
    }

    #[test]
    fn a_mask_has_any_width() {
        assert_eq!(decimal([].into_iter()), "0");
        assert_eq!(decimal((0..128).map(|bit| bit == 127)), "170141183460469231731687303715884105728");
        assert_eq!(decimal((0..130).map(|bit| bit == 129)), "680564733841876926926749214863536422912");
    }
}
