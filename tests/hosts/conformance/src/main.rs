//! A host whose tests hold the generated module against the vectors: `cargo test -- --nocapture` prints one line a case.
//!
//! The vectors are JSON files in the folder that `CLERK_VECTORS` names, by default `tests/vectors` of the repository.

#[cfg(test)]
mod conformance;

fn main() {
    println!("run `cargo test -- --nocapture`");
}
