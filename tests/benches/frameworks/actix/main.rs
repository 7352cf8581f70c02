//! The same handler in Actix Web three times.

#[expect(dead_code, reason = "other benches use more of it")]
mod instance;
mod measure;

use std::sync::mpsc::{Sender, channel};

use actix_web::{App, HttpServer, web};

use clerk::{Session, Verifier, data_with, require_session};
use measure::PATHS;

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let instance = runtime.block_on(instance::Instance::start());
    let verifier = instance.verifier(|builder| builder);
    let (ready, address) = channel();
    std::thread::spawn(move || serve(verifier, ready));
    measure::measure(&address.recv().expect("a server"), &instance);
}

#[actix_web::main]
async fn serve(verifier: Verifier, ready: Sender<String>) {
    let [none, warm, guard] = PATHS;
    let app = move || {
        let guarded = web::resource(guard).wrap(require_session()).route(web::get().to(async || "hello"));
        App::new()
            .app_data(data_with(verifier.clone()))
            .route(none, web::get().to(async || "hello"))
            .route(warm, web::get().to(async |_: Session| "hello"))
            .service(guarded)
    };
    let server = HttpServer::new(app).workers(2).bind("127.0.0.1:0").expect("a port");
    ready.send(server.addrs()[0].to_string()).expect("somebody waits");
    server.run().await.expect("a server");
}
