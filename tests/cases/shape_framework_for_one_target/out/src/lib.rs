//! Pages that a browser and a server share.

#[cfg(not(target_arch = "wasm32"))]
pub mod clerk;
#[cfg(not(target_arch = "wasm32"))]
pub mod server;
