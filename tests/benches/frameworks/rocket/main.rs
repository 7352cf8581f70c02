//! The same handler in Rocket three times.

#[expect(dead_code, reason = "other benches use more of it")]
mod instance;
mod measure;

use std::sync::mpsc::{Sender, channel};

use rocket::fairing::AdHoc;
use rocket::{get, routes};

use clerk::{Session, Verifier, fairing_with, require_session};

#[get("/none")]
fn none() -> &'static str {
    "hello"
}

#[get("/warm")]
fn warm(_session: Session) -> &'static str {
    "hello"
}

#[get("/guard")]
fn guard() -> &'static str {
    "hello"
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let instance = runtime.block_on(instance::Instance::start());
    let verifier = instance.verifier(|builder| builder);
    let (ready, address) = channel();
    std::thread::spawn(move || rocket::execute(serve(verifier, ready)));
    measure::measure(&address.recv().expect("a server"), &instance);
}

async fn serve(verifier: Verifier, ready: Sender<String>) {
    let config = rocket::Config::figment().merge(("log_level", "off")).merge(("port", 0)).merge(("workers", 2));
    let address = AdHoc::on_liftoff("address", move |rocket| {
        let config = rocket.config();
        ready.send(format!("{}:{}", config.address, config.port)).expect("somebody waits");
        Box::pin(async {})
    });
    let rocket = rocket::custom(config)
        .mount("/", routes![none, warm])
        .mount("/", require_session().routes(routes![guard]))
        .attach(fairing_with(verifier))
        .attach(address);
    let _ = rocket.launch().await.expect("a server");
}
