//! Looks where the front ends of a repository keep their variables, for a hint. No value is kept.

use camino::Utf8PathBuf;

use super::Snapshot;
use super::files::{read, utf8};
use super::reach::Reach;
use crate::edit::environment::assignment;

/// How far below the root of the repository, such as `apps/web/.env.local`, with some room.
const DEPTH: usize = 4;

/// A variable that holds a publishable key for a front end, such as `VITE_CLERK_PUBLISHABLE_KEY`: the file below the root
/// of version control, and the name.
pub fn front_end(snapshot: &Snapshot) -> Option<(Utf8PathBuf, String)> {
    let root = snapshot.vcs_root.as_deref().unwrap_or(&snapshot.base);
    let reach = Reach::within(root);
    let walk = walkdir::WalkDir::new(root).max_depth(DEPTH).sort_by_file_name().into_iter();
    let kept = walk.filter_entry(|entry| {
        let name = entry.file_name().to_str().unwrap_or("");
        let passed_over = name.starts_with('.') || matches!(name, "target" | "node_modules" | "vendor" | "dist");
        entry.depth() == 0 || !(entry.file_type().is_dir() && passed_over)
    });
    kept.filter_map(Result::ok).find_map(|entry| {
        let path = utf8(entry.path()).ok()?;
        path.file_name().filter(|name| name.starts_with(".env"))?;
        let path = path.strip_prefix(root).ok()?;
        Some((path.to_owned(), variable(&read(&reach, root, path).ok()??)?))
    })
}

/// The name of a variable with a publishable key that is set.
fn variable(text: &str) -> Option<String> {
    let mut set = text.lines().filter_map(assignment).filter(|(_, value)| !value.is_empty());
    set.find(|(name, _)| name.ends_with("_CLERK_PUBLISHABLE_KEY")).map(|(name, _)| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_of_a_front_end_is_found_where_it_is_set() {
        for (text, name) in [
            ("NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_x", Some("NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY")),
            ("A=b\r\n  export VITE_CLERK_PUBLISHABLE_KEY = \"pk\"\r\n", Some("VITE_CLERK_PUBLISHABLE_KEY")),
            ("PUBLIC_CLERK_PUBLISHABLE_KEY='pk'", Some("PUBLIC_CLERK_PUBLISHABLE_KEY")),
            ("CLERK_PUBLISHABLE_KEY=pk_test_x", None),
            ("VITE_CLERK_PUBLISHABLE_KEY=", None),
            ("VITE_CLERK_PUBLISHABLE_KEY=\"\"", None),
            ("# VITE_CLERK_PUBLISHABLE_KEY=pk", None),
            ("VITE_CLERK_PUBLISHABLE_KEY", None),
        ] {
            assert_eq!(variable(text).as_deref(), name, "{text}");
        }
    }
}
