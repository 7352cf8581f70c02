//! Follows a crate's `mod` declarations to learn which files belong to it, tests aside, and whether they name a crate.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::{Expr, Item, Lit, Meta};

use super::bounds::Sum;
use super::files::read;
use super::reach::Reach;
use crate::edit::rust;

/// Whether the crate with this root names the identifier anywhere in its out-of-line modules.
pub fn names(root: &Utf8Path, ident: &str) -> bool {
    let mut found = false;
    let all = follow(root, |_, text| {
        found = mentions(text, ident);
        !found
    });
    found || !all
}

/// Whether a file of the crate with this root has one of these texts.
pub fn holds(root: &Utf8Path, texts: &[String]) -> bool {
    let mut found = false;
    follow(root, |_, text| {
        found = texts.iter().any(|one| text.contains(one.as_str()));
        !found
    });
    found
}

/// Those of the files that belong to a crate with one of these roots. It looks no further once all are found.
pub fn belonging(roots: &[&Utf8Path], files: &[Utf8PathBuf]) -> Vec<Utf8PathBuf> {
    let mut missing: BTreeSet<Utf8PathBuf> = files.iter().cloned().collect();
    for root in roots {
        if !missing.is_empty() {
            follow(root, |path, _| {
                missing.remove(path);
                !missing.is_empty()
            });
        }
    }
    files.iter().filter(|file| !missing.contains(*file)).cloned().collect()
}

/// Visits the files of a crate, from its root on, for as long as the visitor wants more. Answers whether there were not too
/// many for that.
fn follow(root: &Utf8Path, mut visit: impl FnMut(&Utf8Path, &str) -> bool) -> bool {
    let reach = Reach::around(root.parent().unwrap_or(root));
    let (mut seen, mut sum) = (BTreeSet::new(), Sum::default());
    let mut queue = vec![(root.to_owned(), root.parent().unwrap_or(Utf8Path::new("")).to_owned())];
    while let Some((path, children)) = queue.pop() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let Ok(Some(text)) = read(&reach, Utf8Path::new(""), &path) else { continue };
        if sum.add(&path, &text).is_err() {
            return false;
        }
        if !visit(&path, &text) {
            return true;
        }
        if let Ok(source) = rust::parse(&text) {
            below(&source.file.items, &path, &children, &mut queue);
        }
    }
    true
}

/// Whether the identifier stands among the tokens; comments and strings do not count.
fn mentions(text: &str, ident: &str) -> bool {
    fn any(stream: TokenStream, ident: &str) -> bool {
        stream.into_iter().any(|token| match token {
            TokenTree::Ident(found) => found == ident,
            TokenTree::Group(group) => any(group.stream(), ident),
            _ => false,
        })
    }
    // Lexing is worth its time only where the word occurs at all.
    text.contains(ident) && rust::tokens(text).map_or(true, |stream| any(stream, ident))
}

/// The files of the modules that these items declare.
fn below(items: &[Item], file: &Utf8Path, children: &Utf8Path, queue: &mut Vec<(Utf8PathBuf, Utf8PathBuf)>) {
    for item in items {
        let Item::Mod(module) = item else { continue };
        if rust::is_test(&module.attrs) {
            continue;
        }
        let name = module.ident.unraw().to_string();
        let folder = children.join(&name);
        if let Some((_, items)) = &module.content {
            below(items, file, &folder, queue);
        } else if let Some(path) = path_attribute(module) {
            let path = file.parent().unwrap_or(Utf8Path::new("")).join(path);
            let children = path.parent().unwrap_or(Utf8Path::new("")).to_owned();
            queue.push((path, children));
        } else {
            let flat = children.join(format!("{name}.rs"));
            queue.push((if flat.is_file() { flat } else { folder.join("mod.rs") }, folder));
        }
    }
}

fn path_attribute(module: &syn::ItemMod) -> Option<String> {
    module.attrs.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(path) => Some(path.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}
