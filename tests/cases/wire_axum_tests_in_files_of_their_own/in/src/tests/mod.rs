mod other_server;

#[test]
fn it_is_asked() {
    let _ = other_server::router();
}
