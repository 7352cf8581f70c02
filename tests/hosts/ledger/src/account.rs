//! Who is signed in.

use actix_web::web::{self, ServiceConfig};

async fn me() -> String {
    "nobody".to_owned()
}

pub fn routes(config: &mut ServiceConfig) {
    config.route("/me", web::get().to(me));
}
