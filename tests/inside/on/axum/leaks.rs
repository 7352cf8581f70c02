//! No part of a token reaches a log at any level, an error message or debug output.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tracing::callsite::rebuild_interest_cache;
use tracing::field::{Field, Visit};
use tracing::level_filters::STATIC_MAX_LEVEL;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Level, Metadata, Subscriber};

use super::super::testing::TestIssuer;
use super::{ready, verifier};

/// Records everything that is logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, "{}={value:?} ", field.name());
    }
}

impl Log {
    fn contains(&self, text: &str) -> bool {
        self.0.lock().unwrap().contains(text)
    }

    fn line(&self, record: impl FnOnce(&mut Line)) {
        let mut line = Line(String::new());
        record(&mut line);
        self.0.lock().unwrap().push_str(&line.0);
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.line(|line| span.record(line));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.line(|line| values.record(line));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.line(|line| event.record(line));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn tokens_are_never_printed() {
    let issuer = TestIssuer::new();
    let verifier = verifier(&issuer, |_| ());
    let good = issuer.token();
    let tokens = [
        good.sign(),
        good.clone().claim("exp", 1).sign(),
        good.clone().party("https://evil.example").sign(),
        good.clone().header("alg", "none").sign(),
        good.clone().claim("sub", 7).sign(),
        TestIssuer::stranger().token().sign(),
        format!("{}x", good.sign()),
        "secret-garbage".to_owned(),
    ];
    let (log, mut printed) = (Log::default(), String::new());
    let (start, patience) = (Instant::now(), Duration::from_secs(10));
    let compiled_in = STATIC_MAX_LEVEL >= Level::DEBUG;
    // `tracing` decides once for all threads whether a line is logged. A test without a subscriber
    // that gets there at the same moment can make it decide against us, so try again.
    loop {
        with_default(log.clone(), || {
            rebuild_interest_cache();
            for token in &tokens {
                let _ = match ready(verifier.verify(token)) {
                    Ok(session) => write!(printed, "{session:?} {:?}", session.token()),
                    Err(rejection) => write!(printed, "{rejection:?} {rejection}"),
                };
            }
        });
        if log.contains("token-expired") || !compiled_in || start.elapsed() > patience {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    let _ = write!(printed, "{verifier:?}");
    let leaked = |part: &&str| log.contains(part) || printed.contains(part);
    let mut parts = tokens.iter().flat_map(|token| token.split('.'));
    assert_eq!(parts.find(leaked), None);
    assert_eq!(log.contains("token-expired"), compiled_in);
}
