//! Writes one entry into a manifest and says what was written.

use super::inserted::{FEATURES, Inserted};
use super::present_entries::{self, Parsed};
use super::{Work, array_items, entry_place, feature_lists};
use crate::edit::EditError;
use crate::edit::text::{Insertion, insert};

/// A dependency that is to be written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewDependency {
    /// The crate, where the key is an alias.
    pub package: Option<String>,
    /// The requirement; `None` inherits.
    pub requirement: Option<String>,
    /// Whether default features are switched off.
    pub no_defaults: bool,
    pub features: Vec<String>,
    /// Whether it is optional.
    pub optional: bool,
}

/// Which crate an insertion is for, and which of the two manifests it goes to.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
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
    dependency: &NewDependency,
) -> Result<(), EditError> {
    let ours = work.inserted.iter().filter_map(|one| match one {
        Inserted::Dependency { key, .. } if one.is_in(target.workspace, table) => Some(key.as_str()),
        _ => None,
    });
    let ours: Vec<&str> = ours.collect();
    // Only an entry that does nothing but inherit can be dotted.
    let dotted = *dependency == NewDependency::default()
        && entry_place::prefers_dots(work.manifest(target.workspace), table, &ours);
    let (text, header) = write_line(work, target.workspace, table, key, &rest(dependency, dotted))?;
    work.inserted.push(Inserted::Dependency {
        krate: target.krate.to_owned(),
        workspace: target.workspace,
        table: table.to_owned(),
        key: key.to_owned(),
        text,
        header,
    });
    Ok(())
}

/// Declares a feature of the package that turns one thing on.
pub fn write_feature(work: &mut Work, krate: &str, feature: &str, item: &str) -> Result<(), EditError> {
    let (text, header) = write_line(work, false, FEATURES, feature, &format!(" = [\"{item}\"]"))?;
    let (krate, feature) = (krate.to_owned(), feature.to_owned());
    work.inserted.push(Inserted::Feature { krate, feature, text, header });
    Ok(())
}

/// Writes `key<rest>` into a table, which is made where it has no header yet. Answers the exact text, and that of the header
/// where it is ours.
fn write_line(
    work: &mut Work,
    workspace: bool,
    table: &str,
    key: &str,
    rest: &str,
) -> Result<(String, Option<String>), EditError> {
    let document = work.manifest(workspace);
    let shared = present_entries::shared(work.manifest(true));
    let old = document.raw();
    let written = present_entries::key_text(key);
    let found = entry_place::entry(old, document, table, &written, rest, &shared)?;
    let (text, insertion, header) = if let Some(insertion) = found {
        (insert(old, std::slice::from_ref(&insertion)), insertion, None)
    } else {
        let header = entry_place::new_header(old, document, table);
        let with_header = insert(old, std::slice::from_ref(&header));
        let again = reparsed(&with_header)?;
        let insertion = entry_place::entry(&with_header, &again, table, &written, rest, &shared)?
            .ok_or_else(|| EditError::Form { table: table.to_owned() })?;
        (insert(&with_header, std::slice::from_ref(&insertion)), insertion, Some(header.text))
    };
    // One that was made earlier in this run.
    let of_table = || work.inserted.iter().filter(|one| one.is_in(workspace, table)).find_map(Inserted::header);
    let header = header.or_else(|| of_table().map(str::to_owned));
    work.set(workspace, &text)?;
    Ok((insertion.text, header))
}

/// Adds features to a dependency of the package.
pub fn add_features(work: &mut Work, krate: &str, table: &str, key: &str, items: &[String]) -> Result<(), EditError> {
    let insertions = feature_lists::add(work.package.raw(), &work.package, table, key, items)?;
    let pieces = work.insert(insertions)?;
    work.inserted.push(Inserted::DependencyFeatures {
        krate: krate.to_owned(),
        table: table.to_owned(),
        key: key.to_owned(),
        features: items.to_vec(),
        pieces,
    });
    Ok(())
}

/// Adds an item to a feature of the package.
pub fn activate(work: &mut Work, krate: &str, feature: &str, item: &str) -> Result<(), EditError> {
    let insertions = feature_lists::activate(work.package.raw(), &work.package, feature, item)?;
    let pieces = work.insert(insertions)?;
    let (krate, feature, items) = (krate.to_owned(), feature.to_owned(), vec![item.to_owned()]);
    work.inserted.push(Inserted::FeatureItems { krate, feature, items, pieces });
    Ok(())
}

impl Work {
    /// The manifest that holds the workspace's part, or the package's.
    fn manifest(&self, workspace: bool) -> &Parsed {
        self.workspace.as_ref().filter(|_| workspace).unwrap_or(&self.package)
    }

    fn set(&mut self, workspace: bool, text: &str) -> Result<(), EditError> {
        *self.workspace.as_mut().filter(|_| workspace).unwrap_or(&mut self.package) = reparsed(text)?;
        self.entries.take();
        Ok(())
    }

    /// Makes insertions into the package's manifest, and answers their texts.
    fn insert(&mut self, insertions: Vec<Insertion>) -> Result<Vec<String>, EditError> {
        let text = insert(self.package.raw(), &insertions);
        self.set(false, &text)?;
        Ok(insertions.into_iter().map(|insertion| insertion.text).collect())
    }
}

/// A manifest that we edited. That it does not parse is our fault.
fn reparsed(text: &str) -> Result<Parsed, EditError> {
    present_entries::parse(text, present_entries::PACKAGE).map_err(|_| EditError::Unproven { what: "the manifest" })
}

/// What stands behind the key.
fn rest(dependency: &NewDependency, dotted: bool) -> String {
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
        fields.push(format!("features = [{}]", array_items::quoted(&dependency.features)));
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
