mod clerk;
mod web;

fn main() {
    let _app = web::router();
}
