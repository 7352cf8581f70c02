pub fn router() -> rspc::Router {
    rspc::Router::new().query("version", |t| t(|_, _: ()| "1")).build()
}
