use axum::{Router, routing::MethodRouter};

pub struct Server {
    pub router: Router,
}

impl Server {
    pub fn new() -> Self {
        Self { router: Router::new() }
    }

    pub fn with(self, path: &str, handler: MethodRouter) -> Self {
        Self { router: self.router.route(path, handler) }
    }
}
