use axum::Router;

fn main() {
