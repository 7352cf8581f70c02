// clerk-sessions: module/web/response.rs
//! A rejection as an Actix Web error, and so as a response.

use «crates.actix_web»::http::StatusCode;
use «crates.actix_web»::{HttpResponse, ResponseError};

use super::super::Rejection;

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::UNAUTHORIZED)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        for header in self.headers() {
            response.insert_header(header);
        }
        response.body(self.body())
    }
}
