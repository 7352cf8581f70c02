//! Declares the generated module in a crate root, with one line, and takes that line back.

mod block;

use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Item, ItemMod, UseTree, Visibility};

use block::Place;

use super::EditError;
use super::rust::{self, Source};
use super::text::{
    Insertion, ending, insert, is_subsequence, line_end, line_start, next_line, position, remove, whole_lines,
    with_blank_before,
};

/// A module's declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// The line, from 1.
    pub line: usize,
    /// Whether it is public.
    pub public: bool,
    /// The condition of its `cfg`, where it has one.
    pub condition: Option<String>,
    /// Whether its body stands in this file.
    pub inline: bool,
}

/// A crate root with a new declaration in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The source.
    pub text: String,
    /// Whether a blank line was inserted below the declaration, too.
    pub blank_below: bool,
}

/// Declares a module that is not declared yet, under a condition such as `feature = "web"` where there is one.
///
/// The line goes to its place in the last block of `mod` lines, else after the last import, else after the inner attributes.
pub fn insert_mod(source: &str, module: &str, public: bool, condition: Option<&str>) -> Result<Declared, EditError> {
    let parsed = rust::items(source)?;
    if declared(&parsed, module).is_some() {
        return Ok(Declared { text: source.to_owned(), blank_below: false });
    }
    let condition = condition.map(|condition| format!("#[cfg({condition})]"));
    let declaration = line(module, public);
    let (insertion, blank_below) = place(source, &parsed, module, condition.as_deref(), &declaration);
    let text = insert(source, &[insertion]);
    if proven(source, &parsed, &text, module) {
        Ok(Declared { text, blank_below })
    } else {
        Err(EditError::Unproven { what: "the crate root" })
    }
}

/// The declaration as rustfmt has it, where it had the source before so: a long condition takes several lines.
pub fn laid_out(before: &str, declared: Declared, module: &str, rustfmt: impl Fn(&str) -> Option<String>) -> Declared {
    let formatted = rustfmt(&declared.text).filter(|_| rustfmt(before).is_some_and(|formatted| formatted == before));
    let proven = |text: &String| remove_mod(text, module, declared.blank_below).as_deref() == Ok(before);
    Declared { text: formatted.filter(proven).unwrap_or(declared.text), ..declared }
}

/// The line that declares a module.
pub fn line(module: &str, public: bool) -> String {
    format!("{}mod {module};", if public { "pub " } else { "" })
}

/// Finds a module's declaration.
pub fn find_mod(source: &str, module: &str) -> Result<Option<Declaration>, EditError> {
    let parsed = rust::items(source)?;
    Ok(declared(&parsed, module).map(|item| Declaration {
        line: position(source, parsed.range(item.mod_token.span).start).0,
        public: matches!(item.vis, Visibility::Public(_)),
        condition: condition(source, &parsed, item),
        inline: item.content.is_some(),
    }))
}

fn condition(source: &str, parsed: &Source, item: &ItemMod) -> Option<String> {
    let attribute = item.attrs.iter().find(|attribute| attribute.path().is_ident("cfg"))?;
    let condition = &attribute.meta.require_list().ok()?.tokens;
    Some(source[parsed.range(condition.span())].to_owned())
}

/// Takes the module's line out, and the blank line above that came with it, as may have one below.
pub fn remove_mod(source: &str, module: &str, blank_below: bool) -> Result<String, EditError> {
    let parsed = rust::items(source)?;
    let Some(item) = declared(&parsed, module).filter(|item| item.content.is_none()) else {
        return Ok(source.to_owned());
    };
    let range = parsed.range(item.span());
    let alone = source[line_start(source, range.start)..range.start].trim_matches([' ', '\t', '\u{feff}']).is_empty()
        && rest_is_trivial(source, range.end);
    if !alone {
        let start = if source[..range.start].ends_with(' ') { range.start - 1 } else { range.start };
        return Ok(remove(source, start..range.end));
    }
    let base = base(source, &parsed);
    let lines = whole_lines(source, range);
    if lines.start <= base {
        let next = next_line(source, lines.end.min(source.len()));
        let blank = source[lines.end..next].trim().is_empty();
        return Ok(remove(source, base..if blank { next } else { lines.end }));
    }
    // The blank line above came with the module where one is below, too; in a block it is the user's.
    let apart = lines.end == source.len() || is_blank(source, lines.end);
    let mut lines = if apart { with_blank_before(source, lines) } else { lines };
    if blank_below && is_blank(source, lines.end) {
        lines.end = next_line(source, lines.end);
    }
    Ok(remove(source, lines.start.max(base)..lines.end))
}

/// What has this name in the root already, such as `a function`.
pub fn taken(source: &str, module: &str) -> Result<Option<String>, EditError> {
    let parsed = rust::items(source)?;
    Ok(parsed.file.items.iter().find_map(|item| named(item, module)).map(str::to_owned))
}

fn declared<'a>(parsed: &'a Source, module: &str) -> Option<&'a ItemMod> {
    parsed.file.items.iter().find_map(|item| match item {
        Item::Mod(item) if item.ident.unraw() == module => Some(item),
        _ => None,
    })
}

fn named(item: &Item, name: &str) -> Option<&'static str> {
    let (ident, what) = match item {
        Item::Const(item) => (&item.ident, "a constant"),
        Item::Enum(item) => (&item.ident, "an enum"),
        Item::Fn(item) => (&item.sig.ident, "a function"),
        Item::Mod(item) => (&item.ident, "a module"),
        Item::Static(item) => (&item.ident, "a static"),
        Item::Struct(item) => (&item.ident, "a struct"),
        Item::Trait(item) => (&item.ident, "a trait"),
        Item::Type(item) => (&item.ident, "a type"),
        Item::Union(item) => (&item.ident, "a union"),
        Item::ExternCrate(item) => (item.rename.as_ref().map_or(&item.ident, |(_, rename)| rename), "an extern crate"),
        Item::Use(item) => return imports(&item.tree, name, None).then_some("an import"),
        _ => return None,
    };
    (ident.unraw() == name).then_some(what)
}

fn imports(tree: &UseTree, name: &str, parent: Option<&syn::Ident>) -> bool {
    match tree {
        UseTree::Path(path) => imports(&path.tree, name, Some(&path.ident)),
        UseTree::Name(leaf) if leaf.ident == "self" => parent.is_some_and(|parent| parent.unraw() == name),
        UseTree::Name(leaf) => leaf.ident.unraw() == name,
        UseTree::Rename(leaf) => leaf.rename.unraw() == name,
        UseTree::Group(group) => group.items.iter().any(|tree| imports(tree, name, parent)),
        UseTree::Glob(_) => false,
    }
}

/// Where the lines go, and whether with a blank line below them.
fn place(source: &str, parsed: &Source, module: &str, condition: Option<&str>, declaration: &str) -> (Insertion, bool) {
    let ending = ending(source);
    let lines =
        condition.map_or_else(|| declaration.to_owned(), |condition| format!("{condition}{ending}{declaration}"));
    let after_item = |end: usize, blank: bool| {
        if rest_is_trivial(source, end) {
            return after_line(source, end, &lines, blank);
        }
        let line = condition.map_or_else(String::new, |condition| format!("{condition} ")) + declaration;
        (Insertion { at: end, text: format!(" {line}") }, false)
    };
    let items = &parsed.file.items;
    match block::place(source, parsed, module) {
        Some(Place::Before(start)) => {
            let at = line_start(source, start).max(base(source, parsed));
            return (Insertion { at, text: format!("{}{lines}{ending}", &source[at..start]) }, false);
        }
        Some(Place::After(end)) => return after_item(end, false),
        Some(Place::Apart(end)) => return after_item(end, true),
        None => {}
    }
    let import = items.iter().rev().find(|item| matches!(item, Item::Use(_) | Item::ExternCrate(_)));
    if let Some(item) = import {
        return after_item(parsed.range(item.span()).end, true);
    }
    if let Some(attribute) = parsed.file.attrs.last() {
        return after_item(parsed.range(attribute.span()).end, true);
    }
    if let Some(end) = heading(source, parsed) {
        return after_line(source, end, &lines, true);
    }
    let base = base(source, parsed);
    let blank = if source[base..].is_empty() { "" } else { ending };
    (Insertion { at: base, text: format!("{lines}{ending}{blank}") }, false)
}

/// Below the line that ends there. What has a blank line above is a group of its own, and has one below as well.
fn after_line(source: &str, end: usize, lines: &str, blank: bool) -> (Insertion, bool) {
    let ending = ending(source);
    let at = next_line(source, end);
    let below = blank && at < source.len() && !is_blank(source, at);
    let blank = if blank { ending } else { "" };
    let text = if source[..at].ends_with('\n') {
        format!("{blank}{lines}{ending}{}", if below { ending } else { "" })
    } else {
        format!("{ending}{blank}{lines}")
    };
    (Insertion { at, text }, below)
}

/// Whether a line starts here that has nothing in it.
fn is_blank(source: &str, at: usize) -> bool {
    at < source.len() && source[at..line_end(source, at)].trim().is_empty()
}

/// Whether nothing but a line comment stands between here and the line's end.
fn rest_is_trivial(source: &str, at: usize) -> bool {
    let rest = source[at..line_end(source, at)].trim();
    rest.is_empty() || rest.starts_with("//")
}

/// Where the first line starts, behind a byte-order mark and a shebang.
fn base(source: &str, parsed: &Source) -> usize {
    match source[parsed.offset..].chars().next() {
        Some('\n' | '\r') if source[..parsed.offset].contains("#!") => next_line(source, parsed.offset),
        _ => parsed.offset,
    }
}

/// The end of the comments that head a file, such as a licence: those a blank line divides from the first item, and all
/// where there is none.
fn heading(source: &str, parsed: &Source) -> Option<usize> {
    let base = base(source, parsed);
    let first = parsed.file.items.first().map(|item| parsed.range(item.span()).start);
    let line = |start: usize| line_start(source, start - 1).max(base);
    let blank = |start: usize| source[line(start)..start].trim().is_empty();
    let mut start = first.map_or(source.len(), |first| line_start(source, first).max(base));
    while first.is_some() && start > base && !blank(start) {
        start = line(start);
    }
    while start > base && blank(start) {
        start = line(start);
    }
    (start > base).then(|| start - 1)
}

fn proven(old: &str, parsed: &Source, new: &str, module: &str) -> bool {
    let Ok(mut again) = rust::items(new) else { return false };
    let ours = |item: &Item| matches!(item, Item::Mod(item) if item.ident == module);
    let count = again.file.items.len();
    again.file.items.retain(|item| !ours(item));
    is_subsequence(old, new) && again.file == parsed.file && again.file.items.len() + 1 == count
}
