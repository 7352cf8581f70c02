use axum::response::Html;

pub mod clerk;

pub async fn orders() -> Html<&'static str> {
    Html("none yet")
}
