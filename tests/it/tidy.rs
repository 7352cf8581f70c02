//! Rules about the repository.

use std::collections::BTreeSet;
use std::fs;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use support::{repository, tree};

fn text(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap()
}

/// Every source file, by path below `src`.
fn sources() -> Vec<(String, String)> {
    let files = tree(&repository().join("src"));
    let rust = files.into_iter().filter(|(path, _)| path.ends_with(".rs"));
    rust.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())).collect()
}

#[test]
fn data_flows_one_way() {
    let map = text("src/lib.rs");
    let order: Vec<&str> = map.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(order.len() > 15);
    for (path, source) in sources() {
        let own = path.split(['/', '.']).next().unwrap();
        let Some(place) = order.iter().position(|module| *module == own) else { continue };
        let mut named = BTreeSet::new();
        modules(source.parse().unwrap(), &mut named);
        for below in &order[place + 1..] {
            assert!(!named.contains(*below), "src/{path} uses `{below}`, which stands below it");
        }
    }
}

/// What stands right behind `crate::`, in `use`, in paths and in what is handed to macros.
fn modules(tokens: TokenStream, named: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for window in tokens.windows(4).filter(|window| window[..3].iter().map(ToString::to_string).eq(["crate", ":", ":"]))
    {
        match &window[3] {
            TokenTree::Group(several) => {
                let several: Vec<TokenTree> = several.stream().into_iter().collect();
                let each = several.split(|token| token.to_string() == ",");
                named.extend(each.filter_map(|one| Some(one.first()?.to_string())));
            }
            one => drop(named.insert(one.to_string())),
        }
    }
    for token in tokens {
        if let TokenTree::Group(group) = token {
            modules(group.stream(), named);
        }
    }
}

#[test]
fn every_way_to_name_a_module_is_seen() {
    let named = |source: &str| {
        let mut named = BTreeSet::new();
        modules(source.parse().unwrap(), &mut named);
        named.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(named("use crate::a; use crate::b::c as d;"), ["a", "b"]);
    assert_eq!(named("use crate::{a, b::{c, d}, e as f};"), ["a", "b", "e"]);
    assert_eq!(named("fn f(x: crate::a::B) { matches!(x, crate::c::D) }"), ["a", "c"]);
    assert!(named("/// [`crate::a`]\npub(crate) fn f() { \"crate::b\" } // crate::c").is_empty());
}

#[test]
fn every_module_is_on_the_map_and_says_what_it_is_for() {
    let map = text("src/lib.rs");
    for (path, source) in sources() {
        assert!(source.starts_with("//!"), "src/{path} does not say what it is for");
        let module = path.split(['/', '.']).next().unwrap();
        let listed = matches!(module, "lib" | "main" | "build") || map.contains(&format!("pub mod {module};"));
        assert!(listed, "src/{path} is not on the map");
    }
}

/// One way to lay out a module with others in it: `name/mod.rs`.
#[test]
fn a_module_with_others_in_it_is_a_folder() {
    for (path, _) in sources() {
        let folder = repository().join("src").join(path.strip_suffix(".rs").unwrap_or_default());
        assert!(!folder.is_dir(), "src/{path} stands beside a folder of its name");
    }
}

#[test]
fn every_test_file_is_listed() {
    let manifest: toml::Table = text("Cargo.toml").parse().unwrap();
    for target in manifest["test"].as_array().unwrap() {
        let main = target["path"].as_str().unwrap();
        let folder = main.strip_suffix("/main.rs").unwrap();
        let list = text(main);
        for path in tree(&repository().join(folder)).into_keys() {
            let module = path.strip_suffix(".rs").map(|path| path.strip_suffix("/mod").unwrap_or(path));
            let Some(module) = module.filter(|module| !module.contains('/') && *module != "main") else { continue };
            assert!(list.contains(&format!("mod {module};")), "{folder}/{path} is not listed");
        }
    }
}

#[test]
fn files_keep_one_job() {
    for (path, source) in sources() {
        let lines = source.lines().count();
        assert!(lines <= 435, "src/{path} has {lines} lines");
    }
}

#[test]
fn functions_keep_one_job() {
    for (path, source) in sources() {
        let most = if path.starts_with("commands") { 40 } else { 59 };
        let mut functions = Functions::default();
        functions.visit_file(&syn::parse_file(&source).unwrap());
        for (name, lines) in functions.0 {
            assert!(lines <= most, "`{name}` in src/{path} has {lines} lines");
        }
    }
}

/// The functions of a file, each with its number of lines.
#[derive(Default)]
struct Functions(Vec<(String, usize)>);

impl Functions {
    fn add(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let (first, last) = (signature.fn_token.span.start(), block.brace_token.span.close().end());
        self.0.push((signature.ident.to_string(), last.line - first.line + 1));
    }
}

impl<'a> Visit<'a> for Functions {
    fn visit_item_fn(&mut self, function: &'a syn::ItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'a syn::ImplItemFn) {
        self.add(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }
}

/// What a repository names stands in an error as `escape::shown` writes it.
#[test]
fn errors_show_names_in_letters() {
    let names =
        ["path", "file", "folder", "dir", "root", "module", "program", "repository", "package", "given", "value"];
    for (path, source) in sources() {
        for line in source.lines().filter(|line| line.trim_start().starts_with("#[error(\"")) {
            for name in names.into_iter().filter(|name| line.contains(&format!("{{{name}}}"))) {
                assert!(line.contains(&format!("{name} = shown({name})")), "src/{path}: {line}");
            }
        }
        // Lists of files are built by hand.
        assert!(!source.contains("\\n  * {path}"), "src/{path} lists files as they are");
    }
}

#[test]
fn the_changelog_has_this_version_once() {
    let heading = format!("## [{}]", env!("CARGO_PKG_VERSION"));
    assert_eq!(text("CHANGELOG.md").matches(&heading).count(), 1);
}

#[test]
fn nothing_names_a_machine_or_holds_a_key() {
    let homes = ["work", "root", "home", "Users"].map(|folder| format!("/{folder}/"));
    let words = [&homes[..], &["PRIVATE".to_owned() + " KEY-----"]].concat();
    for (path, bytes) in tree(&repository()) {
        let text = String::from_utf8_lossy(&bytes);
        for word in &words {
            assert!(!text.contains(word.as_str()), "{path} has `{word}`");
        }
    }
}

/// A registry that stands in for it on somebody's machine has no place in a lock file.
#[test]
fn what_we_build_on_comes_from_the_public_registry() {
    for path in ["Cargo.lock", "tests/fuzz/Cargo.lock"] {
        let lock: toml::Table = text(path).parse().unwrap();
        let packages = lock["package"].as_array().unwrap();
        let sources: BTreeSet<&str> = packages.iter().filter_map(|package| package.get("source")?.as_str()).collect();
        assert_eq!(Vec::from_iter(sources), ["registry+https://github.com/rust-lang/crates.io-index"], "{path}");
    }
    let lock: serde_json::Value = serde_json::from_str(&text("tests/external/clients/package-lock.json")).unwrap();
    for (name, package) in lock["packages"].as_object().unwrap().iter().filter(|(name, _)| !name.is_empty()) {
        assert!(package["integrity"].is_string() && package.get("resolved").is_none(), "{name}");
    }
}
