// clerk-sessions: module/authorization/public_routes.rs
//! The few routes that need no session in a router where all others do.
//!
//! A route is compared with the whole path of the request, byte by byte, however routers are nested.
//! A path that is spelled in another way (`%70`, `//`, `/./`, a trailing slash, another case) is not
//! on the list, and so it is protected.

use super::super::web::GET_ANSWERS_HEAD;

/// Routes that need no session. There is no list of protected routes, because it would fail open.
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

    /// Whether a request is for one of these routes.
    pub(crate) fn contains(&self, method: &str, path: &str) -> bool {
        let by_get = GET_ANSWERS_HEAD && method == "HEAD";
        let covers = |own: &str| own == method || (by_get && own == "GET");
        let listed = |route: &(String, String)| covers(&route.0) && route.1 == path;
        is_plain(path) && self.routes.iter().any(listed)
    }
}

/// Whether every router reads this path in the same way.
fn is_plain(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'\\' | b';');
    let Some(segments) = path.strip_prefix('/') else {
        return false;
    };
    let proper = |segment: &str| !matches!(segment, "" | "." | "..");
    path.bytes().all(plain) && (segments.is_empty() || segments.split('/').all(proper))
}
