//! Parses Rust source text for its places.

use std::borrow::Cow;
use std::ops::Range;

use proc_macro2::{Span, TokenStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

use super::text::{position, split_mark};
use super::{EditError, depth, outline};

/// A parsed source file; its spans count from `offset`.
pub struct Source {
    /// The syntax.
    pub file: syn::File,
    /// The bytes of the byte-order mark and the shebang line, which the parser does not see.
    pub offset: usize,
}

/// Parses a source file.
pub fn parse(text: &str) -> Result<Source, EditError> {
    let offset = offset(text);
    let file = tokens(&text[offset..]).and_then(syn::parse2::<syn::File>).map_err(|error| {
        let start = error.span().start();
        let (first, _) = position(text, offset);
        // The span's own line and column: its byte range is not known where the lexer failed.
        let (line, column) = (first + start.line.max(1) - 1, start.column + 1);
        EditError::Rust { line, column, message: in_words(error.to_string()) }
    })?;
    Ok(Source { file, offset })
}

/// As [`parse`], for those who look at items alone: the bodies of functions are empty, and so are the modules of tests. What is
/// in them need not be Rust.
pub fn items(text: &str) -> Result<Source, EditError> {
    parse_outline(text, outline::items)
}

/// As [`items`], for those who look at modules alone: all other items are empty.
pub fn modules(text: &str) -> Result<Source, EditError> {
    parse_outline(text, outline::modules)
}

fn parse_outline(text: &str, outline: impl FnOnce(&str) -> Cow<'_, str>) -> Result<Source, EditError> {
    let offset = offset(text);
    let file = tokens(&outline(&text[offset..])).and_then(syn::parse2);
    // The whole text has the better message, where it is no Rust.
    file.map_or_else(|_| parse(text), |file| Ok(Source { file, offset }))
}

/// The bytes of the byte-order mark and the shebang line.
fn offset(text: &str) -> usize {
    let (mark, rest) = split_mark(text);
    mark.len() + shebang(rest)
}

/// The parser's message, but for the one that speaks of the parser instead of the source.
fn in_words(message: String) -> String {
    match message.as_str() {
        "cannot parse string into token stream" => {
            "from here on it is no Rust: look for an open bracket, quotation mark or comment".to_owned()
        }
        _ => message,
    }
}

/// The tokens of a source, unless it is nested more deeply than can be borne.
pub fn tokens(text: &str) -> syn::Result<TokenStream> {
    let tokens: TokenStream = text.parse()?;
    if depth::is_too_deep(&tokens) {
        return Err(syn::Error::new(Span::call_site(), "it is nested too deeply"));
    }
    Ok(tokens)
}

impl Source {
    /// The bytes of a span in the text.
    pub fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.offset..range.end + self.offset
    }
}

/// Whether an item is there in tests only.
pub fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let named_test = attribute.path().segments.last().is_some_and(|segment| segment.ident == "test");
        let condition = || attribute.parse_args::<Meta>().is_ok_and(|condition| needs_test(&condition));
        named_test || (attribute.path().is_ident("cfg") && condition())
    })
}

/// Whether a condition holds in tests only: `test`, or `all(test, …)`.
fn needs_test(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|conditions| conditions.iter().any(needs_test)),
        _ => false,
    }
}

/// The length of a shebang, without its line ending. `#![…]` is an attribute, with whatever stands between `!` and `[`.
fn shebang(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("#!") else { return 0 };
    if rest.trim_start().starts_with('[') { 0 } else { text.find('\n').unwrap_or(text.len()) }
}
