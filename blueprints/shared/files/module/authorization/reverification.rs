// clerk-sessions: module/authorization/reverification.rs
//! How recently a user must have verified their credentials.
//!
//! Source: @clerk/shared 4.41, authorization.ts and authorization-errors.ts.

/// Which factors must have been verified, and within how many minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reverification {
    level: Level,
    after_minutes: u32,
}

/// Which factors must have been verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The first factor, such as a password.
    First,
    /// The second factor, or the first if the user has no second.
    Second,
    /// Both factors, or the first if the user has no second.
    Multi,
}

impl Reverification {
    /// Both factors within 10 minutes.
    pub const STRICT_MFA: Self = Self::within(Level::Multi, 10);
    /// The second factor within 10 minutes.
    pub const STRICT: Self = Self::within(Level::Second, 10);
    /// The second factor within an hour.
    pub const MODERATE: Self = Self::within(Level::Second, 60);
    /// The second factor within a day.
    pub const LAX: Self = Self::within(Level::Second, 1440);

    /// A rule of your own. With 0 minutes, nobody meets it.
    #[must_use]
    pub const fn within(level: Level, after_minutes: u32) -> Self {
        Self {
            level,
            after_minutes,
        }
    }

    /// Whether the ages of the two factors meet the rule. They are in minutes, and -1 means never.
    ///
    /// An age of exactly the limit is too old.
    pub(crate) fn is_met(self, ages: Option<(f64, f64)>) -> bool {
        let Some((first, second)) = ages else {
            return false;
        };
        let is_age = |age: f64| age.is_finite() && (age >= 0.0 || age.total_cmp(&-1.0).is_eq());
        if !is_age(first) || !is_age(second) || (first < 0.0 && second < 0.0) {
            return false;
        }
        let fresh = |age: f64| age >= 0.0 && age < f64::from(self.after_minutes);
        match self.level {
            Level::First => fresh(first),
            Level::Second | Level::Multi if second < 0.0 => fresh(first),
            Level::Second => fresh(second),
            Level::Multi => fresh(first) && fresh(second),
        }
    }

    /// The JSON that tells Clerk's frontend what to ask of the user.
    pub(crate) fn to_json(self) -> String {
        let preset = match self {
            Self::STRICT_MFA => "\"strict_mfa\"",
            Self::STRICT => "\"strict\"",
            Self::MODERATE => "\"moderate\"",
            Self::LAX => "\"lax\"",
            Self {
                level,
                after_minutes,
            } => {
                let level = level.name();
                return format!(r#"{{"level":"{level}","afterMinutes":{after_minutes}}}"#);
            }
        };
        preset.to_owned()
    }
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::First => "first_factor",
            Self::Second => "second_factor",
            Self::Multi => "multi_factor",
        }
    }
}
