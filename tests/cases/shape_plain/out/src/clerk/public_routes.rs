// clerk-sessions: module/public_routes.rs
//! The few routes that need no session where everything else does.
//!
//! A route is compared as it stands in the request, byte by byte. Whatever is spelled in another
//! way (`%70`, `//`, `/./`, a slash at the end, another case) is not on the list and so protected.

/// Routes that need no session. There is no list of protected ones: that would fail open.
#[derive(Debug, Clone, Default)]
pub struct PublicRoutes {
    routes: Vec<(String, String)>,
}

impl PublicRoutes {
    /// No route at all.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a method and a path, such as `"GET"` and `"/health"`.
    ///
    /// The path has no parameters: a pattern would cover more specific routes that were meant to be
    /// protected. A router of public pages is better merged outside of the guarded one.
    #[must_use]
    pub fn route(mut self, method: &str, path: &str) -> Self {
        self.routes.push((method.to_owned(), path.to_owned()));
        self
    }

    /// Adds a path for `GET`.
    #[must_use]
    pub fn get(self, path: &str) -> Self {
        self.route("GET", path)
    }

    /// Adds a path for `POST`, such as that of a webhook.
    #[must_use]
    pub fn post(self, path: &str) -> Self {
        self.route("POST", path)
    }

    /// Whether a request goes to one of them.
    pub(crate) fn contains(&self, method: &str, path: &str) -> bool {
        let listed = |route: &(String, String)| route.0 == method && route.1 == path;
        is_plain(path) && self.routes.iter().any(listed)
    }
}

/// A path that every router reads in the same way.
fn is_plain(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'\\' | b';');
    let Some(segments) = path.strip_prefix('/') else {
        return false;
    };
    let proper = |segment: &str| !matches!(segment, "" | "." | "..");
    path.bytes().all(plain) && (segments.is_empty() || segments.split('/').all(proper))
}
