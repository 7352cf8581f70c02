//! Finds where the user's sources call a function of the module, outside of tests.

use camino::{Utf8Path, Utf8PathBuf};
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ImplItemFn, ItemFn, ItemMod};

use super::names::{Found, Names};
use super::optional::{File, related};
use crate::edit::rust;
use crate::edit::text::position;

/// A place in the user's sources.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: Utf8PathBuf,
    /// The line, from 1.
    pub line: usize,
}

/// Every call of one of some functions, each as the path from the module to it, such as `Verifier::from_env`.
pub fn calls<'a>(
    sources: impl Iterator<Item = (&'a Utf8Path, &'a str)>,
    module: &str,
    package: &str,
    functions: &[String],
) -> Vec<Place> {
    let mut names = Names::new(package);
    let in_program =
        sources.filter(|(path, _)| !["tests", "benches", "examples"].iter().any(|one| path.starts_with(one)));
    let files = related(in_program, [module.to_owned()].into(), &mut names);
    let wanted: Vec<Vec<String>> = functions.iter().map(|path| path.split("::").map(str::to_owned).collect()).collect();
    let mut found = Vec::new();
    for file in &files {
        let mut finder = Finder { names: &names, module, wanted: &wanted, file, scope: file.scope, found: &mut found };
        finder.visit_file(&file.source.file);
    }
    found.sort();
    found.dedup();
    found
}

/// Looks through one file.
struct Finder<'a> {
    names: &'a Names,
    module: &'a str,
    wanted: &'a [Vec<String>],
    file: &'a File<'a>,
    scope: usize,
    found: &'a mut Vec<Place>,
}

impl Finder<'_> {
    /// Whether a path leads through the module to one of the functions.
    fn is_wanted(&self, path: &[String]) -> bool {
        let leads = |whole: &[String], wanted: &Vec<String>| {
            whole
                .strip_suffix(wanted.as_slice())
                .is_some_and(|before| before.last().is_some_and(|one| one == self.module))
        };
        let is_one = |whole: &[String]| self.wanted.iter().any(|wanted| leads(whole, wanted));
        let (first, rest) = path.split_at(1);
        // The first name may be there by way of a glob.
        let mut starts = self.paths(first).filter(|_| !rest.is_empty());
        self.paths(path).any(|whole| is_one(&whole)) || starts.any(|start| is_one(&[start.as_slice(), rest].concat()))
    }

    /// The paths that a path stands for.
    fn paths(&self, path: &[String]) -> impl Iterator<Item = Vec<String>> {
        self.names.lookup(self.scope, path).into_iter().filter_map(|found| match found {
            Found::Path(whole) => Some(whole),
            Found::Alias(..) | Found::Own => None,
        })
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'a ItemMod) {
        if rust::is_test(&item.attrs) {
            return;
        }
        let outer = self.scope;
        self.scope = self.names.inner(outer, &item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.scope = outer;
    }

    fn visit_item_fn(&mut self, item: &'a ItemFn) {
        if !rust::is_test(&item.attrs) {
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'a ImplItemFn) {
        if !rust::is_test(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if let Expr::Path(function) = call.func.as_ref() {
            let path: Vec<String> = function.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            if let (true, Some(first)) = (self.is_wanted(&path), function.path.segments.first()) {
                let start = self.file.source.range(first.ident.span()).start;
                let line = position(self.file.text, start).0;
                self.found.push(Place { path: self.file.path.to_owned(), line });
            }
        }
        visit::visit_expr_call(self, call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let functions = ["layer", "layer_with", "Verifier::from_env"].map(str::to_owned);
        let sources = [(Utf8Path::new("src/main.rs"), text), (Utf8Path::new("tests/api.rs"), text)];
        calls(sources.into_iter(), "clerk", "shop-api", &functions).into_iter().map(|place| place.line).collect()
    }

    #[test]
    fn a_call_is_found_however_it_is_named() {
        for text in [
            "fn a() { x.layer(clerk::layer()) }",
            "fn a() { x.layer(crate::auth::clerk::layer_with(v)) }",
            "use crate::clerk; fn a() { clerk::layer(); }",
            "use crate::clerk::layer; fn a() { layer(); }",
            "use crate::clerk::{Verifier as V}; fn a() { V::from_env(); }",
            "use shop_api::clerk as auth; fn a() { || auth::layer(); }",
            "use crate::clerk::*; impl A { fn a() { Verifier::from_env(); } }",
        ] {
            assert_eq!(lines(text), [1], "{text}");
        }
    }

    #[test]
    fn tests_and_other_functions_are_none() {
        for text in [
            "// clerk::layer()\nfn a() { \"clerk::layer()\"; }",
            "fn clerk() { tower::layer(); layer(); other::Verifier::from_env(); clerk::layers(); }",
            "#[cfg(test)] mod tests { fn a() { clerk::layer(); } }",
            "#[tokio::test] async fn a() { clerk::layer(); }",
            "use tower::layer; use crate::clerk::Session; fn a() { layer(); }",
        ] {
            assert_eq!(lines(text), [0; 0], "{text}");
        }
    }
}
