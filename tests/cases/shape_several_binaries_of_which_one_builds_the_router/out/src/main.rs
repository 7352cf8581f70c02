fn main() {
    let _ = axum::http::StatusCode::OK;
}
