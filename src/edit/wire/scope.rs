//! Finds out where a path leads: which names a file imports and defines, and in which of its modules and blocks.

use std::collections::BTreeMap;
use std::ops::Range;

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Item, Type, UseTree};

use crate::edit::rust::Source;

/// Where a path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// Into a crate, by this path from its name on.
    Crate(Vec<String>),
    /// To something of the file's own crate.
    Own(Vec<String>),
    /// Nobody can tell: a module that is imported as a whole may have it.
    Unknown,
}

/// A name of a scope.
#[derive(Debug, Clone)]
enum Name {
    /// It stands for another path.
    Path(Vec<String>),
    Crate(String),
    /// It is defined here.
    Own,
}

/// A file, a module in it, or a block.
#[derive(Debug)]
struct Scope {
    range: Range<usize>,
    /// The scope around it.
    parent: Option<usize>,
    /// Whether names from around it are out of reach.
    module: bool,
    names: BTreeMap<String, Name>,
    /// The modules that are imported as a whole.
    globs: Vec<Vec<String>>,
}

/// The scopes of a file, those around others first.
pub struct Scopes<'a> {
    parsed: &'a Source,
    framework: &'a str,
    all: Vec<Scope>,
    open: Vec<usize>,
}

/// How many names may stand for each other before it counts as a circle.
const DEPTH: usize = 16;

/// How many modules that are imported as a whole may have each other's names. Each may have those of all the others, so a
/// file with many of them takes that power of steps.
const GLOBS: usize = 2;

/// Reads the names of a file; `framework` is the identifier of the crate that matters.
pub fn scopes<'a>(parsed: &'a Source, framework: &'a str) -> Scopes<'a> {
    let mut scopes = Scopes { parsed, framework, all: Vec::new(), open: Vec::new() };
    scopes.inside(0..usize::MAX, true, |scopes| {
        parsed.file.items.iter().for_each(|item| scopes.define(item));
        visit::visit_file(scopes, &parsed.file);
    });
    scopes
}

impl Scopes<'_> {
    /// Where a path leads that stands at this place.
    pub fn lead(&self, path: &[String], at: usize) -> Lead {
        let scope = self.all.iter().rposition(|scope| scope.range.contains(&at)).unwrap_or_default();
        self.follow(path.to_vec(), scope, (DEPTH, GLOBS))
    }

    /// `left` is how many steps by names and by whole modules it may take.
    fn follow(&self, path: Vec<String>, scope: usize, left: (usize, usize)) -> Lead {
        let (Some(first), Some(depth)) = (path.first(), left.0.checked_sub(1)) else { return Lead::Unknown };
        let left = (depth, left.1);
        let module = self.module(scope);
        match first.as_str() {
            "crate" => return Lead::Own(path),
            "self" => return self.follow(path[1..].to_vec(), module, left),
            "super" => {
                let above = self.all[module].parent;
                return above.map_or(Lead::Own(path.clone()), |above| self.follow(path[1..].to_vec(), above, left));
            }
            _ => {}
        }
        if let Some((name, scope)) = self.name(first, scope) {
            let rest = path[1..].iter().cloned();
            return match name {
                Name::Own => Lead::Own(path),
                Name::Crate(name) => Lead::Crate(std::iter::once(name.clone()).chain(rest).collect()),
                Name::Path(other) if other[..] == path[..1] => Lead::Crate(path),
                Name::Path(other) => self.follow(other.iter().cloned().chain(rest).collect(), scope, left),
            };
        }
        self.through_globs(path, scope, left)
    }

    /// As [`Self::follow`], where no scope names what the path begins with.
    fn through_globs(&self, path: Vec<String>, scope: usize, (depth, globs): (usize, usize)) -> Lead {
        if path[0] == self.framework || is_standard(&path) {
            return Lead::Crate(path);
        }
        let Some(globs) = globs.checked_sub(1) else {
            return if self.globs(scope).next().is_some() { Lead::Unknown } else { unbound(path) };
        };
        let is_unbound = |lead: &Lead| matches!(lead, Lead::Crate(found) | Lead::Own(found) if *found == path);
        let mut is_known = true;
        for (glob, scope) in self.globs(scope) {
            let is_inner = self.all[self.module(scope)].parent.is_some();
            let of_file = is_inner && glob.iter().all(|step| step == "super");
            match self.follow(glob.iter().chain(&path).cloned().collect(), scope, (depth, globs)) {
                Lead::Crate(found) if found[0] == self.framework => return Lead::Crate(found),
                Lead::Crate(found) if is_standard(&found) => {}
                found if of_file && is_unbound(&found) => {}
                found if of_file => return found,
                _ => is_known = false,
            }
        }
        if is_known { unbound(path) } else { Lead::Unknown }
    }

    /// The module around a scope, or itself.
    fn module(&self, scope: usize) -> usize {
        self.reach(scope).find(|scope| self.all[*scope].module).unwrap_or_default()
    }

    /// A scope and those around it, up to its module.
    fn reach(&self, scope: usize) -> impl Iterator<Item = usize> {
        let mut done = false;
        std::iter::successors(Some(scope), |scope| self.all[*scope].parent).take_while(move |scope| {
            let last = std::mem::replace(&mut done, self.all[*scope].module);
            !last
        })
    }

    fn name(&self, name: &str, scope: usize) -> Option<(&Name, usize)> {
        self.reach(scope).find_map(|scope| Some((self.all[scope].names.get(name)?, scope)))
    }

    fn globs(&self, scope: usize) -> impl Iterator<Item = (&Vec<String>, usize)> {
        self.reach(scope).flat_map(|scope| self.all[scope].globs.iter().map(move |glob| (glob, scope)))
    }

    fn inside(&mut self, range: Range<usize>, module: bool, visit: impl FnOnce(&mut Self)) {
        let parent = self.open.last().copied();
        self.open.push(self.all.len());
        self.all.push(Scope { range, parent, module, names: BTreeMap::new(), globs: Vec::new() });
        visit(self);
        self.open.pop();
    }

    fn define(&mut self, item: &Item) {
        let (ident, name) = match item {
            Item::Use(item) => return self.import(&item.tree, &mut Vec::new()),
            Item::ExternCrate(item) => {
                let ident = item.rename.as_ref().map_or(&item.ident, |(_, rename)| rename);
                (ident, Name::Crate(item.ident.unraw().to_string()))
            }
            Item::Type(item) => match &*item.ty {
                Type::Path(path) if path.qself.is_none() => (&item.ident, Name::Path(segments(&path.path))),
                _ => (&item.ident, Name::Own),
            },
            Item::Struct(item) => (&item.ident, Name::Own),
            Item::Enum(item) => (&item.ident, Name::Own),
            Item::Union(item) => (&item.ident, Name::Own),
            Item::Trait(item) => (&item.ident, Name::Own),
            Item::Mod(item) => (&item.ident, Name::Own),
            _ => return,
        };
        self.put(ident.unraw().to_string(), name);
    }

    fn put(&mut self, ident: String, name: Name) {
        if let Some(scope) = self.open.last() {
            self.all[*scope].names.insert(ident, name);
        }
    }

    fn import(&mut self, tree: &UseTree, above: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                above.push(path.ident.unraw().to_string());
                self.import(&path.tree, above);
                above.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, above)),
            UseTree::Glob(_) => {
                if let Some(scope) = self.open.last() {
                    self.all[*scope].globs.push(above.clone());
                }
            }
            UseTree::Name(leaf) => self.leaf(&leaf.ident, &leaf.ident, above),
            UseTree::Rename(leaf) => self.leaf(&leaf.ident, &leaf.rename, above),
        }
    }

    /// The end of an import, under the name that it is given.
    fn leaf(&mut self, ident: &syn::Ident, name: &syn::Ident, above: &[String]) {
        let mut path = above.to_vec();
        if ident != "self" {
            path.push(ident.unraw().to_string());
        }
        let name = if name == "self" { path.last().cloned() } else { Some(name.unraw().to_string()) };
        if let Some(name) = name {
            self.put(name, Name::Path(path));
        }
    }
}

impl<'ast> Visit<'ast> for Scopes<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let Some((_, items)) = &item.content else { return };
        self.inside(self.parsed.range(item.span()), true, |scopes| {
            for item in items {
                scopes.define(item);
            }
            visit::visit_item_mod(scopes, item);
        });
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.inside(self.parsed.range(block.span()), false, |scopes| {
            for statement in &block.stmts {
                if let syn::Stmt::Item(item) = statement {
                    scopes.define(item);
                }
            }
            visit::visit_block(scopes, block);
        });
    }
}

fn is_standard(path: &[String]) -> bool {
    ["std", "core", "alloc"].contains(&path[0].as_str())
}

/// Where a path leads that begins with nothing that is known: one of several names begins with a crate.
fn unbound(path: Vec<String>) -> Lead {
    if path.len() == 1 { Lead::Own(path) } else { Lead::Crate(path) }
}

/// The names of a path.
pub fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect()
}
