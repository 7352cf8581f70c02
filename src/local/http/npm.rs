//! Clerk's own scripts, from the `node_modules` of the frontend under development.

use std::fs::{self, File};
use std::io::Read;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use camino::{Utf8Path, Utf8PathBuf};
use tokio::task::spawn_blocking;

use super::errors::{self, Answer, Refusal};
use crate::local::server::Shared;
use crate::repository::version_control;

/// The packages that the loaders ask for.
pub const PACKAGES: &[&str] = &["@clerk/clerk-js", "@clerk/ui"];

/// No script is larger, in bytes: a file may be said to be small and never end.
const LARGEST: u64 = 16 << 20;

/// `GET /npm/@clerk/{package}@{version}/{path}`: the version is whatever is installed.
pub(super) async fn file(State(local): State<Shared>, Path(path): Path<String>) -> Answer {
    let (asked, frontend) = (path.clone(), local.options.frontend.clone());
    // A disk may take its time, and one thread answers everybody.
    let found = spawn_blocking(move || named(&asked).and_then(|(package, rest)| read(&frontend, package, rest)));
    found.await.ok().flatten().ok_or_else(|| absent(&path))
}

/// The package, one of those that are asked for, and the path in it.
fn named(path: &str) -> Option<(&'static str, &str)> {
    PACKAGES.iter().find_map(|package| {
        let rest = path.strip_prefix(package)?;
        let (version, path) = rest.split_once('/')?;
        (version.is_empty() || version.starts_with('@')).then_some((*package, path))
    })
}

/// The folder of a package, with links followed, as some package managers link it. Such a link stays among the installed
/// packages of the repository, or else of the frontend: one that was committed may lead anywhere.
#[expect(clippy::disallowed_methods, reason = "scripts are served from the folder that `--frontend` names")]
pub fn folder(frontend: &Utf8Path, package: &str) -> Option<Utf8PathBuf> {
    let frontend = frontend.canonicalize_utf8().ok()?;
    let folder = frontend.join("node_modules").join(package).canonicalize_utf8().ok()?;
    let home = version_control(&frontend).map_or(frontend, |(root, _)| root);
    let below = folder.strip_prefix(home.canonicalize_utf8().ok()?).ok()?;
    below.components().any(|part| part.as_str() == "node_modules").then_some(folder)
}

/// A script of the package or what belongs to one, and nothing else.
#[expect(clippy::disallowed_methods, reason = "scripts are served from the folder that `--frontend` names")]
fn read(frontend: &Utf8Path, package: &str, path: &str) -> Option<Response> {
    let folder = folder(frontend, package)?;
    let file = folder.join(path).canonicalize_utf8().ok()?;
    if !file.starts_with(&folder) || !fs::metadata(&file).ok()?.is_file() {
        return None;
    }
    let kind = match file.extension()? {
        "js" | "mjs" | "cjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        _ => return None,
    };
    let mut bytes = Vec::new();
    File::open(&file).ok()?.take(LARGEST + 1).read_to_end(&mut bytes).ok()?;
    if bytes.len() as u64 > LARGEST {
        return None;
    }
    Some(([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], bytes).into_response())
}

fn absent(path: &str) -> Refusal {
    let package = named(path).map_or(PACKAGES[0], |(package, _)| package);
    let mut refusal = errors::not_found("file");
    refusal.long =
        format!("It is not in the frontend's node_modules: run `npm i -D {package}` there, or name it by --frontend");
    refusal
}
