//! Writes one entry into a manifest and says what was written.

use super::read::{self, Parsed};
use super::{Inserted, Work, array, features, place};
use crate::edit::EditError;
use crate::edit::text::{Insertion, insert};

/// A dependency that is to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependency {
    /// The crate, where the key is an alias.
    pub package: Option<String>,
    /// The requirement; `None` inherits.
    pub requirement: Option<String>,
    /// Whether default features are switched off.
    pub no_defaults: bool,
    /// Features.
    pub features: Vec<String>,
    /// Whether it is optional.
    pub optional: bool,
}

/// Which crate an insertion is for, and which of the two manifests it goes to.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The crate.
    pub krate: &'a str,
    /// Whether it goes to the workspace's part.
    pub workspace: bool,
}

/// Writes a dependency under a key of a table.
pub fn write(
    work: &mut Work,
    target: Target,
    table: &str,
    key: &str,
    dependency: &Dependency,
) -> Result<(), EditError> {
    // Only an entry that does nothing but inherit can be dotted.
    let in_table = |one: &&Inserted| {
        one.in_workspace() == target.workspace && matches!(one, Inserted::Entry { table: of, .. } if of == table)
    };
    let ours: Vec<&str> = work.inserted.iter().filter(in_table).filter_map(Inserted::key).collect();
    let dotted =
        *dependency == Dependency::default() && place::prefers_dots(work.manifest(target.workspace), table, &ours);
    write_line(work, target, table, key, &rest(dependency, dotted))
}

/// Writes `key<rest>` into a table, which is made where it has no header yet.
pub fn write_line(work: &mut Work, target: Target, table: &str, key: &str, rest: &str) -> Result<(), EditError> {
    let document = work.manifest(target.workspace);
    let shared = read::shared(work.manifest(true));
    let old = document.raw();
    let written = read::key_text(key);
    let found = place::entry(old, document, table, &written, rest, &shared)?;
    let (text, insertion, header) = if let Some(insertion) = found {
        (insert(old, std::slice::from_ref(&insertion)), insertion, None)
    } else {
        let header = place::new_header(old, document, table);
        let with_header = insert(old, std::slice::from_ref(&header));
        let again = reparsed(&with_header)?;
        let insertion = place::entry(&with_header, &again, table, &written, rest, &shared)?
            .ok_or_else(|| EditError::Form { table: table.to_owned() })?;
        (insert(&with_header, std::slice::from_ref(&insertion)), insertion, Some(header.text))
    };
    let header = header.or_else(|| work.header(target.workspace, table));
    let inserted = Inserted::Entry {
        krate: target.krate.to_owned(),
        workspace: target.workspace,
        table: table.to_owned(),
        key: key.to_owned(),
        text: insertion.text,
        header,
    };
    work.set(target.workspace, &text)?;
    work.inserted.push(inserted);
    Ok(())
}

/// Adds features to a dependency of the package.
pub fn add_features(work: &mut Work, krate: &str, table: &str, key: &str, items: &[String]) -> Result<(), EditError> {
    add_items(work, krate, table, key, items, |text, document| features::add(text, document, table, key, items))
}

/// Adds an item to a feature of the package.
pub fn activate(work: &mut Work, krate: &str, feature: &str, item: &str) -> Result<(), EditError> {
    let items = [item.to_owned()];
    add_items(work, krate, "features", feature, &items, |text, document| {
        features::activate(text, document, feature, item)
    })
}

type Insertions = Result<Vec<Insertion>, EditError>;

fn add_items(
    work: &mut Work,
    krate: &str,
    table: &str,
    key: &str,
    items: &[String],
    find: impl Fn(&str, &Parsed) -> Insertions,
) -> Result<(), EditError> {
    let insertions = find(work.package.raw(), &work.package)?;
    let text = insert(work.package.raw(), &insertions);
    work.set(false, &text)?;
    work.inserted.push(Inserted::Items {
        krate: krate.to_owned(),
        table: table.to_owned(),
        key: key.to_owned(),
        items: items.to_vec(),
        pieces: insertions.into_iter().map(|insertion| insertion.text).collect(),
    });
    Ok(())
}

impl Work {
    /// The manifest that holds the workspace's part, or the package's.
    fn manifest(&self, workspace: bool) -> &Parsed {
        self.workspace.as_ref().filter(|_| workspace).unwrap_or(&self.package)
    }

    fn set(&mut self, workspace: bool, text: &str) -> Result<(), EditError> {
        *self.workspace.as_mut().filter(|_| workspace).unwrap_or(&mut self.package) = reparsed(text)?;
        Ok(())
    }

    /// The header of a table that we made earlier in this run.
    fn header(&self, in_workspace: bool, wanted: &str) -> Option<String> {
        self.inserted.iter().find_map(|inserted| match inserted {
            Inserted::Entry { workspace, table, header, .. } if *workspace == in_workspace && table == wanted => {
                header.clone()
            }
            _ => None,
        })
    }
}

/// A manifest that we edited. That it does not parse is our fault.
fn reparsed(text: &str) -> Result<Parsed, EditError> {
    read::parse(text, read::PACKAGE).map_err(|_| EditError::Unproven { what: "the manifest" })
}

/// What stands behind the key.
fn rest(dependency: &Dependency, dotted: bool) -> String {
    let mut fields: Vec<String> = Vec::new();
    fields.extend(dependency.package.iter().map(|package| format!("package = \"{package}\"")));
    match &dependency.requirement {
        Some(requirement) => fields.push(format!("version = \"{requirement}\"")),
        None => fields.push("workspace = true".to_owned()),
    }
    if dependency.no_defaults {
        fields.push("default-features = false".to_owned());
    }
    if !dependency.features.is_empty() {
        fields.push(format!("features = [{}]", array::quoted(&dependency.features)));
    }
    if dependency.optional {
        fields.push("optional = true".to_owned());
    }
    match (&fields[..], &dependency.requirement) {
        ([_], Some(requirement)) => format!(" = \"{requirement}\""),
        ([_], None) if dotted => ".workspace = true".to_owned(),
        (fields, _) => format!(" = {{ {} }}", fields.join(", ")),
    }
}
