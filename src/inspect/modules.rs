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

/// The files that two crates both declare as modules in their roots, with what is below them.
#[derive(Debug, Default)]
pub struct Shared(Vec<(Utf8PathBuf, Utf8PathBuf)>);

/// What two crates, by their roots, build twice.
pub fn shared(one: &Utf8Path, other: &Utf8Path) -> Shared {
    let other = declared(other);
    let in_both = |file: &(Utf8PathBuf, Utf8PathBuf)| other.iter().any(|(path, _)| *path == file.0);
    Shared(declared(one).into_iter().filter(in_both).filter(|(path, _)| path.is_file()).collect())
}

/// The files of the modules that a crate root declares, each with the folder of those below it.
fn declared(root: &Utf8Path) -> Vec<(Utf8PathBuf, Utf8PathBuf)> {
    let folder = root.parent().unwrap_or(Utf8Path::new(""));
    let mut files = Vec::new();
    if let Ok(Some(text)) = read(&Reach::around(folder), Utf8Path::new(""), root)
        && let Ok(source) = rust::modules(&text)
    {
        below(&source.file.items, root, folder, &mut files);
    }
    files
}

impl Shared {
    /// Those whose sources name the identifier.
    pub fn naming(&self, ident: &str) -> Vec<&Utf8Path> {
        let names = |(path, children): &&(Utf8PathBuf, Utf8PathBuf)| {
            let mut found = false;
            let all = follow_from(path, children, |_, text| {
                found = mentions(text, ident);
                !found
            });
            found || !all
        };
        self.0.iter().filter(names).map(|(path, _)| path.as_path()).collect()
    }

    /// Those of the files that are among them.
    pub fn among(&self, files: &[Utf8PathBuf]) -> Vec<Utf8PathBuf> {
        let mut found = Vec::new();
        for (path, children) in &self.0 {
            follow_from(path, children, |path, _| {
                found.extend(files.iter().find(|file| *file == path).cloned());
                true
            });
        }
        found
    }
}

/// Visits the files of a crate, from its root on, for as long as the visitor wants more. Answers whether there were not too
/// many for that.
fn follow(root: &Utf8Path, visit: impl FnMut(&Utf8Path, &str) -> bool) -> bool {
    follow_from(root, root.parent().unwrap_or(Utf8Path::new("")), visit)
}

/// As [`follow`], from a file on whose modules stand in a folder.
fn follow_from(file: &Utf8Path, folder: &Utf8Path, mut visit: impl FnMut(&Utf8Path, &str) -> bool) -> bool {
    let reach = Reach::around(file.parent().unwrap_or(file));
    let (mut seen, mut sum) = (BTreeSet::new(), Sum::default());
    let mut queue = vec![(file.to_owned(), folder.to_owned())];
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
        if may_declare(&text)
            && let Ok(source) = rust::modules(&text)
        {
            below(&source.file.items, &path, &children, &mut queue);
        }
    }
    true
}

/// Whether a text may declare a module that stands in a file of its own. Most do not, and parsing is what costs.
fn may_declare(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices("mod").any(|(at, word)| {
        let rest = &text[at + word.len()..];
        let name = rest.trim_start();
        let end = name.trim_start_matches(|c: char| is_part(c) || c == '#').trim_start();
        // A comment may stand anywhere between the words.
        let is_word = !text[..at].ends_with(is_part) && !rest.starts_with(is_part);
        is_word && (name.starts_with('/') || end.starts_with([';', '/']))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_seen_without_parsing() {
        for text in [
            "mod a;",
            "pub(crate) mod a ;",
            "mod\n\tr#a;",
            "mod/**/a;",
            "mod a/**/;",
            "mod b {\n    mod a;\n}",
            "{mod ä;}",
        ] {
            assert!(may_declare(text), "{text}");
        }
        for text in ["", "mod tests {}", "model;", "a_mod a;", "let x = y.mode();", "mod"] {
            assert!(!may_declare(text), "{text}");
        }
    }
}
