//! Values of `Set-Cookie`.

use cookie::time::Duration;
use cookie::{Cookie, SameSite};

use crate::local::server::Local;

/// A year: as long as a browser keeps a cookie at most.
const YEAR: Duration = Duration::days(365);

/// A cookie that scripts of the page read: `__session`, `__client_uat`, `__clerk_db_jwt`.
pub fn open(name: &str, value: &str) -> String {
    Cookie::build((name, value)).path("/").same_site(SameSite::Lax).max_age(YEAR).build().to_string()
}

/// A cookie that only servers read: `__client`, `__refresh`.
pub fn closed(name: &str, value: &str) -> String {
    Cookie::build((name, value)).path("/").same_site(SameSite::Lax).http_only(true).max_age(YEAR).build().to_string()
}

/// A closed cookie that lives for some seconds.
pub fn short(name: &str, value: &str, seconds: i64) -> String {
    let cookie = Cookie::build((name, value)).path("/").same_site(SameSite::Lax).http_only(true);
    cookie.max_age(Duration::seconds(seconds)).build().to_string()
}

/// Takes a cookie away.
pub fn gone(name: &str) -> String {
    Cookie::build((name, "")).path("/").same_site(SameSite::Lax).max_age(Duration::ZERO).build().to_string()
}

/// A cookie's name as the instance alone has it.
pub fn suffixed(local: &Local, name: &str) -> String {
    format!("{name}_{}", local.publishable.suffix)
}
