//! What stays open: a WebSocket, and events that the server sends.

use actix_web::{web, HttpRequest, HttpResponse};

pub async fn events() -> HttpResponse {
    let user = "nobody".to_owned();
    HttpResponse::Ok()
        .content_type("text/event-stream")
        .body(format!("data: {user}\n\n"))
}

pub async fn live(request: HttpRequest, body: web::Payload) -> actix_web::Result<HttpResponse> {
    let user = "nobody".to_owned();
    let (response, mut socket, _) = actix_ws::handle(&request, body)?;
    actix_web::rt::spawn(async move {
        let _ = socket.text(user).await;
        let _ = socket.close(None).await;
    });
    Ok(response)
}
