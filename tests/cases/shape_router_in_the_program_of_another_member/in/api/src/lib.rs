use axum::response::Html;

pub async fn orders() -> Html<&'static str> {
    Html("none yet")
}
