mod routes;

pub use routes::router;
