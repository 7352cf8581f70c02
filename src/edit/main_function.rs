//! Where `main` stands, and whether a `?` fits into it.

use syn::{GenericArgument, Item, ItemFn, PathArguments, ReturnType, Type};

use super::rust;

/// A program's `main`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Main {
    /// Its line, from 1.
    pub line: usize,
    /// Whether it returns a `Result` whose error is made from any other, so that a `?` compiles.
    pub takes_any_error: bool,
}

/// The `main` of a source file.
pub fn main_function(text: &str) -> Option<Main> {
    let source = rust::items(text).ok()?;
    let main = source.file.items.iter().find_map(|item| match item {
        Item::Fn(function) if function.sig.ident == "main" => Some(function),
        _ => None,
    })?;
    let line = text[..source.range(main.sig.ident.span()).start].matches('\n').count() + 1;
    Some(Main { line, takes_any_error: takes_any_error(main) })
}

/// `anyhow` and its like, in whatever way they are named, and a boxed `dyn Error`.
fn takes_any_error(main: &ItemFn) -> bool {
    let ReturnType::Type(_, returned) = &main.sig.output else { return false };
    let Type::Path(path) = returned.as_ref() else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Result") else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return path.path.segments.first().is_some_and(|first| is_reporting(&first.ident.to_string()));
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(one) => Some(one),
        _ => None,
    });
    match types.collect::<Vec<_>>().as_slice() {
        // `anyhow::Result<()>`; that of `std::io` takes its own errors alone.
        [_] => path.path.segments.first().is_some_and(|first| is_reporting(&first.ident.to_string())),
        [_, error] => is_any(error),
        _ => false,
    }
}

fn is_any(error: &Type) -> bool {
    let Type::Path(path) = error else { return false };
    let first = path.path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let boxed = path.path.segments.last().is_some_and(|last| match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == "Box" => {
            matches!(arguments.args.first(), Some(GenericArgument::Type(Type::TraitObject(_))))
        }
        _ => false,
    });
    boxed || is_reporting(&first)
}

/// Crates whose error is made from any other one.
fn is_reporting(krate: &str) -> bool {
    ["anyhow", "eyre", "color_eyre"].contains(&krate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_mark_fits_only_where_any_error_is_taken() {
        for (returned, fits) in [
            ("", false),
            ("-> std::io::Result<()>", false),
            ("-> io::Result<()>", false),
            ("-> Result<()>", false),
            ("-> Result<(), MyError>", false),
            ("-> Result<(), std::io::Error>", false),
            ("-> ExitCode", false),
            ("-> Result<(), Box<dyn std::error::Error>>", true),
            ("-> Result<(), Box<dyn Error + Send + Sync + 'static>>", true),
            ("-> anyhow::Result<()>", true),
            ("-> color_eyre::eyre::Result<()>", true),
            ("-> Result<(), anyhow::Error>", true),
            ("-> Result<ExitCode, Box<dyn Error>>", true),
        ] {
            let main = main_function(&format!("use a::b;\n\n#[tokio::main]\nasync fn main() {returned} {{}}\n"));
            assert_eq!(main, Some(Main { line: 4, takes_any_error: fits }), "{returned}");
        }
        assert_eq!(main_function("fn other() {}"), None);
    }
}
