//! Files that use each other in a circle can only be read together, so there are none. A folder's `mod.rs` and the files below
//! it are one module, which is read together anyway: what goes between those two is no part of a circle.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use support::{repository, tree};
use syn::{Item, UseTree, Visibility};

type Path = Vec<String>;

/// A module with a file of its own.
#[derive(Default)]
struct Module {
    file: String,
    /// What is declared in it.
    items: BTreeSet<String>,
    /// What its imports stand for, as they are written.
    aliases: BTreeMap<String, Path>,
    /// What it names, as it is written. What it only hands on is not among that.
    named: BTreeSet<Path>,
}

/// The modules by their paths.
fn modules(sources: impl Iterator<Item = (String, String)>) -> BTreeMap<Path, Module> {
    let mut modules = BTreeMap::new();
    for (file, text) in sources.filter(|(file, _)| file.ends_with(".rs") && !file.ends_with("tests.rs")) {
        let path = file.strip_suffix("/mod.rs").or_else(|| file.strip_suffix(".rs")).unwrap();
        let path: Path = path.split('/').map(str::to_owned).filter(|step| step != "lib").collect();
        modules.insert(path, module(file, &text));
    }
    modules
}

fn module(file: String, text: &str) -> Module {
    let mut module = Module { file, ..Module::default() };
    for item in syn::parse_file(text).unwrap().items {
        match &item {
            Item::Use(import) => {
                let mut found = Vec::new();
                imports(&import.tree, &mut Vec::new(), &mut found);
                if matches!(import.vis, Visibility::Inherited) {
                    module.named.extend(found.iter().map(|(_, path)| path.clone()));
                }
                module.aliases.extend(found);
                continue;
            }
            // Tests may look at everything.
            Item::Mod(tests) if tests.attrs.iter().any(|one| one.path().is_ident("cfg")) => continue,
            _ => {}
        }
        module.items.extend(name(&item));
        paths(quote(&item), &mut module.named);
    }
    module
}

fn quote(item: &Item) -> TokenStream {
    use syn::__private::ToTokens;
    item.to_token_stream()
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Each name that an import brings, with its path.
fn imports(tree: &UseTree, before: &mut Path, found: &mut Vec<(String, Path)>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            imports(&path.tree, before, found);
            before.pop();
        }
        UseTree::Name(leaf) if leaf.ident == "self" => {
            found.push((before.last().cloned().unwrap_or_default(), before.clone()));
        }
        UseTree::Name(leaf) => found.push((leaf.ident.to_string(), [&before[..], &[leaf.ident.to_string()]].concat())),
        UseTree::Rename(leaf) => {
            found.push((leaf.rename.to_string(), [&before[..], &[leaf.ident.to_string()]].concat()));
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| imports(tree, before, found)),
        UseTree::Glob(_) => {}
    }
}

/// Every path of two names and more, wherever it stands.
fn paths(tokens: TokenStream, named: &mut BTreeSet<Path>) {
    let (mut path, mut colons) = (Path::new(), 0);
    for token in tokens {
        match token {
            TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
            TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => {
                path.push(ident.to_string());
                colons = 0;
            }
            other => {
                named.extend(Some(std::mem::take(&mut path)).filter(|path| path.len() > 1));
                colons = 0;
                match other {
                    TokenTree::Ident(ident) => path = vec![ident.to_string()],
                    TokenTree::Group(group) => paths(group.stream(), named),
                    _ => {}
                }
            }
        }
    }
    named.extend(Some(path).filter(|path| path.len() > 1));
}

/// The file of what a path leads to, from a module on.
fn file_of(modules: &BTreeMap<Path, Module>, from: &[String], path: &[String], steps: usize) -> Option<String> {
    let (first, rest) = path.split_first()?;
    let steps = steps.checked_sub(1)?;
    match first.as_str() {
        "crate" => return walk(modules, &[], rest, steps),
        "self" => return walk(modules, from, rest, steps),
        "super" => {
            return file_of(
                modules,
                &from[..from.len().checked_sub(1)?],
                &[&["self".to_owned()], rest].concat(),
                steps,
            );
        }
        _ => {}
    }
    let known = modules.contains_key(&[from, std::slice::from_ref(first)].concat());
    let module = modules.get(from)?;
    (known || module.aliases.contains_key(first)).then(|| walk(modules, from, path, steps)).flatten()
}

fn walk(modules: &BTreeMap<Path, Module>, at: &[String], path: &[String], steps: usize) -> Option<String> {
    let (first, rest) = path.split_first()?;
    if first == "super" {
        return walk(modules, &at[..at.len().checked_sub(1)?], rest, steps);
    }
    let below = [at, std::slice::from_ref(first)].concat();
    let module = modules.get(at)?;
    if modules.contains_key(&below) {
        return walk(modules, &below, rest, steps);
    }
    if module.items.contains(first) {
        return Some(module.file.clone());
    }
    let alias = module.aliases.get(first)?;
    file_of(modules, at, &[alias, rest].concat(), steps.checked_sub(1)?)
}

/// The files that each file uses.
fn uses(modules: &BTreeMap<Path, Module>) -> BTreeMap<String, BTreeSet<String>> {
    let of = |(path, module): (&Path, &Module)| {
        let found = module.named.iter().filter_map(|named| file_of(modules, path, named, 20));
        let apart = |file: &String| !is_above(file, &module.file) && !is_above(&module.file, file);
        (module.file.clone(), found.filter(apart).collect())
    };
    modules.iter().map(of).collect()
}

/// Whether a file is the other one, or heads the folder that it stands in.
fn is_above(file: &str, other: &str) -> bool {
    file == other || file.strip_suffix("mod.rs").is_some_and(|folder| other.starts_with(folder))
}

fn reach<'a>(uses: &'a BTreeMap<String, BTreeSet<String>>, file: &'a str) -> BTreeSet<&'a str> {
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![file]);
    while let Some(file) = waiting.pop() {
        let next = uses.get(file).into_iter().flatten();
        waiting.extend(next.map(String::as_str).filter(|file| seen.insert(*file)));
    }
    seen
}

/// The groups of files of which each uses all others, by whatever way.
fn circles(sources: impl Iterator<Item = (String, String)>) -> BTreeSet<BTreeSet<String>> {
    let uses = uses(&modules(sources));
    let reached: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|file| (file.as_str(), reach(&uses, file))).collect();
    let together = |file: &str| {
        let others = reached[file].iter().filter(|other| reached.get(*other).is_some_and(|back| back.contains(file)));
        others.map(|other| (*other).to_owned()).collect::<BTreeSet<String>>()
    };
    uses.keys().map(|file| together(file)).filter(|circle| circle.len() > 1).collect()
}

#[test]
fn no_files_use_each_other() {
    let files = tree(&repository().join("src")).into_iter();
    let circles = circles(files.map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap())));
    assert_eq!(circles, BTreeSet::new());
}

#[test]
fn a_circle_is_found_by_whatever_way() {
    let found = |files: &[(&str, &str)]| {
        let files = [("lib.rs", "")].iter().chain(files).map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        circles(files).into_iter().map(|circle| circle.into_iter().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    let one = ("one.rs", "use crate::two::Two;\npub struct One(Two);");
    assert_eq!(found(&[one, ("two.rs", "pub struct Two;\nfn f() -> crate::one::One { todo!() }")]), ["one.rs two.rs"]);
    assert_eq!(
        found(&[one, ("two.rs", "pub struct Two;\nfn f() { matches!(x, crate::one::One(_)) }")]),
        ["one.rs two.rs"]
    );
    assert_eq!(found(&[one, ("two.rs", "use crate::one;\npub struct Two;\nfn f() { one::One; }")]), ["one.rs two.rs"]);
    let face = ("a/mod.rs", "mod b;\npub use b::B;\npub fn f() {}");
    assert_eq!(
        found(&[face, ("a/b.rs", "pub struct B;\nfn g() { super::f(); }")]),
        [] as [&str; 0],
        "it only hands on"
    );
    let user = ("a/mod.rs", "mod b;\nuse b::B;\npub fn f() { B; }");
    assert_eq!(found(&[user, ("a/b.rs", "pub struct B;\nfn g() { super::f(); }")]), [] as [&str; 0], "one module");
    let sibling = ("a/c.rs", "use super::b::B;\npub fn c() {}");
    assert_eq!(found(&[face, sibling, ("a/b.rs", "pub struct B;\nfn g() { super::c::c(); }")]), ["a/b.rs a/c.rs"]);
    assert_eq!(found(&[one, ("two.rs", "pub struct Two;")]), [] as [&str; 0]);
}
