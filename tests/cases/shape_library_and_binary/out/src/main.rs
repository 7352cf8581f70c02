fn main() {
    let _ = axum::Router::<()>::merge(shop::api::app(), shop::api::app());
}
