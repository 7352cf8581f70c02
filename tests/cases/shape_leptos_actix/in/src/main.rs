#[cfg(feature = "ssr")]
#[actix_web::main]
async fn main() -> std::io::Result<()> {
    use actix_files::Files;
    use actix_web::*;
    use leptos::prelude::*;
    use leptos_actix::{generate_route_list, LeptosRoutes};
    use shop::app::App as Page;

    let conf = get_configuration(None).unwrap();
    let addr = conf.leptos_options.site_addr;
    HttpServer::new(move || {
        let routes = generate_route_list(Page);
        let site_root = conf.leptos_options.site_root.to_string();
        App::new().leptos_routes(routes, Page).service(Files::new("/", site_root))
    })
    .bind(&addr)?
    .run()
    .await
}

#[cfg(not(feature = "ssr"))]
pub fn main() {}
