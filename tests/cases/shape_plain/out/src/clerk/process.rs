// clerk-sessions: module/process.rs
//! The verifier that the whole process shares, built once from the environment variables.

use std::sync::OnceLock;

use super::config_error::ConfigError;
use super::verify::Verifier;

static VERIFIER: OnceLock<Result<Verifier, ConfigError>> = OnceLock::new();

/// The shared verifier, or what is wrong with the configuration. In that case the log says so, once,
/// and every guarded route answers 503.
pub(crate) fn verifier() -> Result<&'static Verifier, &'static ConfigError> {
    let verifier = VERIFIER.get_or_init(|| {
        let built = Verifier::builder().environment(std::env::var_os).build();
        if let Err(cause) = &built {
            tracing::error!(%cause, "clerk sessions are misconfigured, guarded routes answer 503");
        }
        built
    });
    verifier.as_ref()
}
