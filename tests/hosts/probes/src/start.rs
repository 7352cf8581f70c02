//! What the environment asks of the host, whatever its framework.

use std::future::{self, Future};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

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

/// Begins what a handler waits for, and then holds its thread up instead of waiting.
pub async fn begin_and_block<F: Future>(work: F) {
    let mut work = pin!(work);
    future::poll_fn(|context| {
        let _ = work.as_mut().poll(context);
        Poll::Ready(())
    })
    .await;
    std::thread::sleep(Duration::from_secs(30));
}
