//! Makes cargo notice blueprint files that are added or removed, which `include_dir!` alone does not.

fn main() {
    println!("cargo::rerun-if-changed=blueprints");
}
