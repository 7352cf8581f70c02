//! What an application and its frontend need to know of the stand-in, as variables of the environment.

use std::fs;
use std::io::{self, Write};

use camino::Utf8Path;

use super::error::LocalError;
use super::server::Local;

/// How a file of ours begins.
const MARK: &str = "# Written by `cargo clerk-sessions local`. Its keys work nowhere else.";

/// The path under which a frontend's dev server hands on what is for Clerk.
pub const PROXY_PATH: &str = "/__clerk";

/// What a user's shell may have that an application would take before ours.
pub const RIVALS: &[&str] = &["CLERK_JWT_KEY", "CLERK_JWKS_URL", "CLERK_ISSUER", "CLERK_SESSION_PROFILE"];

/// The variables. With a PEM the application asks no key set.
pub fn variables(local: &Local, pem: Option<&str>) -> Vec<(&'static str, String)> {
    let key = &local.publishable.key;
    let mut variables = vec![("CLERK_PUBLISHABLE_KEY", key.clone())];
    match pem {
        Some(pem) => variables.push(("CLERK_JWT_KEY", pem.trim_end().replace('\n', "\\n"))),
        None => variables.push(("CLERK_JWKS_URL", format!("{}/.well-known/jwks.json", local.base))),
    }
    variables.extend([
        ("CLERK_SECRET_KEY", local.secrets.key.clone()),
        ("CLERK_API_URL", local.base.clone()),
        ("CLERK_PROXY_URL", format!("http://localhost:{}{PROXY_PATH}", local.port)),
        ("CLERK_WEBHOOK_SIGNING_SECRET", local.secrets.webhook.clone()),
    ]);
    if !local.options.live {
        variables.push(("CLERK_SESSION_PROFILE", "dev".to_owned()));
    }
    let parties = local.options.parties();
    if !parties.is_empty() {
        variables.push(("CLERK_AUTHORIZED_PARTIES", parties.join(",")));
    }
    variables.push(("CLERK_SESSIONS_LOCAL", local.base.clone()));
    // A key without its proxy would send a browser to the host that the key names.
    variables.extend([
        ("VITE_CLERK_PUBLISHABLE_KEY", key.clone()),
        ("VITE_CLERK_PROXY_URL", PROXY_PATH.to_owned()),
        ("NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY", key.clone()),
        ("NEXT_PUBLIC_CLERK_PROXY_URL", PROXY_PATH.to_owned()),
    ]);
    variables
}

/// The variables as a file has them, and as a shell takes them.
pub fn text(variables: &[(&'static str, String)]) -> String {
    let quoted = |value: &str| value.replace('\'', r"'\''");
    variables.iter().map(|(name, value)| format!("{name}='{}'\n", quoted(value))).collect()
}

/// Writes the file, for its owner alone. One that is there must be ours, and git must not commit it.
#[expect(clippy::disallowed_methods, reason = "the file is one that a flag names aside")]
pub fn write(path: &Utf8Path, variables: &[(&'static str, String)], committed: bool) -> Result<(), LocalError> {
    let refused = |what| LocalError::EnvironmentFile { path: path.to_owned(), what };
    match fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => return Err(refused("is there, and is no regular file")),
        Ok(_) if !fs::read_to_string(path).is_ok_and(|text| text.starts_with(MARK)) => {
            return Err(refused("is there, and was not written by this command"));
        }
        _ if committed => return Err(refused("is not ignored by git, which would commit the keys")),
        _ => {}
    }
    let failed = |cause: io::Error| LocalError::Io { what: format!("write `{path}`"), cause };
    let folder = path.parent().filter(|folder| *folder != "").unwrap_or(Utf8Path::new("."));
    let mut beside = tempfile::Builder::new().prefix(".env-").tempfile_in(folder).map_err(failed)?;
    beside.write_all(format!("{MARK}\n{}", text(variables)).as_bytes()).map_err(failed)?;
    beside.persist(path).map_err(|cause| failed(cause.error))?;
    Ok(())
}
