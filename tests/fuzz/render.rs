//! Renders the module into the build folder, as `init` would for a host with Axum 0.8.

use std::path::Path;

use cargo_clerk_sessions::inspect::Host;
use cargo_clerk_sessions::settings::Answers;
use cargo_clerk_sessions::{blueprint, render};

fn main() {
    let folder = std::env::var("OUT_DIR").expect("cargo sets it");
    let blueprints = blueprint::load_all(&blueprint::embedded()).expect("the blueprints are in order");
    let axum = blueprints.iter().find(|one| one.name == "axum").expect("there is one for Axum");
    let host = Host {
        name: axum.name.clone(),
        krate: axum.framework.krate.clone(),
        title: axum.framework.title.clone(),
        ident: "axum".to_owned(),
        version: Ok("0.8".to_owned()),
        optional: None,
        targets: vec![],
    };
    let ident = |name: &str| (name.to_owned(), name.replace('-', "_"));
    let crates = axum.dependencies.iter().map(|one| ident(&one.krate)).collect();
    let answers = Answers { profile: Some("prod".to_owned()), ..Answers::default() }.resolved();
    let context = render::context_of(axum, &answers, &host, "2021", &crates);
    let mut engine = render::engine();
    for file in axum.files.iter().filter(|file| answers.holds(axum, &file.when)) {
        let text = render::one(&mut engine, file, &context).expect("every file renders");
        // The issuer of test tokens is needed here, although this is no test.
        let text = text.replace("#[cfg(test)]\npub mod testing;\n", "pub mod testing;\n");
        write(&Path::new(&folder).join(&file.id), &text);
    }
    let root = Path::new(&folder).join("module/mod.rs");
    write(&Path::new(&folder).join("root.rs"), &format!("#[path = {root:?}]\npub mod clerk;\n"));
}

fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("it stands in a folder");
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text)).expect("the build folder can be written");
}
