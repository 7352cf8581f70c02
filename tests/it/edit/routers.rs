//! Routers: which chain is the application, and where in it the call goes.

use cargo_clerk_sessions::blueprint::Wiring;
use cargo_clerk_sessions::edit::wire::{Call, ChainSpec, File, Site, survey, unwire, wire};

use super::strings;

/// The specification of a crate under its own name, with one library beside it.
fn spec(krate: &'static str, wiring: Wiring) -> ChainSpec<'static> {
    ChainSpec { wiring: Box::leak(Box::new(wiring)), krate, ident: krate, roots: vec!["shop"], own_types: false }
}

fn chain() -> Wiring {
    Wiring {
        starts: strings("Router::new"),
        rivals: strings("ApiRouter::new"),
        needs: strings("route nest merge"),
        covers: strings("fallback"),
        keeps: strings("layer with_state clone"),
        asides: strings("/metrics SwaggerUi"),
        taken_by: strings("serve run layer"),
        ends: strings("into_make_service"),
        splits: strings("split_for_parts"),
        ..Wiring::default()
    }
}

fn axum() -> ChainSpec<'static> {
    spec("axum", chain())
}

fn rocket() -> ChainSpec<'static> {
    let starts = strings("rocket::build rocket::custom Rocket::build");
    let (needs, ends) = (strings("mount"), strings("launch ignite"));
    let keeps = strings("manage attach");
    spec("rocket", Wiring { starts, needs, covers: vec![], keeps, ends, any_order: true, ..chain() })
}

fn actix() -> ChainSpec<'static> {
    spec("actix_web", Wiring { starts: strings("App::new"), needs: strings("service"), first: true, ..chain() })
}

const LAYER: &str = ".layer(clerk::layer())";

/// The places in one file.
fn sites(source: &str, spec: &ChainSpec) -> Vec<Site> {
    survey(&[File { module: "main", text: source }], spec)
}

/// Where the dot in the middle stands, the call is inserted, with the line break before it.
#[track_caller]
fn is_wired(after: &str, spec: &ChainSpec) {
    let (head, tail) = after.split_once('·').unwrap();
    let head = if head.trim_end_matches(' ').ends_with('\n') { head.trim_end() } else { head };
    let (before, after) = (format!("{head}{tail}"), after.replace('·', LAYER));
    let sites = sites(&before, spec);
    let [Site { spot: Some(spot), .. }] = &sites[..] else { panic!("{before}\n{sites:?}") };
    assert_eq!(wire(&before, spot, LAYER), Some(after.clone()));
    assert_eq!(unwire(&after, &Call::alone(LAYER.to_owned())).unwrap(), before);
}

#[test]
fn one_chain_is_wired() {
    for (spec, after) in [
        (axum(), "fn main() { let app = Router::new().route(a)·; }"),
        (axum(), "fn a() -> Router {\n    Router::new().merge(b)·\n}"),
        (axum(), "fn a() { let r = Router::new().route(\"/metrics\", m).route(\"/\", a)·; Ok(r.into_make_service()) }"),
        (
            axum(),
            "fn a() { b(Router::new().route(a)·) }\n#[cfg(all(test, x))]\nmod t { fn a() { Router::new().route(b); } }",
        ),
        (
            axum(),
            "fn main() {\r\n    let app = axum::Router::<S>::new()\r\n        .route(a) // ü\r\n        ·\r\n        // State.\r\n        .with_state(s);\r\n}",
        ),
        (
            axum(),
            "fn main() {\n    serve(l, Router::new()\n        .route(a)\n        .with_state(s)\n        .merge(b)·.into_make_service())\n}",
        ),
        (
            axum(),
            "fn main() {\n    let app = Router::new()\n        .route(a)\n        ·;\n    serve(app.clone().into_make_service());\n}\n#[tokio::test]\nfn t() { Router::new().route(b); }",
        ),
        (rocket(), "fn main() {\n    rocket::build().mount(a)·.launch().await.map(|_| ())\n}"),
        (rocket(), "fn main() {\n    let r = rocket::build().mount(a)·;\n    r.launch().await.map(|_| ())\n}"),
        (
            rocket(),
            "fn main() {\n    let r = rocket::build()\n        .mount(a)\n        ·\n        .ignite().await?\n        .launch().await?;\n}",
        ),
        (
            actix(),
            "fn main() {\n    HttpServer::new(move || {\n        App::new()\n            ·\n            .service(a)\n    })\n}",
        ),
    ] {
        is_wired(after, &spec);
    }
}

/// After the last route, and so inside what is layered later, such as CORS.
#[test]
fn the_call_goes_directly_after_the_last_route() {
    for after in [
        "fn a() { let r = Router::new().route(x)·.layer(cors).with_state(s); }",
        "fn a() { let r = Router::new().layer(x).route(y)·.layer(cors); }",
        "fn a() { let r = Router::new().route(x).fallback(y)·.layer(cors); }",
        "fn a() { let r = Router::new()\n    .route(x)\n    ·\n    .layer(cors)\n    .layer(other); }",
        "fn a() { let app = Router::new().route(x)·; let app = app.layer(cors); serve(app).await }",
        "fn a() { let mut app = Router::new().route(x)·; if y { app = app.layer(cors); } serve(app).await }",
        // The name has the service from there on.
        "fn a() { let app = Router::new().route(x)·; let app = app.layer(y).into_make_service(); for l in b { accept(l, app.clone()) } }",
    ] {
        is_wired(after, &axum());
    }
    is_wired("fn a() { let r = rocket::build().mount(x).attach(cors)·.launch().await; }", &rocket());
    is_wired("fn a() { HttpServer::new(|| App::new()·.wrap(cors).service(x)) }", &actix());
}

#[test]
fn only_what_leads_to_the_framework_is_wired() {
    for source in [
        "use axum::Router;\nfn a() { Router::new().route(x)·; }",
        "use axum::{self as web, routing::get};\nfn a() { web::Router::new().route(x)·; }",
        "fn a() { ::axum::Router::new().route(x)·; }",
        "use axum as web;\nuse web::Router as R;\nfn a() { R::new().route(x)·; }",
        "extern crate axum as web;\nfn a() { web::Router::new().route(x)·; }",
        "use axum::*;\nfn a() { Router::new().route(x)·; }",
        "type Web = axum::Router<S>;\nfn a() { Web::new().route(x)·; }",
        "fn a() { use axum::Router; Router::new().route(x)·; }\nfn b() { use rspc::Router; Router::new().route(x); }",
        "use axum::Router;\nmod b { use super::*; fn a() { Router::new().route(x)·; } }",
        "use axum::Router;\nmod b { fn a() { super::Router::new().route(x)·; } }",
        "use axum::Router;\nuse std::io::prelude::*;\nmod b { use rspc::Router; fn a() { Router::new().route(x); } }\nfn a() { Router::new().route(x)·; }",
    ] {
        is_wired(source, &axum());
    }
    for source in [
        "fn a() { Other::new(); }",
        "// Router::new()\nfn a() { x!(Router::new()) }",
        "#[cfg(test)]\nmod tests { fn a() { Router::new(); } }",
        "fn a() { rspc::Router::new().route(x); }",
        "use rspc::Router;\nfn a() { Router::new().route(x); }",
        "use rspc as axum2;\nfn a() { axum2::Router::new().route(x); }",
        "struct Router;\nfn a() { Router::new().route(x); }",
        "mod b { pub struct Router; fn a() { Router::new().route(x); } }",
        "use rspc::Router;\nmod b { use super::*; fn a() { Router::new().route(x); } }",
    ] {
        assert_eq!(sites(source, &axum()), [], "{source}");
    }
    // It may be handed on from elsewhere, unless the crate has a type of that name and hands on no other.
    for source in [
        "use crate::events::Router;\nfn a() { Router::new().route(x); }",
        "use super::Router;\nfn a() { Router::new().route(x); }",
        "fn a() { events::Router::new().route(x); }\nmod events;",
    ] {
        let [site] = &sites(source, &axum())[..] else { panic!("{source}") };
        assert!(site.spot.is_none() && site.why.as_ref().unwrap().contains("another crate"), "{site:?}");
        assert_eq!(sites(source, &ChainSpec { own_types: true, ..axum() }), [], "{source}");
    }
    for source in [
        "use super::*;\nfn a() { Router::new().route(x); }",
        "use other::prelude::*;\nfn a() { Router::new().route(x); }",
    ] {
        assert!(matches!(&sites(source, &axum())[..], [Site { spot: None, .. }]), "{source}");
    }
}

/// Each module that is imported as a whole may have the names that the others are imported by.
#[test]
fn many_imports_of_whole_modules_are_read_at_once() {
    let globs: String = ('a'..='z').map(|name| format!("use {name}{name}::prelude::*;\n")).collect();
    is_wired(&format!("{globs}fn a() {{ q::w(e); axum::Router::new().route(x)·; }}"), &axum());
    is_wired(&format!("{globs}use axum::Router;\nfn a() {{ q::w(e); r(); Router::new().route(x)·; }}"), &axum());
    let source = format!("{globs}fn a() {{ q::w(e); Router::new().route(x); }}");
    assert!(matches!(&sites(&source, &axum())[..], [Site { spot: None, .. }]), "{source}");
}

/// What another router takes in is no application of its own.
#[test]
fn parts_of_a_router_are_passed_over() {
    for source in [
        "fn a() { Router::new().nest(\"/b\", Router::new().route(x)).route(y)·; }",
        "fn a() { let b = Router::new().route(x); Router::new().route(y).merge(b)·; }",
        "fn a() { let b = Router::new().route(x); let c = b.layer(y); Router::new().nest(\"/c\", c)·; }",
        "fn a() { Router::new().merge(b())·; }\nfn b() -> Router { Router::new().route(x) }",
        "fn a() { Router::new().merge(self::b())·; }\nfn b() -> Router { let c = Router::new().route(x); c }",
        "fn a() { let app = Router::new().merge(b())·; serve(app).await }\nfn b() -> Router { Router::new().route(x) }",
        "fn a() { Router::new().merge(b()).merge(c())·; }\nfn b() -> Router { d(x) }\nfn c() -> Router { d(y) }\nfn d(x: X) -> Router { Router::new().route(x) }",
        "fn a() { Router::new().merge(B::c())·; }\nimpl B { fn c() -> Router { Router::new().route(x) } }",
        "fn a() { Router::new().merge(b::c())·; }\nmod b { pub fn c() -> Router { Router::new().route(x) } }",
        // What a function makes of it is one, too.
        "fn a() { Router::new().nest(\"/b\", gated(b()))·; }\nfn b() -> Router { Router::new().route(x) }",
        "fn a() { Router::new().nest(\"/b\", b())·; }\nfn b() -> Router { gated(s, Router::new().route(x)) }",
        "fn a() { Router::new().nest(\"/b\", b())·; }\nfn b() -> Router { let c = Router::new().route(x); gated(c) }",
        "fn a() { let b = gated(Router::new().route(x)); let b = b.layer(y); Router::new().route(z).merge(b)·; }",
    ] {
        is_wired(source, &axum());
    }
    let files = [
        (
            "main",
            "mod users;\nmod posts;\nfn main() { serve(router()).await }\nfn router() -> Router {\n    Router::new().nest(\"/users\", users::router()).merge(posts::router())\n}",
        ),
        ("users", "pub fn router() -> Router { Router::new().route(x) }"),
        ("posts", "use super::users;\npub fn router() -> Router { Router::new().route(x) }"),
    ];
    let files = files.map(|(module, text)| File { module, text });
    let found = survey(&files, &axum());
    let [Site { file: 0, line: 5, spot: Some(_), .. }] = &found[..] else { panic!("{found:?}") };
    // A module hands on what one below it has.
    let files = [
        ("main", "fn main() { serve(Router::new().merge(api::users::router()).merge(api::posts::router())) }"),
        ("api::users::routes", "pub fn router() -> Router { Router::new().route(x) }"),
        ("api::posts::routes", "pub fn router() -> Router { Router::new().route(x) }"),
    ];
    let files = files.map(|(module, text)| File { module, text });
    let found = survey(&files, &axum());
    let [Site { file: 0, spot: Some(_), .. }] = &found[..] else { panic!("{found:?}") };
    let files = [
        ("main", "fn main() { let app = shop::app()?.merge(x); serve(app).await }"),
        ("routes", "pub fn app() -> Result<Router> { Ok(Router::new().route(x)) }"),
    ];
    let files = files.map(|(module, text)| File { module, text });
    let found = survey(&files, &axum());
    assert!(matches!(&found[..], [Site { file: 0, line: 1, spot: None, .. }]), "{found:?}");
    let other = files.map(|File { module, text }| (module, text.replace("shop::app", "other::app")));
    let other = other.each_ref().map(|(module, text)| File { module, text });
    let [Site { file: 1, why: Some(why), .. }] = &survey(&other, &axum())[..] else { panic!() };
    assert!(why.contains("not sure"), "{why}");
    // Where nobody sees what takes it in, it is what there is to name.
    let [Site { line: 1, spot: None, .. }] =
        &sites("fn a(b: Router) -> Router { b.merge(Router::new().route(x)) }", &axum())[..]
    else {
        panic!()
    };
}

#[track_caller]
fn is_left(source: &str, line: usize, variable: Option<&str>, why: &str) {
    let [site] = &sites(source, &axum())[..] else { panic!("{source}: {:?}", sites(source, &axum())) };
    let Site { why: Some(found), spot: None, .. } = site else { panic!("{source}: {site:?}") };
    assert_eq!((site.line, site.variable.as_deref()), (line, variable), "{source}: {site:?}");
    assert!(found.contains(why), "{source}: {found}");
}

/// What is left to the user: its line, the variable that has the application behind it, and a part of the reason.
#[test]
fn where_more_may_be_added_it_is_left_to_the_user() {
    for (source, line, variable, why) in [
        // It is given away.
        (
            "fn a() {\n    let app = Router::new().route(x);\n    let app = with_docs(app);\n    serve(app).await\n}",
            3,
            Some("app"),
            "`with_docs` is given it",
        ),
        (
            "fn a() {\n    let app = Router::new().route(x);\n    let all = docs.add(app);\n    serve(all).await\n}",
            3,
            Some("all"),
            "`add` is given it",
        ),
        (
            "fn a() {\n    let app = with_admin(Router::new()\n        .route(x));\n}",
            3,
            Some("app"),
            "`with_admin` is given it",
        ),
        ("fn a() {\n    let mut app = Router::new().route(x);\n    add(&mut app);\n}", 3, Some("app"), "`add`"),
        ("fn a() -> Router {\n    with_admin(Router::new().route(x))\n}", 2, None, "`with_admin` is given it"),
        ("fn a() { let r = Router::new().route(x); let s = Server::new(r.with_state(s)); }", 1, Some("s"), "`new`"),
        ("fn a() -> Server { Server(Router::new().route(x)) }", 1, None, "`Server`"),
        ("impl A { fn new() -> Self { Self { router: Router::new().route(x) } } }", 1, None, "`Self`"),
        ("impl A { fn new() -> Self { Self { a, router: b(Router::new().route(x)) } } }", 1, None, "`b`"),
        ("impl A { fn new() -> Self { let router = Router::new().route(x); Self { router } } }", 1, None, "`Self`"),
        ("impl A { fn b(&mut self) { self.router = Router::new().route(x); } }", 1, None, "a field"),
        ("impl Default for A { fn default() -> Self { b(Router::new().route(x)) } }", 1, None, "`b`"),
        // Routes are added later.
        ("fn a() {\n    let r: Router;\n    r = Router::new();\n    r.merge(z)\n}", 4, None, "in line 4"),
        // A function that returns it is not the end.
        (
            "fn a() {\n    let app = b().route(x);\n    serve(app).await\n}\nfn b() -> Router { Router::new() }",
            2,
            None,
            "what `b` returns",
        ),
        (
            "fn a() {\n    let app = with_docs(b());\n    serve(app).await\n}\nfn b() -> Router { Router::new().route(x) }",
            2,
            Some("app"),
            "`with_docs`",
        ),
        (
            "fn a() {\n    let app = b();\n    let app = app.merge(x);\n    serve(app).await\n}\nfn b() -> Router { Router::new().route(x) }",
            3,
            None,
            "in line 3",
        ),
        // No routes, or only those of another port.
        ("fn a() -> Router {\n    Router::new()\n}", 2, None, "no routes"),
        ("fn a() {\n    b(Router::new().with_state(s))\n}", 2, None, "no routes"),
        ("fn a() { b(Router::new().route(\"/metrics\", c)) }", 1, None, "no routes"),
        ("fn a() { b(Router::new().merge(SwaggerUi::new(\"/docs\").url(c))) }", 1, None, "no routes"),
        // Something else takes routes, too, or is waited for.
        ("fn a() { ApiRouter::new().route(x) }", 1, None, "`ApiRouter` is another"),
        (
            "fn a() {\n    ApiRouter::new()\n        .route(x)\n        .layer(cors)\n}",
            3,
            None,
            "`ApiRouter` is another",
        ),
        (
            "fn a() {\n    let (r, docs) = ApiRouter::new().route(x).split_for_parts();\n    if y {\n        r = r.merge(z);\n    }\n    serve(r.route(docs))\n}",
            6,
            None,
            "`ApiRouter` is another",
        ),
        ("fn a() { ApiRouter::new().nest(Router::new().route(x)) }", 1, None, "`ApiRouter` is another"),
        ("fn a() {\n    Router::new().build()\n        .await\n}", 2, None, ""),
        ("fn a() {\n    Router::new().build().await.unwrap()\n}", 2, None, ""),
        (
            "fn a() {\n    let r = Router::new()\n        .route(x)\n        .await?\n        .layer(y);\n}",
            4,
            None,
            "awaited",
        ),
    ] {
        is_left(source, line, variable, why);
    }
}

/// A method that others gave the router may add routes, or make something else of it.
#[test]
fn what_a_method_of_others_does_is_left_to_the_user() {
    let why = "`with_oauth2` may add routes";
    is_left("fn a() {\n    Router::new().route(x)\n        .with_oauth2(y)\n        .with_state(s)\n}", 3, None, why);
    is_left("fn a() {\n    let r = Router::new().route(x);\n    serve(r.with_oauth2(y))\n}", 3, None, why);
    is_left("fn a() {\n    if b {\n        Router::new().route(x).with_oauth2(y)\n    }\n}", 3, None, "branches");
    is_left("fn a() {\n    serve(b().with_oauth2(y))\n}\nfn b() -> Router { Router::new().route(x) }", 2, None, why);
    is_wired("fn a() { Router::new().with_oauth2(y).route(x)·.with_state(s) }", &axum());
    is_wired("fn a() { serve(b().unwrap()) }\nfn b() -> Result<Router> { Ok(Router::new().route(x)·) }", &axum());
    is_wired("fn a() { rocket::build().mount(x)·.into_lambda() }", &rocket());
    // Blueprints of a team may not say what the framework has.
    let unsaid = spec("axum", Wiring { keeps: Vec::new(), ..chain() });
    is_wired("fn a() { Router::new().route(x)·.with_oauth2(y) }", &unsaid);
}

/// What a function of the crate keeps does not come back, so the place is before.
#[test]
fn what_a_function_keeps_has_its_place_before_it() {
    for (source, line, variable) in [
        (
            "fn a() {\n    let app = Router::new()\n        .route(x);\n    let handle = spawn(plain(app));\n    handle.await\n}\nasync fn plain(app: Router) { serve(app).await }",
            4,
            None,
        ),
        (
            "fn a() {\n    let server = Server::with(Router::new()\n        .route(x)\n    );\n}\nimpl Server { fn with(r: Router) -> Self { Self(r) } }",
            3,
            None,
        ),
        (
            "fn a() {\n    let app = with(Router::new()\n        .route(x)\n    );\n}\nfn with(r: Router) -> Result<AppRouter> { r }",
            4,
            Some("app"),
        ),
        (
            "fn a() {\n    let app = with(Router::new()\n        .route(x)\n    );\n}\nfn with<R>(r: R) -> R { r }",
            4,
            Some("app"),
        ),
    ] {
        is_left(source, line, variable, "is given it");
    }
}

/// Behind branches and loops, as a whole.
#[test]
fn what_branches_add_is_left_to_the_user() {
    for (source, line, variable, why) in [
        (
            "fn a() {\n    let mut r = Router::new()\n        .route(x);\n    if y {\n        r = r.route(z);\n    }\n}",
            6,
            Some("r"),
            "in line 5",
        ),
        (
            "fn a() {\n    let mut r = Router::new().route(x);\n    if y {\n        r = r.route(z);\n    } else {\n        b();\n    }\n}",
            7,
            Some("r"),
            "in line 4",
        ),
        (
            "fn a() {\n    let r = Router::new().route(x);\n    let app = if let Some(y) = y {\n        r.merge(y)\n    } else {\n        r\n    };\n    serve(app).await\n}",
            7,
            Some("app"),
            "in line 4",
        ),
        (
            "fn a() {\n    let r = Router::new().route(x);\n    let app = match y {\n        Some(y) => r.merge(y),\n        None => r,\n    };\n    serve(app).await\n}",
            6,
            Some("app"),
            "in line 4",
        ),
        (
            "fn a() {\n    let mut r = Router::new().route(x);\n    for y in z {\n        if y.on {\n            r = r.nest(y);\n        }\n    }\n    serve(r).await\n}",
            7,
            Some("r"),
            "in line 5",
        ),
        (
            "fn a() {\n    let app = Router::new().route(x);\n    #[cfg(debug)]\n    let app = app.route(y);\n    serve(app).await\n}",
            4,
            Some("app"),
            "in line 4",
        ),
        // It is made in one of several ways.
        (
            "fn a() {\n    let app = if x {\n        Router::new().route(y)\n    } else {\n        Router::new().route(z)\n    };\n}",
            6,
            Some("app"),
            "branches",
        ),
        (
            "fn a() {\n    #[cfg(x)]\n    let app = Router::new().route(y);\n    serve(app).await\n}",
            3,
            Some("app"),
            "branches",
        ),
    ] {
        is_left(source, line, variable, why);
    }
}

/// Those that are served come first, and of those that are there under conditions all are meant.
#[test]
fn several_places_are_named_in_their_order() {
    for (source, lines, alternatives) in [
        ("fn a() { Router::new(); }\nfn b() { Router::new(); }", vec![1, 2], false),
        (
            "fn a() { let a = Router::new().route(x); }\nfn b() { let b = Router::new().route(x);\nserve(b).await }",
            vec![2, 1],
            false,
        ),
        (
            "fn a() -> Router { Router::new().route(x) }\nfn b() -> Router { Router::new().route(x) }\nfn main() { serve(b()).await }",
            vec![2, 1],
            false,
        ),
        (
            "#[cfg(x)]\nfn a() -> Router { Router::new().route(x) }\n#[cfg(not(x))]\nfn a() -> Router { Router::new().route(y) }",
            vec![2, 4],
            true,
        ),
        (
            "fn a() -> Router {\n    if x {\n        Router::new().route(x)\n    } else {\n        Router::new().route(y)\n    }\n}",
            vec![3, 5],
            true,
        ),
        (
            "fn a() { let m = Router::new().route(\"/metrics\", x);\nserve(m).await }\nfn b(s: &mut S) { s.start(c(Router::new().route(x))) }",
            vec![3, 1],
            false,
        ),
        // It is served or returned in each of several branches.
        (
            "fn a() {\n    let r = Router::new().route(x);\n    let done = if y {\n        serve(r.merge(z).into_make_service()).await\n    } else {\n        serve(r).await\n    };\n    done.unwrap()\n}",
            vec![4, 6],
            true,
        ),
        (
            "fn a() -> Router {\n    let r = Router::new().route(x);\n    if y {\n        return r.merge(z);\n    }\n    let r = r.merge(a);\n    r\n}",
            vec![4, 7],
            true,
        ),
        (
            "fn a() -> Router {\n    let r = Router::new().route(x);\n    if y {\n        r.merge(z)\n    } else {\n        r\n    }\n}",
            vec![4, 6],
            true,
        ),
        ("fn a() { ApiRouter::new().route(x) }\nfn b() { Router::new().route(x) }", vec![1, 2], false),
    ] {
        let sites = sites(source, &axum());
        assert_eq!(sites.iter().map(|site| site.line).collect::<Vec<_>>(), lines, "{source}");
        assert!(sites.iter().all(|site| site.alternative == alternatives && site.spot.is_none()), "{source}");
    }
}

/// Where the order is no matter, the chain itself is the place.
#[test]
fn what_goes_on_may_have_the_call_early() {
    for source in [
        "fn a() { let mut r = rocket::build()·; if x { r = r.mount(y); } r.launch().await }",
        "fn a() -> Rocket<Build> { with_db(rocket::build().mount(x)·) }",
        "fn base() -> Rocket<Build> { rocket::build()· }\nfn a() { base().mount(x).launch().await }",
    ] {
        is_wired(source, &rocket());
    }
    let source =
        "fn a() {\n    let r = rocket::build().mount(x)\n        .ignite().await?;\n    let r = r.launch().await?;\n}";
    assert_eq!(sites(source, &rocket())[0].line, 2);
    is_wired(
        "fn a() {\n    let r = rocket::build().mount(x)·\n        .ignite().await?;\n    let r = r.mount(x);\n}",
        &rocket(),
    );
}
