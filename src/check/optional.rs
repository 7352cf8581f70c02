//! Finds where the user's sources let a framework make an `Option` or a `Result` of an extractor of ours: it has a blanket
//! implementation for that, a bad token counts as none, and the handler goes on as for a visitor.
//!
//! Frameworks extract what functions and closures take, what a structure derives an extractor from, and what is asked for
//! by name, as in `extract::<…>()`. What a function returns or a variable holds is nobody's extractor.

use std::collections::BTreeSet;
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Attribute, ExprClosure, ExprMethodCall, ExprPath, FnArg, GenericArgument, ItemMod, ItemStruct, Macro, Pat,
    PathArguments, Type, TypePath,
};

use super::names::{Found, Names};
use crate::edit::rust::{self, Source};
use crate::edit::text::position;

/// The extractors of the module that refuse a bad token.
const EXTRACTORS: [&str; 3] = ["Session", "MaybeSession", "PendingSession"];

/// One that is wrapped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Optional {
    pub path: Utf8PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The type without aliases, such as `Option<Session>`.
    pub written: String,
}

/// How many types are looked into behind one: more are a circle of aliases.
const STEPS: usize = 500;

/// Every wrapped extractor in the sources of a package; `module` is the name of the generated module.
pub fn optional_sessions<'a>(
    sources: impl Iterator<Item = (&'a Utf8Path, &'a str)>,
    module: &str,
    package: &str,
) -> Vec<Optional> {
    let mut names = Names::new(package);
    let words = EXTRACTORS.into_iter().chain([module]);
    let files = related(sources, words.map(str::to_owned).collect(), &mut names);
    let mut all = BTreeSet::new();
    for file in &files {
        let mut finder = Finder { names: &names, module, file, scope: file.scope, found: &mut all };
        finder.visit_file(&file.source.file);
    }
    all.into_iter().collect()
}

/// A file that is looked at.
pub(super) struct File<'a> {
    pub(super) path: &'a Utf8Path,
    pub(super) text: &'a str,
    pub(super) source: Source,
    pub(super) scope: usize,
}

/// The files in which one of some words can be named, be it by another name that some of them give it. One that does
/// not parse is none that could be compiled.
pub(super) fn related<'a>(
    sources: impl Iterator<Item = (&'a Utf8Path, &'a str)>,
    mut words: BTreeSet<String>,
    names: &mut Names,
) -> Vec<File<'a>> {
    let mut open: Vec<(&Utf8Path, &str)> = sources.collect();
    let mut files = Vec::new();
    loop {
        let (near, far): (Vec<_>, Vec<_>) =
            open.into_iter().partition(|(_, text)| words.iter().any(|word| text.contains(word.as_str())));
        let is_last = near.is_empty();
        open = far;
        for (path, text) in near {
            let Ok(source) = rust::parse(text) else { continue };
            let scope = names.read(path, &source.file);
            files.push(File { path, text, source, scope });
        }
        let known = words.len();
        words.append(&mut names.leading_to(&words));
        if is_last && words.len() == known {
            return files;
        }
    }
}

/// Where a type stands: the scope, and what the parameters of the alias around it are.
#[derive(Clone)]
struct Place {
    scope: usize,
    given: Rc<Vec<(String, Type, Place)>>,
}

/// What the path of a type leads to.
enum Meaning {
    Type(Box<Type>, Place),
    Path(Vec<String>),
}

/// Looks through one file.
struct Finder<'a> {
    names: &'a Names,
    module: &'a str,
    file: &'a File<'a>,
    scope: usize,
    found: &'a mut BTreeSet<Optional>,
}

impl Finder<'_> {
    /// Takes a type down if it is a wrapped extractor.
    fn look(&mut self, taken: &Type) {
        let place = Place { scope: self.scope, given: Rc::default() };
        if let Some(written) = self.wrapped(taken, &place, &mut { STEPS }) {
            let start = self.file.source.range(taken.span()).start;
            let line = position(self.file.text, start).0;
            self.found.insert(Optional { path: self.file.path.to_owned(), line, written });
        }
    }

    /// The type as an `Option` or a `Result` of an extractor, or a tuple with one.
    fn wrapped(&self, taken: &Type, place: &Place, steps: &mut usize) -> Option<String> {
        *steps = steps.checked_sub(1)?;
        match taken {
            Type::Paren(inner) => self.wrapped(&inner.elem, place, steps),
            Type::Tuple(tuple) => tuple.elems.iter().find_map(|one| self.wrapped(one, place, steps)),
            Type::Path(path) => self.meanings(path, place).into_iter().find_map(|meaning| match meaning {
                Meaning::Type(body, place) => self.wrapped(&body, &place, steps),
                Meaning::Path(whole) => {
                    let form = match whole.last()?.as_str() {
                        "Option" => ["Option<", ">"],
                        "Result" => ["Result<", ", _>"],
                        _ => return None,
                    };
                    let inner = arguments(path).next()?;
                    let name = self.extractor(inner, place, steps);
                    name.map(|name| form.join(&name)).or_else(|| self.wrapped(inner, place, steps))
                }
            }),
            _ => None,
        }
    }

    /// The extractor that a type is, or that a tuple has.
    fn extractor(&self, inner: &Type, place: &Place, steps: &mut usize) -> Option<String> {
        *steps = steps.checked_sub(1)?;
        match inner {
            Type::Paren(inner) => self.extractor(&inner.elem, place, steps),
            Type::Tuple(tuple) => tuple.elems.iter().find_map(|one| self.extractor(one, place, steps)),
            Type::Path(path) => self.meanings(path, place).into_iter().find_map(|meaning| match meaning {
                Meaning::Type(body, place) => self.extractor(&body, &place, steps),
                Meaning::Path(whole) => self.own(&whole),
            }),
            _ => None,
        }
    }

    /// Whether a path names an extractor of the module: it goes through the module, or nobody knows where it is from.
    fn own(&self, whole: &[String]) -> Option<String> {
        let (name, before) = whole.split_last()?;
        let through = before.is_empty() || before.iter().rev().take(2).any(|step| step == self.module);
        (through && EXTRACTORS.contains(&name.as_str())).then(|| name.clone())
    }

    fn meanings(&self, path: &TypePath, place: &Place) -> Vec<Meaning> {
        let steps: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let [only] = steps.as_slice()
            && let Some((_, given, outer)) = place.given.iter().find(|(name, ..)| name == only)
        {
            return vec![Meaning::Type(Box::new(given.clone()), outer.clone())];
        }
        let meaning = |found| match found {
            Found::Alias(alias, scope) => {
                let given = alias.parameters.iter().zip(arguments(path));
                let given = given.map(|(name, one)| (name.clone(), one.clone(), place.clone())).collect();
                Some(Meaning::Type(Box::new(alias.body.clone()), Place { scope, given: Rc::new(given) }))
            }
            Found::Path(whole) => Some(Meaning::Path(whole)),
            Found::Own => None,
        };
        self.names.lookup(place.scope, &steps).into_iter().filter_map(meaning).collect()
    }
}

/// The types between the angle brackets of a path.
fn arguments(path: &TypePath) -> impl Iterator<Item = &Type> {
    let arguments = path.path.segments.last().map(|segment| &segment.arguments);
    let listed = match arguments {
        Some(PathArguments::AngleBracketed(listed)) => Some(&listed.args),
        _ => None,
    };
    listed.into_iter().flatten().filter_map(|one| match one {
        GenericArgument::Type(one) => Some(one),
        _ => None,
    })
}

/// Whether a function or method of this name extracts.
fn extracts(name: &syn::Ident) -> bool {
    let name = name.to_string();
    name == "guard" || name.starts_with("extract") || name.starts_with("from_request")
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item_mod(&mut self, item: &'a ItemMod) {
        let outer = self.scope;
        self.scope = self.names.inner(outer, &item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.scope = outer;
    }

    fn visit_fn_arg(&mut self, argument: &'a FnArg) {
        if let FnArg::Typed(argument) = argument {
            self.look(&argument.ty);
        }
    }

    fn visit_expr_closure(&mut self, closure: &'a ExprClosure) {
        for input in &closure.inputs {
            if let Pat::Type(argument) = input {
                self.look(&argument.ty);
            }
        }
        visit::visit_expr_closure(self, closure);
    }

    fn visit_item_struct(&mut self, item: &'a ItemStruct) {
        if item.attrs.iter().any(derives_extractor) {
            item.fields.iter().for_each(|field| self.look(&field.ty));
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        let generics = call.turbofish.iter().filter(|_| extracts(&call.method)).flat_map(|list| &list.args);
        for one in generics {
            if let GenericArgument::Type(asked) = one {
                self.look(asked);
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    /// `Option::<Session>::from_request(…)`, `<Option<Session> as FromRequest>::from_request(…)`.
    fn visit_expr_path(&mut self, expression: &'a ExprPath) {
        let mut path = expression.path.clone();
        let last = path.segments.pop();
        if last.is_some_and(|last| extracts(&last.ident)) {
            path.segments.pop_punct();
            match &expression.qself {
                Some(asked) => self.look(&asked.ty),
                None => self.look(&Type::Path(TypePath { attrs: Vec::new(), qself: None, path })),
            }
        }
        visit::visit_expr_path(self, expression);
    }

    /// What is handed to a macro may be items, whatever it makes of them.
    fn visit_macro(&mut self, called: &'a Macro) {
        if let Ok(items) = called.parse_body::<syn::File>() {
            Finder { found: self.found, ..*self }.visit_file(&items);
        }
    }
}

fn derives_extractor(attribute: &Attribute) -> bool {
    let mut found = false;
    if attribute.path().is_ident("derive") {
        // A list that is none is for the compiler to complain about.
        let _ = attribute.parse_nested_meta(|derived| {
            let name = derived.path.segments.last().map(|segment| segment.ident.to_string());
            found |= name.is_some_and(|name| name.starts_with("FromRequest"));
            Ok(())
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use camino::Utf8Path;

    use super::optional_sessions;

    /// The lines that are found in `src/users.rs`, beside what stands in other files.
    fn lines(users: &str, others: &[(&str, &str)]) -> Vec<usize> {
        let sources = others.iter().copied().chain([("src/users.rs", users)]);
        let sources = sources.map(|(path, text)| (Utf8Path::new(path), text));
        let found = optional_sessions(sources, "clerk", "shop-api");
        found.iter().filter(|one| one.path == "src/users.rs").map(|one| one.line).collect()
    }

    #[test]
    fn every_way_to_extract_is_found() {
        let text = "fn a(s: Option<Session>) {}\nfn b(s: std::option::Option< crate::clerk::Session >) {}\n\
                    fn c((s, t): (Result<crate::clerk::Session, Rejection>, u8)) {}\n\
                    fn d() { let e = |s: Option<(clerk::Session, u8)>| {}; }\n\
                    #[derive(Debug, axum::extract::FromRequestParts)] struct F { s: Option<clerk::Session> }\n\
                    fn g(r: R) { r.extract::<Option<clerk::Session>>(); }\n\
                    fn h(r: R) { Option::<clerk::Session>::from_request(r); }\n\
                    fn i(r: R) { <Result<clerk::PendingSession, E> as FromRequest>::from_request(r); }\n\
                    wrap! { fn j(s: Option<clerk::Session>) {} }\n\
                    impl K { async fn l(&self, s: Option<clerk::extract::MaybeSession>) {} }\n";
        assert_eq!(lines(text, &[]), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert_eq!(lines("\u{feff}#!/bin/x\n\nfn a(s: Option<clerk::Session>) {}\n", &[]), [3]);
    }

    #[test]
    fn aliases_and_imports_are_followed() {
        let types =
            ("src/types.rs", "pub type Visitor = Option<crate::clerk::Session>;\npub type Maybe<T> = Option<T>;\n");
        let face = ("src/lib.rs", "mod clerk;\npub use clerk::Session as Login;\npub use crate::clerk as auth;\n");
        let prelude = ("src/prelude/mod.rs", "pub use super::types::*;\npub use crate::clerk::*;\n");
        let again = ("src/again.rs", "pub use crate::types::Visitor as Caller;\n");
        let others = [again, types, face, prelude];
        for text in [
            "use crate::clerk::Session as S; fn a(s: Option<S>) {}",
            "use crate::{clerk::{self, Rejection}}; fn a(s: Result<clerk::Session, Rejection>) {}",
            "use crate::clerk as c; fn a(s: Option<c::Session>) {}",
            "use std::option::Option as Maybe; fn a(s: Maybe<crate::clerk::Session>) {}",
            "type Guest = Option<crate::clerk::Session>; fn a(s: Guest) {}",
            "type Known = crate::clerk::Session; fn a(s: Option<Known>) {}",
            "use crate::types::Visitor; fn a(s: Visitor) {}",
            "fn a(s: crate::types::Visitor) {}",
            "fn a(s: crate::again::Caller) {}",
            "fn a(s: crate::types::Maybe<crate::clerk::Session>) {}",
            "use crate::Login; fn a(s: Option<Login>) {}",
            "use shop_api::Login; fn a(s: Option<Login>) {}",
            "use crate::auth; fn a(s: Option<auth::Session>) {}",
            "use crate::prelude::*; fn a(s: Visitor) {}",
            "use crate::prelude::*; fn a(s: Option<Session>) {}",
            "mod b { use super::*; fn a(s: Option<S>) {} } use crate::clerk::Session as S;",
        ] {
            assert_eq!(lines(text, &others), [1], "{text}");
        }
    }

    #[test]
    fn what_is_no_extractor_of_ours_is_left_alone() {
        for text in [
            "// Option<Session>\nfn a() { let _ = \"Option<Session>\"; }",
            "fn a(s: MaybeSession, t: Option<Session<u8>>) {} struct Session<T>(T);",
            "fn a(s: Option<&crate::clerk::Session>) {}",
            "fn a() -> Result<crate::clerk::Session, Rejection> {}",
            "fn a(MaybeSession(s): MaybeSession) { let s: Option<crate::clerk::Session> = s; }",
            "struct Page { session: Option<crate::clerk::Session> }",
            "use tower_sessions::Session; fn a(s: Option<Session>) {}",
            "fn a(s: Option<actix_session::Session>) {}",
            "struct Session; fn a(s: Option<Session>) {}",
            "use crate::models::Session; fn a(s: Option<Session>) {}",
            "mod b { use tower_sessions::Session; fn a(s: Option<Session>) {} } use crate::clerk::Session;",
            "type A = Option<B>; type B = A; fn a(s: A) {}",
            "use self::c::*; mod c { pub use super::*; } fn a(s: Option<Unknown>) {}",
        ] {
            let models = ("src/models.rs", "pub struct Session { id: u8 }\n");
            assert_eq!(lines(text, &[models]), [0; 0], "{text}");
        }
    }
}
