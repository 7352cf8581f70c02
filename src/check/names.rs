//! What names stand for in the user's sources, as far as imports and aliases within the package tell.
//!
//! Names are followed by the texts alone: what comes out of a macro, or of another crate, is not seen. Where modules of one
//! name stand in several places, all of them are looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use camino::Utf8Path;
use syn::visit::{self, Visit};
use syn::{GenericParam, Item, ItemMod, ItemType, ItemUse, Type, UseTree};

/// How many imports are followed from one name, on all ways together: more are a circle.
const STEPS: usize = 500;

/// What a name stands for where it is declared.
enum Meaning {
    /// Something at another path.
    Path(Vec<String>),
    /// An alias of a type.
    Alias(Rc<Alias>),
    /// Something of the user's own.
    Own,
}

impl Meaning {
    fn mentions(&self, words: &BTreeSet<String>) -> bool {
        match self {
            Self::Path(path) => path.iter().any(|step| words.contains(step)),
            Self::Alias(alias) => {
                let mut mentions = Mentions { words, found: false };
                mentions.visit_type(&alias.body);
                mentions.found
            }
            Self::Own => false,
        }
    }
}

/// Looks for one of some words in a type.
struct Mentions<'a> {
    words: &'a BTreeSet<String>,
    found: bool,
}

impl Visit<'_> for Mentions<'_> {
    fn visit_ident(&mut self, ident: &syn::Ident) {
        self.found |= self.words.contains(&ident.to_string());
    }
}

/// `type Name<Parameters> = Type;`
pub(super) struct Alias {
    pub(super) parameters: Vec<String>,
    pub(super) body: Type,
}

/// A module, with what is declared in it.
#[derive(Default)]
struct Scope {
    path: Vec<String>,
    /// A name may stand for several things: under one `cfg` or another, or in one function alone.
    names: BTreeMap<String, Vec<Meaning>>,
    globs: Vec<Vec<String>>,
}

/// What a path leads to.
pub(super) enum Found {
    /// An alias, and the scope in which it stands.
    Alias(Rc<Alias>, usize),
    /// A path that leads out of what can be seen.
    Path(Vec<String>),
    /// A type of the user's own.
    Own,
}

/// The modules of a package.
#[derive(Default)]
pub(super) struct Names {
    package: String,
    scopes: Vec<Scope>,
}

impl Names {
    /// Nothing is known yet but the package's name.
    pub(super) fn new(package: &str) -> Self {
        Self { package: package.replace('-', "_"), scopes: Vec::new() }
    }

    /// Takes in a file; the modules in it follow it in order.
    pub(super) fn read(&mut self, path: &Utf8Path, file: &syn::File) -> usize {
        let scope = self.scopes.len();
        self.scopes.push(Scope { path: module_path(path), ..Scope::default() });
        Reader { names: self, scope }.visit_file(file);
        scope
    }

    /// The names that are declared by way of one of these words.
    pub(super) fn leading_to(&self, words: &BTreeSet<String>) -> BTreeSet<String> {
        let names = self.scopes.iter().flat_map(|scope| &scope.names);
        let leads = |meanings: &Vec<Meaning>| meanings.iter().any(|meaning| meaning.mentions(words));
        names.filter(|(_, meanings)| leads(meanings)).map(|(name, _)| name.clone()).collect()
    }

    /// The scope of a module in another one.
    pub(super) fn inner(&self, scope: usize, name: &str) -> usize {
        let is_it = |one: &Scope| {
            one.path.split_last().is_some_and(|(last, rest)| last == name && rest == self.scopes[scope].path)
        };
        (scope..self.scopes.len()).find(|at| is_it(&self.scopes[*at])).unwrap_or(scope)
    }

    /// What a path leads to from a scope.
    pub(super) fn lookup(&self, scope: usize, path: &[String]) -> Vec<Found> {
        let mut found = Vec::new();
        self.follow(scope, path, &mut { STEPS }, &mut found);
        found
    }

    fn follow(&self, scope: usize, path: &[String], steps: &mut usize, found: &mut Vec<Found>) {
        let (Some((name, before)), Some(left)) = (path.split_last(), steps.checked_sub(1)) else { return };
        *steps = left;
        let before_all = found.len();
        let first = before.first();
        for meaning in first.and_then(|first| self.scopes[scope].names.get(first)).into_iter().flatten() {
            if let Meaning::Path(whole) = meaning
                && first.is_some_and(|first| *whole != [first.as_str()])
            {
                self.follow(scope, &[whole, &path[1..]].concat(), steps, found);
            }
        }
        if found.len() > before_all {
            return;
        }
        for place in self.places(scope, before) {
            self.declared_in(place, name, steps, found);
        }
        if found.len() == before_all && before.len() > 1 {
            self.by_another_name(scope, before, name, steps, found);
        }
        if found.len() == before_all {
            found.push(Found::Path(path.to_vec()));
        }
    }

    /// Follows a path through a module that was imported under another name.
    fn by_another_name(&self, scope: usize, before: &[String], name: &str, steps: &mut usize, found: &mut Vec<Found>) {
        let mut modules = Vec::new();
        self.follow(scope, before, steps, &mut modules);
        for module in modules {
            if let Found::Path(module) = module
                && module != before
            {
                self.follow(scope, &[module, vec![name.to_owned()]].concat(), steps, found);
            }
        }
    }

    /// What a name stands for in a scope, there or by way of a glob.
    fn declared_in(&self, scope: usize, name: &str, steps: &mut usize, found: &mut Vec<Found>) {
        let Some(meanings) = self.scopes[scope].names.get(name) else {
            for glob in &self.scopes[scope].globs {
                let whole = [glob.as_slice(), &[name.to_owned()]].concat();
                self.follow(scope, &whole, steps, found);
            }
            return;
        };
        for meaning in meanings {
            match meaning {
                // `use crate::clerk;` in the crate root is about itself.
                Meaning::Path(whole) if *whole == [name] => {}
                Meaning::Path(whole) => self.follow(scope, whole, steps, found),
                Meaning::Alias(alias) => found.push(Found::Alias(Rc::clone(alias), scope)),
                Meaning::Own => found.push(Found::Own),
            }
        }
    }

    /// The scopes that a module path may mean.
    fn places(&self, scope: usize, path: &[String]) -> Vec<usize> {
        let own = &self.scopes[scope].path;
        let ups = path.iter().filter(|step| *step == "super").count();
        let named: Vec<&String> = path.iter().filter(|step| !matches!(step.as_str(), "self" | "super")).collect();
        match named.last() {
            None if ups == 0 => vec![scope],
            None => self.all(|path| own.get(..own.len().saturating_sub(ups)) == Some(path)),
            Some(last) if *last == "crate" || **last == self.package => self.all(<[String]>::is_empty),
            Some(last) => self.all(|path| path.last() == Some(*last)),
        }
    }

    fn all(&self, is_meant: impl Fn(&[String]) -> bool) -> Vec<usize> {
        (0..self.scopes.len()).filter(|at| is_meant(&self.scopes[*at].path)).collect()
    }
}

/// The module path of a file, by where it stands; that of a crate root is empty.
fn module_path(path: &Utf8Path) -> Vec<String> {
    let mut steps: Vec<&str> = path.components().map(|step| step.as_str()).collect();
    let file = steps.pop().unwrap_or_default().trim_end_matches(".rs");
    let below_source = steps.first() == Some(&"src");
    if below_source {
        steps.remove(0);
    }
    let is_root = !below_source && steps.len() <= 1 || steps == ["bin"];
    if !is_root && !matches!(file, "mod" | "main" | "lib") {
        steps.push(file);
    }
    if is_root {
        steps.clear();
    }
    steps.into_iter().map(str::to_owned).collect()
}

/// Takes down what a file declares.
struct Reader<'a> {
    names: &'a mut Names,
    scope: usize,
}

impl Reader<'_> {
    fn declare(&mut self, name: &syn::Ident, meaning: Meaning) {
        self.names.scopes[self.scope].names.entry(name.to_string()).or_default().push(meaning);
    }

    fn import(&mut self, tree: &UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &with(&path.ident)),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before)),
            UseTree::Glob(_) => self.names.scopes[self.scope].globs.push(before.to_vec()),
            UseTree::Name(name) if name.ident == "self" => {
                if let Some(last) = before.last() {
                    self.declare(&syn::Ident::new(last, name.ident.span()), Meaning::Path(before.to_vec()));
                }
            }
            UseTree::Name(name) => self.declare(&name.ident, Meaning::Path(with(&name.ident))),
            UseTree::Rename(rename) if rename.ident == "self" => {
                self.declare(&rename.rename, Meaning::Path(before.to_vec()));
            }
            UseTree::Rename(rename) => self.declare(&rename.rename, Meaning::Path(with(&rename.ident))),
        }
    }
}

impl<'a> Visit<'a> for Reader<'_> {
    fn visit_item_use(&mut self, item: &'a ItemUse) {
        self.import(&item.tree, &[]);
    }

    fn visit_item_type(&mut self, item: &'a ItemType) {
        let parameters = item.generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            _ => None,
        });
        let alias = Alias { parameters: parameters.collect(), body: (*item.ty).clone() };
        self.declare(&item.ident, Meaning::Alias(Rc::new(alias)));
    }

    fn visit_item_mod(&mut self, item: &'a ItemMod) {
        if item.content.is_none() {
            return;
        }
        let outer = self.scope;
        let path = [self.names.scopes[outer].path.as_slice(), &[item.ident.to_string()]].concat();
        self.scope = self.names.scopes.len();
        self.names.scopes.push(Scope { path, ..Scope::default() });
        visit::visit_item_mod(self, item);
        self.scope = outer;
    }

    fn visit_item(&mut self, item: &'a Item) {
        match item {
            Item::Struct(one) => self.declare(&one.ident, Meaning::Own),
            Item::Enum(one) => self.declare(&one.ident, Meaning::Own),
            Item::Union(one) => self.declare(&one.ident, Meaning::Own),
            _ => {}
        }
        visit::visit_item(self, item);
    }
}
