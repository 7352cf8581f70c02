pub mod web;

pub mod clerk;
