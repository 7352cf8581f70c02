//! Crate roots and routers.

use cargo_clerk_sessions::edit::crate_root::Declared;
use cargo_clerk_sessions::edit::wire::{ChainSpec, Site, Wiring, find, unwire, wire};
use cargo_clerk_sessions::edit::{EditError, crate_root};

use super::strings;

#[test]
fn a_module_is_declared_in_its_place() {
    for (before, after) in [
        ("", "mod clerk;\n"),
        ("fn main() {}\n", "mod clerk;\n\nfn main() {}\n"),
        ("mod app;\nmod b;\n\nfn main() {}\n", "mod app;\nmod b;\nmod clerk;\n\nfn main() {}\n"),
        ("mod app;", "mod app;\nmod clerk;"),
        ("mod app; // the app\r\nuse x::y;\r\n", "mod app; // the app\r\nmod clerk;\r\nuse x::y;\r\n"),
        ("mod app;\n#[cfg(test)]\nmod tests;\n", "mod app;\nmod clerk;\n#[cfg(test)]\nmod tests;\n"),
        ("#[cfg(unix)]\nmod app;\n", "#[cfg(unix)]\nmod app;\nmod clerk;\n"),
        ("mod app {}\nuse x::y;\nfn main() {}\n", "mod app {}\nuse x::y;\n\nmod clerk;\n\nfn main() {}\n"),
        (
            "#!/bin/sh\n//! Docs.\n#![allow(x)]\n\nfn main() {}\n",
            "#!/bin/sh\n//! Docs.\n#![allow(x)]\n\nmod clerk;\n\nfn main() {}\n",
        ),
        ("#!/bin/sh\nfn main() {}\n", "#!/bin/sh\nmod clerk;\n\nfn main() {}\n"),
        ("// Licence.\n\n/// Docs.\nfn main() {}\n", "// Licence.\n\nmod clerk;\n\n/// Docs.\nfn main() {}\n"),
        ("// About main.\nfn main() {}\n", "mod clerk;\n\n// About main.\nfn main() {}\n"),
        ("mod a; fn main() {\n}\n", "mod a; mod clerk; fn main() {\n}\n"),
        ("\u{feff}// ü\r\nmod ü;\r\n", "\u{feff}// ü\r\nmod clerk;\r\nmod ü;\r\n"),
        ("\u{feff}mod db;\n", "\u{feff}mod clerk;\nmod db;\n"),
        ("mod auth;\nmod db;\nuse x::y;\n", "mod auth;\nmod clerk;\nmod db;\nuse x::y;\n"),
        ("use x::y;\n\n/// Data.\nmod db;\n\nuse z;\n", "use x::y;\n\nmod clerk;\n/// Data.\nmod db;\n\nuse z;\n"),
        ("mod a;\n\n// Ours.\nmod db;\nmod e;\n", "mod a;\n\n// Ours.\nmod clerk;\nmod db;\nmod e;\n"),
        // What rustfmt does not sort, and comments, part the lines that it sorts.
        ("#[macro_use]\nmod m;\nmod util;\n", "#[macro_use]\nmod m;\nmod clerk;\nmod util;\n"),
        ("mod app;\n#[macro_use]\nmod m;\n", "mod app;\nmod clerk;\n#[macro_use]\nmod m;\n"),
        ("#[macro_use]\nmod m;\n", "#[macro_use]\nmod m;\nmod clerk;\n"),
        ("mod a;\nmod b;\n// Data.\nmod d;\n", "mod a;\nmod b;\nmod clerk;\n// Data.\nmod d;\n"),
        ("mod d;\n// Data.\nmod db;\n", "mod clerk;\nmod d;\n// Data.\nmod db;\n"),
        ("mod z;\n#[rustfmt::skip]\nmod b;\nmod a;\n", "mod z;\n#[rustfmt::skip]\nmod b;\nmod a;\nmod clerk;\n"),
        // The editions sort numbers differently, so it makes a group of its own.
        ("mod clerk1;\nmod db;\n", "mod clerk;\nmod clerk1;\nmod db;\n"),
        ("mod a9;\nmod a10;\n", "mod a9;\nmod a10;\nmod clerk;\n"),
        ("use x::y;\r\n#[main]\r\nfn main() {}", "use x::y;\r\n\r\nmod clerk;\r\n\r\n#[main]\r\nfn main() {}"),
        ("#![allow(x)]\nfn main() {}\n", "#![allow(x)]\n\nmod clerk;\n\nfn main() {}\n"),
        ("use x::y;\n\nfn main() {}\n", "use x::y;\n\nmod clerk;\n\nfn main() {}\n"),
        ("mod db;\nmod auth;\n", "mod db;\nmod auth;\nmod clerk;\n"),
    ] {
        let Declared { text: with, blank_below } = crate_root::insert_mod(before, "clerk", false, None).unwrap();
        assert_eq!(with, after);
        assert_eq!(crate_root::insert_mod(&with, "clerk", false, None).unwrap().text, with);
        assert_eq!(crate_root::remove_mod(&with, "clerk", blank_below).unwrap(), before);
        assert_eq!(crate_root::taken(&with, "clerk").unwrap().as_deref(), Some("a module"));
    }
    let apart = crate_root::insert_mod("mod a9;\nmod b;\n", "a10", false, None).unwrap();
    assert_eq!((apart.text.as_str(), apart.blank_below), ("mod a9;\nmod b;\n\nmod a10;\n", false));
    assert_eq!(crate_root::remove_mod(&apart.text, "a10", false).unwrap(), "mod a9;\nmod b;\n");
    let with = crate_root::insert_mod("mod app;\n", "clerk", true, Some("web")).unwrap().text;
    assert_eq!(with, "mod app;\n#[cfg(feature = \"web\")]\npub mod clerk;\n");
    let found = crate_root::find_mod(&with, "clerk").unwrap().unwrap();
    assert_eq!((found.line, found.public, found.inline), (3, true, false));
    assert_eq!(crate_root::remove_mod(&with, "clerk", false).unwrap(), "mod app;\n");
}

#[test]
fn a_taken_name_is_seen() {
    for (source, what) in [
        ("mod clerk { }", Some("a module")),
        ("fn clerk() {}", Some("a function")),
        ("use a::{b, c::clerk};", Some("an import")),
        ("use a::b as clerk;", Some("an import")),
        ("use clerk::{self, x};", Some("an import")),
        ("extern crate a as clerk;", Some("an extern crate")),
        ("struct clerk;", Some("a struct")),
        ("use clerk::x; mod a { mod clerk {} } // mod clerk;", None),
    ] {
        assert_eq!(crate_root::taken(source, "clerk").unwrap().as_deref(), what, "{source}");
    }
    for (source, line) in [("mod a;\nfn main( {\n}\n", 2), ("#!/x\nmod a;\n\"", 3)] {
        let error = crate_root::insert_mod(source, "clerk", false, None).unwrap_err();
        assert!(matches!(error, EditError::Rust { line: found, .. } if found == line), "{error:?}");
    }
}

fn axum() -> ChainSpec {
    ChainSpec {
        starts: strings("Router::new"),
        rivals: strings("ApiRouter::new"),
        needs: strings("route nest merge"),
        asides: strings("/metrics"),
        before: strings("with_state"),
        ends: strings("into_make_service"),
        first: false,
    }
}

const LAYER: &str = ".layer(clerk::layer())";

#[test]
fn one_chain_is_wired() {
    let rocket = ChainSpec {
        starts: strings("rocket::build rocket::custom"),
        needs: strings("mount"),
        before: vec![],
        ends: strings("launch ignite"),
        ..axum()
    };
    let actix = ChainSpec { starts: strings("App::new"), needs: strings("service"), first: true, ..axum() };
    for (spec, before, after) in [
        (axum(), "fn main() { let app = Router::new().route(a); }", "fn main() { let app = Router::new().route(a)·; }"),
        (
            axum(),
            "fn a() -> Router {\n    Router::new().merge(b)\n}",
            "fn a() -> Router {\n    Router::new().merge(b)·\n}",
        ),
        (
            axum(),
            "fn a() { let r = Router::new().route(\"/metrics\", m).route(\"/\", a); Ok(r.into_make_service()) }",
            "fn a() { let r = Router::new().route(\"/metrics\", m).route(\"/\", a)·; Ok(r.into_make_service()) }",
        ),
        (
            axum(),
            "fn a() { b(Router::new().route(a)) }\n#[cfg(all(test, x))]\nmod t { fn a() { Router::new().route(b); } }",
            "fn a() { b(Router::new().route(a)·) }\n#[cfg(all(test, x))]\nmod t { fn a() { Router::new().route(b); } }",
        ),
        (
            axum(),
            "fn main() {\r\n    let app = axum::Router::<S>::new()\r\n        .route(a) // ü\r\n        // State.\r\n        .with_state(s);\r\n}",
            "fn main() {\r\n    let app = axum::Router::<S>::new()\r\n        .route(a) // ü\r\n        ·\r\n        // State.\r\n        .with_state(s);\r\n}",
        ),
        (
            axum(),
            "fn main() {\n    serve(l, Router::new()\n        .route(a)\n        .with_state(s)\n        .merge(b).into_make_service())\n}",
            "fn main() {\n    serve(l, Router::new()\n        .route(a)\n        .with_state(s)\n        .merge(b)·.into_make_service())\n}",
        ),
        (
            axum(),
            "fn main() {\n    let app = Router::new()\n        .route(a);\n    serve(app.clone().into_make_service());\n}\n#[tokio::test]\nfn t() { Router::new().route(b); }",
            "fn main() {\n    let app = Router::new()\n        .route(a)\n        ·;\n    serve(app.clone().into_make_service());\n}\n#[tokio::test]\nfn t() { Router::new().route(b); }",
        ),
        (
            rocket.clone(),
            "fn main() {\n    rocket::build().mount(a).launch().await.map(|_| ())\n}",
            "fn main() {\n    rocket::build().mount(a)·.launch().await.map(|_| ())\n}",
        ),
        (
            rocket.clone(),
            "fn main() {\n    let r = rocket::build().mount(a);\n    r.launch().await.map(|_| ())\n}",
            "fn main() {\n    let r = rocket::build().mount(a)·;\n    r.launch().await.map(|_| ())\n}",
        ),
        (
            rocket,
            "fn main() {\n    let r = rocket::build()\n        .mount(a)\n        .ignite().await?\n        .launch().await?;\n}",
            "fn main() {\n    let r = rocket::build()\n        .mount(a)\n        ·\n        .ignite().await?\n        .launch().await?;\n}",
        ),
        (
            actix,
            "fn main() {\n    HttpServer::new(move || {\n        App::new()\n            .service(a)\n    })\n}",
            "fn main() {\n    HttpServer::new(move || {\n        App::new()\n            ·\n            .service(a)\n    })\n}",
        ),
    ] {
        let after = after.replace('·', LAYER);
        assert_eq!(wire(before, &spec, LAYER).unwrap(), Wiring::Wired(after.clone()));
        assert_eq!(wire(&after, &spec, LAYER).unwrap(), Wiring::Wired(after.clone()));
        assert_eq!(unwire(&after, LAYER).unwrap(), before);
    }
}

#[test]
fn anything_else_is_left_to_the_user() {
    for (source, lines) in [
        ("fn a() { Router::new(); }\nfn b() { Router::new(); }", vec![1, 2]),
        ("fn a() {\n    Router::new()\n        .route(x)\n        .nest(Router::new().route(y))\n}", vec![4]),
        (
            "fn a() {\n    let mut r = Router::new()\n        .route(x);\n    if y {\n        r = r.route(z);\n    }\n}",
            vec![5],
        ),
        ("fn a() {\n    Router::new().build()\n        .await\n}", vec![2]),
        ("fn a() {\n    Router::new().build().await.unwrap()\n}", vec![2]),
        ("fn a() {\n    let r: Router;\n    r = Router::new();\n    r.merge(z)\n}", vec![4]),
        // No routes, or only those of another port.
        ("fn a() -> Router {\n    Router::new()\n}", vec![2]),
        ("fn a() {\n    b(Router::new().with_state(s))\n}", vec![2]),
        ("fn a() { b(Router::new().route(\"/metrics\", c)) }", vec![1]),
        // Whoever is given it may add to it.
        ("impl A { fn new() -> Self { Self { router: Router::new().route(x) } } }", vec![1]),
        ("impl A { fn new() -> Self { Self { a, router: b(Router::new().route(x)) } } }", vec![1]),
        ("impl A { fn new() -> Self { let router = Router::new().route(x); Self { router } } }", vec![1]),
        ("fn a() { let r = Router::new().route(x); Server::new(r.with_state(s)) }", vec![1]),
        ("fn a() -> Server { Server(Router::new().route(x)) }", vec![1]),
        ("fn a() { Server::new(Router::new().route(x)).run() }", vec![1]),
        ("fn a(all: Router) -> Router { all.merge(Router::new().route(x)) }", vec![1]),
        ("impl Default for A { fn default() -> Self { b(Router::new().route(x)) } }", vec![1]),
        // Something else takes routes, too.
        ("fn a() { ApiRouter::new().route(x) }\nfn b() { Router::new().route(x) }", vec![1, 2]),
        ("fn a() { ApiRouter::new().nest(Router::new().route(x)) }", vec![1]),
        ("fn a() { ApiRouter::new().route(x) }", vec![1]),
    ] {
        let sites: Vec<Site> = lines.into_iter().map(|line| Site { line, inline: false }).collect();
        assert_eq!(wire(source, &axum(), LAYER).unwrap(), Wiring::Manual(sites.clone()), "{source}");
        assert_eq!(find(source, &axum()).unwrap(), sites);
        assert_eq!(unwire(source, LAYER).unwrap(), source);
    }
    for source in [
        "fn a() { Other::new(); }",
        "// Router::new()\nfn a() { x!(Router::new()) }",
        "#[cfg(test)]\nmod tests { fn a() { Router::new(); } }",
    ] {
        assert_eq!(wire(source, &axum(), LAYER).unwrap(), Wiring::None, "{source}");
    }
}
