//! Clerk's own scripts, from the `node_modules` of the frontend under development.

use std::fs;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use camino::{Utf8Path, Utf8PathBuf};

use super::errors::{self, Answer, Refusal};
use crate::local::server::Shared;

/// The packages that the loaders ask for.
pub const PACKAGES: &[&str] = &["@clerk/clerk-js", "@clerk/ui"];

/// `GET /npm/@clerk/{package}@{version}/{path}`: the version is whatever is installed.
pub(super) async fn file(State(local): State<Shared>, Path(path): Path<String>) -> Answer {
    let found = named(&path).and_then(|(package, rest)| read(&local.options.frontend, &package, rest));
    found.ok_or_else(|| absent(&path))
}

/// The package and the path in it.
fn named(path: &str) -> Option<(String, &str)> {
    let rest = path.strip_prefix("@clerk/")?;
    let (package, path) = rest.split_once('/')?;
    let name = package.split('@').next().unwrap_or(package);
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    (!name.is_empty() && name.chars().all(plain)).then(|| (format!("@clerk/{name}"), path))
}

/// The folder of a package, with links followed, as some package managers link it.
#[expect(clippy::disallowed_methods, reason = "scripts are served from the folder that `--frontend` names")]
pub fn folder(frontend: &Utf8Path, package: &str) -> Option<Utf8PathBuf> {
    frontend.join("node_modules").join(package).canonicalize_utf8().ok()
}

/// A file of the package, and of nothing else.
#[expect(clippy::disallowed_methods, reason = "scripts are served from the folder that `--frontend` names")]
fn read(frontend: &Utf8Path, package: &str, path: &str) -> Option<Response> {
    let folder = folder(frontend, package)?;
    let file = folder.join(path).canonicalize_utf8().ok()?;
    if !file.starts_with(&folder) {
        return None;
    }
    let bytes = fs::read(&file).ok()?;
    let kind = match file.extension().unwrap_or_default() {
        "js" | "mjs" | "cjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    };
    Some(([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], bytes).into_response())
}

fn absent(path: &str) -> Refusal {
    let package = named(path).map_or_else(|| PACKAGES[0].to_owned(), |(package, _)| package);
    let mut refusal = errors::not_found("file");
    refusal.long =
        format!("It is not in the frontend's node_modules: run `npm i -D {package}` there, or name it by --frontend");
    refusal
}
