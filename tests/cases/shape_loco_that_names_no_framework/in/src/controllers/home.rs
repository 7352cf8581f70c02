use loco_rs::prelude::*;

async fn index() -> Result<Response> {
    format::empty()
}

pub fn routes() -> Routes {
    Routes::new().prefix("home").add("/", get(index))
}
