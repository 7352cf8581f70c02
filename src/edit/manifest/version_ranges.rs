//! Compares version requirements: would what the host has do for us?

use semver::{Comparator, Op, Version, VersionReq};

type Triple = (u64, u64, u64);

/// The versions from `low` up to, not including, `high`. Pre-releases count as their release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    low: Triple,
    high: Triple,
}

const END: Triple = (u64::MAX, 0, 0);

/// How a host's requirement suits ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It can be used as it is.
    Fits,
    /// It can be used, but the lock file holds a version that is too old.
    Locked(Version),
    /// It cannot be used, and cargo allows no second version beside it.
    Pinned,
    /// It cannot be used; another version can stand beside it.
    Apart,
}

/// Judges a host's requirement by the range that we accept, the requirement that we would write, and the locked versions.
pub fn judge(found: &str, accepts: &str, ours: &str, locked: &[Version]) -> Fit {
    let (Some(found_range), Some(accepted), Some(our_range)) = (range(found), range(accepts), range(ours)) else {
        return Fit::Apart;
    };
    let both = found_range.intersection(accepted);
    if both.is_empty() {
        let line = line_of(our_range.low);
        return if found_range.intersection(line).is_empty() { Fit::Apart } else { Fit::Pinned };
    }
    let Some(held) = locked.iter().filter(|version| found_range.holds(version)).max() else { return Fit::Fits };
    if accepted.holds(held) {
        Fit::Fits
    } else if line_of(triple(held)).intersection(both).is_empty() {
        Fit::Apart
    } else {
        Fit::Locked(held.clone())
    }
}

/// Whether two requirements have a version in common.
pub fn overlap(one: &str, other: &str) -> bool {
    match (range(one), range(other)) {
        (Some(one), Some(other)) => !one.intersection(other).is_empty(),
        _ => false,
    }
}

/// Whether a version is in the range of a requirement.
pub fn holds(requirement: &str, version: &Version) -> bool {
    range(requirement).is_some_and(|range| range.holds(version))
}

impl Range {
    fn intersection(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    fn is_empty(self) -> bool {
        self.low >= self.high
    }

    fn holds(self, version: &Version) -> bool {
        (self.low..self.high).contains(&triple(version))
    }
}

fn range(requirement: &str) -> Option<Range> {
    let requirement = VersionReq::parse(requirement.trim()).ok()?;
    let all = Range { low: (0, 0, 0), high: END };
    Some(requirement.comparators.iter().fold(all, |range, comparator| range.intersection(range_of(comparator))))
}

fn range_of(comparator: &Comparator) -> Range {
    let low = (comparator.major, comparator.minor.unwrap_or(0), comparator.patch.unwrap_or(0));
    // The first version after all that have the written parts: `1` gives 2.0.0, `1.2` gives 1.3.0.
    let after = match (comparator.minor, comparator.patch) {
        (None, _) => (low.0.saturating_add(1), 0, 0),
        (Some(minor), None) => (low.0, minor.saturating_add(1), 0),
        (Some(minor), Some(patch)) => (low.0, minor, patch.saturating_add(1)),
    };
    match comparator.op {
        Op::Greater => Range { low: after, high: END },
        Op::GreaterEq => Range { low, high: END },
        Op::Less => Range { low: (0, 0, 0), high: low },
        Op::LessEq => Range { low: (0, 0, 0), high: after },
        Op::Tilde => {
            Range { low, high: if comparator.patch.is_some() { (low.0, low.1.saturating_add(1), 0) } else { after } }
        }
        Op::Caret if low.0 == 0 && low.1 == 0 && comparator.patch.is_none() => Range { low, high: after },
        Op::Caret => Range { low, high: line_of(low).high },
        _ => Range { low, high: after },
    }
}

/// All versions that cargo takes for compatible with this one; it allows only one of them in a tree.
fn line_of((major, minor, patch): Triple) -> Range {
    match (major, minor) {
        (0, 0) => Range { low: (0, 0, patch), high: (0, 0, patch.saturating_add(1)) },
        (0, minor) => Range { low: (0, minor, 0), high: (0, minor.saturating_add(1), 0) },
        (major, _) => Range { low: (major, 0, 0), high: (major.saturating_add(1), 0, 0) },
    }
}

fn triple(version: &Version) -> Triple {
    (version.major, version.minor, version.patch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judgements() {
        let version = |text: &str| Version::parse(text).unwrap();
        for (found, accepts, ours, locked, expected) in [
            ("0.22", ">=0.21, <0.24", "0.23", vec![], Fit::Fits),
            ("0.13", ">=0.21, <0.24", "0.23", vec![], Fit::Apart),
            ("0.24", ">=0.21, <0.24", "0.23", vec![], Fit::Apart),
            ("1", ">=1.17, <2", "1.17", vec![], Fit::Fits),
            ("1", ">=1.17, <2", "1.17", vec!["1.20.0"], Fit::Fits),
            ("1", ">=1.17, <2", "1.17", vec!["1.2.0"], Fit::Locked(version("1.2.0"))),
            ("=1.2.0", ">=1.17, <2", "1.17", vec![], Fit::Pinned),
            ("~1.2", ">=1.17, <2", "1.17", vec![], Fit::Pinned),
            (">=1.2, <1.17", ">=1.17, <2", "1.17", vec![], Fit::Pinned),
            ("=1.17.0", ">=1.17, <2", "1.17", vec![], Fit::Fits),
            ("*", ">=1.17, <2", "1.17", vec![], Fit::Fits),
            ("*", ">=1.17, <2", "1.17", vec!["0.3.0"], Fit::Apart),
            (">=0.13", ">=0.21, <0.24", "0.23", vec!["0.13.0"], Fit::Apart),
            ("0.11.0-rc.2", ">=0.10, <0.12", "0.11", vec![], Fit::Fits),
            ("1.*", ">=1.17, <2", "1.17", vec![], Fit::Fits),
            ("what", ">=1", "1", vec![], Fit::Apart),
        ] {
            let locked: Vec<Version> = locked.into_iter().map(version).collect();
            assert_eq!(judge(found, accepts, ours, &locked), expected, "{found}");
        }
    }

    #[test]
    fn ranges_agree_with_semver() {
        let versions: Vec<Version> = (0..3)
            .flat_map(|major| (0..4).flat_map(move |minor| (0..4).map(move |patch| Version::new(major, minor, patch))))
            .collect();
        for operator in ["", "^", "~", "=", ">", ">=", "<", "<="] {
            for number in ["0", "0.0", "0.0.2", "0.2", "0.2.1", "1", "1.2", "1.2.3"] {
                let text = format!("{operator}{number}");
                let requirement = VersionReq::parse(&text).unwrap();
                for version in &versions {
                    assert_eq!(holds(&text, version), requirement.matches(version), "{text} {version}");
                }
            }
        }
    }
}
