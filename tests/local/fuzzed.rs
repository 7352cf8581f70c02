//! Bodies and queries at random, as the fuzz target has them. `FUZZ_SECONDS=600` goes on for ten minutes.

#[path = "../fuzz/local.rs"]
mod target;

use std::panic;
use std::time::{Duration, Instant};

use target::{SEEDS, Target};

/// What is put in somewhere.
const WORDS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "null",
    "true",
    "-1",
    "1e400",
    "9223372036854775807",
    "\"\\u0000\"",
    "\"\"",
    "\\ud800",
    ",",
    ":",
    "&",
    "=",
    "%",
    "%00",
    "%ff",
    "user_owner",
    "org_example",
    "@t",
    "@k",
    "@r",
    "{{",
    "}}",
    "||",
    "user.",
    "_method=PUT&",
    "\u{202e}",
];

fn mutated(random: &mut fastrand::Rng, input: &[u8]) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.usize(1..6) {
        let at = random.usize(0..=bytes.len());
        match random.u8(0..6) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, random.u8(..)),
            2 if at < bytes.len() => bytes[at] ^= 1 << random.u8(0..8),
            3 => drop(bytes.splice(at..at, WORDS[random.usize(0..WORDS.len())].bytes())),
            4 => {
                let end = random.usize(at..=bytes.len());
                let piece = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, piece));
            }
            _ => {
                let end = random.usize(at..=bytes.len()).min(at + 8);
                bytes.drain(at..end);
            }
        }
        if bytes.len() > 20_000 {
            bytes.truncate(20_000);
        }
    }
    bytes
}

#[test]
fn whatever_a_body_says_the_answer_has_its_form() {
    let target = Target::new();
    for seed in SEEDS {
        target.ask(seed.as_bytes());
    }
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut kept: Vec<Vec<u8>> = SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    let mut rounds = 0_u64;
    while Instant::now() < end {
        let mut random = fastrand::Rng::with_seed(rounds);
        let input = if random.u8(0..8) == 0 {
            (0..random.usize(0..200)).map(|_| random.u8(..)).collect()
        } else {
            let at = random.usize(0..kept.len());
            mutated(&mut random, &kept[at])
        };
        let asked = panic::catch_unwind(panic::AssertUnwindSafe(|| target.ask(&input)));
        assert!(asked.is_ok(), "round {rounds}: {:?}", String::from_utf8_lossy(&input));
        // Mutations of mutations, of which the last few hundred are kept.
        if random.u8(0..4) == 0 {
            let at = SEEDS.len() + usize::try_from(rounds).unwrap_or_default() % 300;
            if at < kept.len() { kept[at] = input } else { kept.push(input) }
        }
        rounds += 1;
    }
    assert!(rounds > 100, "only {rounds} rounds");
    println!("{rounds} rounds");
}
