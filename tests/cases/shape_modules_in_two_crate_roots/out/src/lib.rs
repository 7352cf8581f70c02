pub mod clerk;
pub mod routes;
