pub mod app;
pub mod clerk;
pub mod controllers;
