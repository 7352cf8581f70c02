pub mod clerk;
pub mod web;
