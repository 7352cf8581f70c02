use dioxus::prelude::*;

#[cfg(feature = "server")]
mod clerk;

#[cfg(not(feature = "server"))]
fn main() {
    dioxus::launch(app);
}

#[cfg(feature = "server")]
#[tokio::main]
async fn main() {
    let address = dioxus_cli_config::fullstack_address_or_localhost();
    let router = axum::Router::new()
        .serve_dioxus_application(ServeConfig::new(), app)
        .layer(clerk::layer())
        .into_make_service();
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    axum::serve(listener, router).await.unwrap();
}

fn app() -> Element {
    rsx! { "hello" }
}
