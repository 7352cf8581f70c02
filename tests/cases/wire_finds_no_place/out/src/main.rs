use shop_framework::Application;

mod clerk;

fn main() {
    // The other crate of this shop builds its `rocket`.
    Application::default().run();
}
