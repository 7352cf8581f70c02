//! Makes cargo notice blueprint files that are added or removed, which `include_dir!` alone does not, and hands the templates
//! of the module `rules` to the compiler.
#![expect(clippy::disallowed_methods, reason = "a build script reads and writes before there is a tool")]

use std::path::Path;
use std::{env, fs};

/// The shared templates of `verify/` that decide for the tool, too.
const RULES: [&str; 1] = ["origin"];

fn main() {
    println!("cargo::rerun-if-changed=blueprints");
    let folder = Path::new("blueprints/shared/files/module/verify");
    let modules = RULES.map(|name| {
        let path = folder.join(name).with_extension("rs");
        let text = fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
        // The template engine is no part of the build, so these are written so that they need no answers.
        let plain = !["«", "/*", "/~"].iter().any(|mark| text.contains(mark));
        assert!(plain, "{} depends on answers, so it cannot be a rule of the tool", path.display());
        format!("pub mod {name} {{\n{text}}}\n")
    });
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo names a folder")).join("rules.rs");
    fs::write(&target, modules.concat()).unwrap_or_else(|cause| panic!("{}: {cause}", target.display()));
}
