mod web;

mod clerk;

fn main() {
    let _app = web::router();
}
