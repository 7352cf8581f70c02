//! What the environment asks of the host, whatever its framework.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Writes what every crate logs into the file that `PROBES_LOG` names, but for modules that print whole requests.
pub fn log(but: &[&str]) -> std::io::Result<()> {
    let Some(path) = std::env::var_os("PROBES_LOG") else { return Ok(()) };
    let file = std::sync::Mutex::new(std::fs::File::create(path)?);
    let levels = but.iter().fold(Targets::new().with_default(LevelFilter::TRACE), |levels, module| {
        levels.with_target(*module, LevelFilter::OFF)
    });
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(file);
    tracing_subscriber::registry().with(lines.with_filter(levels)).init();
    Ok(())
}

/// Whether one guard protects everything but a few public routes, instead of groups behind theirs.
pub fn is_all_but_public() -> bool {
    std::env::var_os("PROBES_ALL_BUT_PUBLIC").is_some()
}
