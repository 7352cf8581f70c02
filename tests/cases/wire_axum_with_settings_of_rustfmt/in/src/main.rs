use axum::{routing::get, Router};

#[tokio::main]
async fn main() {
	let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
	axum::serve(listener, app()).await.unwrap();
}

fn app() -> Router {
	Router::new().route("/", get(hello)).route("/bye", get(goodbye))
}

async fn hello() -> &'static str {
	"hello"
}

async fn goodbye() -> &'static str {
	"good bye"
}
