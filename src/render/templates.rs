//! Renders templates through Tera.

use camino::Utf8PathBuf;
use tera::{Context, Delimiters, Kwargs, State, Tera};

use super::GeneratedFile;
use crate::blueprint::{Blueprint, BlueprintError, Template};
use crate::edit::rust;

/// A template engine with our delimiters: sources stay close to Rust, and Rust's braces stay text.
pub fn engine() -> Tera {
    let mut tera = Tera::new();
    tera.autoescape_on(Vec::<&str>::new());
    tera.set_delimiters(Delimiters {
        block_start: "/*".into(),
        block_end: "*/".into(),
        variable_start: "«".into(),
        variable_end: "»".into(),
        comment_start: "/~".into(),
        comment_end: "~/".into(),
    })
    .expect("each delimiter has two bytes");
    tera.register_filter("variant", |word: String, _: Kwargs, _: &State| variant(&word));
    tera
}

/// The variant of an enum that stands for a value of a setting: `AllowHeader` for `allow-header`.
fn variant(word: &str) -> String {
    let capital = |part: &str| {
        let mut letters = part.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    word.split('-').map(capital).collect()
}

/// The files that are planned.
pub(super) fn all(
    blueprint: &Blueprint,
    planned: &[(usize, Utf8PathBuf)],
    context: &Context,
) -> Result<Vec<GeneratedFile>, BlueprintError> {
    let engine = engine();
    let rendered = planned.iter().map(|(index, path)| {
        let file = &blueprint.files[*index];
        let text = one(&engine, file, context)?;
        // Those that are built in have been parsed under every combination of answers.
        if blueprint.folder.is_some() && path.extension() == Some("rs") {
            parsed(file, &text)?;
        }
        Ok(GeneratedFile { id: file.id.clone(), was: file.was.clone(), path: path.clone(), text })
    });
    rendered.collect()
}

/// Fails where a rendered text is not Rust.
fn parsed(file: &Template, text: &str) -> Result<(), BlueprintError> {
    rust::parse(text).map(drop).map_err(|cause| {
        let cause = format!("the rendered text is not Rust: {cause}");
        BlueprintError::Template { path: file.source.clone(), cause }
    })
}

/// Parses templates while there is time: those that are wanted whatever the framework turns out to be. What is wrong with one is
/// said when it is rendered.
pub fn parse_ahead(blueprints: &[Blueprint]) {
    let Some((one, others)) = blueprints.split_first() else { return };
    let engine = engine();
    let in_all = |file: &&Template| others.iter().all(|other| other.files.iter().any(|one| one.source == file.source));
    for file in one.files.iter().filter(|file| file.when.is_empty()).filter(in_all) {
        let _ = parse(&engine, file);
    }
}

/// Renders one template.
pub fn one(engine: &Tera, file: &Template, context: &Context) -> Result<String, BlueprintError> {
    let rendered = parse(engine, file)?.render(&file.source, context);
    rendered.map(|text| with_sorted_imports(&text)).map_err(|cause| fault(file, &cause))
}

/// Each template has an engine of its own: with each one added, an engine looks at all that it has.
fn parse<'a>(engine: &Tera, file: &'a Template) -> Result<&'a Tera, BlueprintError> {
    if let Some(parsed) = file.parsed.get() {
        return Ok(parsed);
    }
    let mut tera = engine.clone();
    tera.add_raw_template(&file.source, &file.text).map_err(|cause| fault(file, &cause))?;
    Ok(file.parsed.get_or_init(|| tera))
}

fn fault(file: &Template, cause: &tera::Error) -> BlueprintError {
    BlueprintError::Template { path: file.source.clone(), cause: cause.to_string() }
}

/// The text with each block of imports in the order of rustfmt. Templates have them in the order of the crates' own names,
/// and a host may know a crate by another one.
fn with_sorted_imports(text: &str) -> String {
    text.split("\n\n").map(sorted).collect::<Vec<_>>().join("\n\n")
}

/// A block between two blank lines, sorted if it has nothing but imports.
fn sorted(block: &str) -> String {
    let imports = block.strip_suffix(';').map(|imports| imports.split(";\n").collect::<Vec<_>>());
    match imports {
        Some(mut imports) if imports.iter().all(|import| import.trim_start().starts_with("use ")) => {
            imports.sort_by_key(|import| place(import));
            imports.join(";\n") + ";"
        }
        _ => block.to_owned(),
    }
}

/// The place of an import, by the first name in its path. Those of one crate stay as they are.
fn place(import: &str) -> (usize, &str) {
    let path = import.trim_start().trim_start_matches("use ");
    let first = path.split("::").next().unwrap_or_default();
    let keywords = ["self", "super", "crate"];
    (keywords.iter().position(|keyword| *keyword == first).unwrap_or(keywords.len()), first)
}
