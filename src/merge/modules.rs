//! `mod` lines of files that the user deleted: out of the merge, so that no update brings them back.

/// A text without the declarations of some modules, and without the attributes and comments that belong to them.
///
/// Done to the base and to this version's text before a merge, it makes the lines the user's own affair: whether they kept
/// or removed them, they stay so, and a change beside them is no conflict.
pub fn without_modules(text: &str, modules: &[&str]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in text.split_inclusive('\n') {
        if declared(line).is_some_and(|name| modules.contains(&name)) {
            while kept.last().is_some_and(|above| belongs_below(above)) {
                kept.pop();
            }
        } else {
            kept.push(line);
        }
    }
    kept.concat()
}

/// The module that a line such as `pub(crate) mod name;` declares.
fn declared(line: &str) -> Option<&str> {
    let line = line.trim().strip_suffix(';')?;
    let (before, name) = line.rsplit_once("mod ")?;
    let visible = before.trim_end();
    let visibility = visible.is_empty() || visible == "pub" || visible.starts_with("pub(") && visible.ends_with(')');
    let name = name.trim();
    (visibility && !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_'))
        .then_some(name)
}

fn belongs_below(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("///") || line.starts_with("#[") && line.trim_end().ends_with(']')
}
