// clerk-sessions: module/authorization/mod.rs
//! What a user may do: conditions on a session, and what a guard asks of the requests to its routes.
//!
//! Source: @clerk/shared 4.41, authorization.ts and authorization-errors.ts.

pub(crate) mod permissions;

use super::web::GET_ANSWERS_HEAD;
use super::{Claims, Rejection, Session};

/// Conditions that must all hold, such as `Check::new().role("org:admin").plan("pro")`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct Check {
    role: Option<String>,
    permission: Option<String>,
    feature: Option<String>,
    plan: Option<String>,
    reverification: Option<Reverification>,
}

impl Check {
    /// A check without conditions, which no session passes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for a role, such as `org:admin`.
    pub fn role(mut self, role: impl Into<String>) -> Self {
        self.role = Some(role.into());
        self
    }

    /// Asks for a permission, such as `org:projects:read`.
    pub fn permission(mut self, permission: impl Into<String>) -> Self {
        self.permission = Some(permission.into());
        self
    }

    /// Asks for a feature, such as `o:reports`.
    pub fn feature(mut self, feature: impl Into<String>) -> Self {
        self.feature = Some(feature.into());
        self
    }

    /// Asks for a plan, such as `u:pro`.
    pub fn plan(mut self, plan: impl Into<String>) -> Self {
        self.plan = Some(plan.into());
        self
    }

    /// Asks that the user has verified their credentials recently.
    pub fn reverification(mut self, reverification: Reverification) -> Self {
        self.reverification = Some(reverification);
        self
    }

    pub(crate) fn holds(&self, claims: &Claims) -> bool {
        let wanted = |one: &Option<String>, holds: fn(&Claims, &str) -> bool| {
            one.as_deref().map(|one| holds(claims, one))
        };
        let answers = [
            wanted(&self.role, Claims::has_role),
            wanted(&self.permission, Claims::has_permission),
            wanted(&self.feature, Claims::has_feature),
            wanted(&self.plan, Claims::has_plan),
            self.reverification.map(|wanted| wanted.is_met(claims.fva)),
        ];
        answers.contains(&Some(true)) && !answers.contains(&Some(false))
    }
}

/// What a guard asks of the requests to its routes.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) public: PublicRoutes,
    pub(crate) requires: Requirement,
    pub(crate) wanted: String,
}

pub(crate) type Requirement = fn(&Session, &str) -> Result<(), Rejection>;

/// The few routes that need no session in a router where all others do. There is no list of protected
/// routes, because it would fail open.
///
/// A route is compared with the whole path of the request, byte by byte, however routers are nested.
/// A path that is spelled in another way (`%70`, `//`, `/./`, a trailing slash, another case) is not
/// on the list, and so it is protected.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct PublicRoutes {
    routes: Vec<(String, String)>,
}

impl PublicRoutes {
    /// An empty list.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a method and a whole path, such as `"GET"` and `"/api/health"`.
    ///
    /// The path is literal. A pattern could cover more specific routes that were meant to be
    /// protected, so keep a router of public pages outside the guarded one.
    pub fn route(mut self, method: &str, path: &str) -> Self {
        self.routes.push((method.to_owned(), path.to_owned()));
        self
    }

    /// Adds a path for `GET`, and for `HEAD` where the framework answers it by the same route.
    pub fn get(self, path: &str) -> Self {
        self.route("GET", path)
    }

    /// Adds a path for `POST`, such as the one of a webhook.
    pub fn post(self, path: &str) -> Self {
        self.route("POST", path)
    }

    pub(crate) fn contains(&self, method: &str, path: &str) -> bool {
        let by_get = GET_ANSWERS_HEAD && method == "HEAD";
        let covers = |own: &str| own == method || (by_get && own == "GET");
        let mut routes = self.routes.iter();
        is_plain(path) && routes.any(|(own, route)| covers(own) && route == path)
    }
}

/// Whether every router reads this path in the same way.
fn is_plain(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'\\' | b';');
    let proper = |segment: &str| !matches!(segment, "" | "." | "..");
    let segments = path.strip_prefix('/');
    let proper = segments.is_some_and(|all| all.is_empty() || all.split('/').all(proper));
    proper && path.bytes().all(plain)
}

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
            Self::STRICT_MFA => "strict_mfa",
            Self::STRICT => "strict",
            Self::MODERATE => "moderate",
            Self::LAX => "lax",
            Self {
                level,
                after_minutes,
            } => {
                let level = match level {
                    Level::First => "first_factor",
                    Level::Second => "second_factor",
                    Level::Multi => "multi_factor",
                };
                return format!(r#"{{"level":"{level}","afterMinutes":{after_minutes}}}"#);
            }
        };
        format!("\"{preset}\"")
    }
}

/// Whether a list such as `o:reports,u:export` has an entry. If it is asked for without a scope, any
/// scope will do.
///
/// As in the official SDK, a list that has an entry without a scope grants nothing. Stricter: a
/// name with a colon is never found, where that SDK looks for the part before the colon.
pub(crate) fn listed(list: &str, wanted: &str) -> bool {
    let (scope, name) = match wanted.split_once(':') {
        Some(("o" | "org" | "organization", name)) => (Some('o'), name),
        Some(("u" | "user", name)) => (Some('u'), name),
        Some(_) => return false,
        None => (None, wanted),
    };
    let is_wanted = |entry: &str| {
        let (own, entry) = entry.split_once(':').unwrap_or_default();
        let scoped = matches!(own, "o" | "u" | "ou" | "uo");
        scoped && entry == name && scope.is_none_or(|scope| own.contains(scope))
    };
    let is_name = !name.is_empty() && !name.contains(':');
    is_name && permissions::are_scoped(list) && permissions::parts(list).any(is_wanted)
}
