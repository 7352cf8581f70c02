use axum::Router;

mod r#clerk {
    pub fn office() {}
}

fn main() {
    clerk::office();
    let _: Router = Router::new();
}
