pub mod app;
#[cfg(feature = "ssr")]
pub mod clerk;

#[cfg(feature = "hydrate")]
pub fn hydrate() {
    leptos::mount::hydrate_body(app::App);
}
