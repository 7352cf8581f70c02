//! Bytes that are nearly right: good ones with a few changes, or scraps of what a parser looks for, which stand in one text between spaces.

use fastrand::Rng;

/// A few random edits. What comes out may by chance be what went in.
pub fn bytes(random: &mut Rng, good: &[u8], scraps: &str) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..random.usize(1..4) {
        edit(random, &mut bytes, scraps);
    }
    bytes
}

fn edit(random: &mut Rng, bytes: &mut Vec<u8>, scraps: &str) {
    let from = random.usize(..=bytes.len());
    let to = random.usize(from..=bytes.len().min(from + 40));
    match random.u8(..9) {
        0 if !bytes.is_empty() => {
            let at = random.usize(..bytes.len());
            bytes[at] ^= 1 << random.u8(..8);
        }
        1 if !bytes.is_empty() => {
            let at = random.usize(..bytes.len());
            bytes[at] = random.u8(..);
        }
        2 => drop(bytes.drain(from..to)),
        3 => drop(bytes.splice(from..from, [random.u8(..)])),
        4 => drop(bytes.splice(from..from, bytes[from..to].to_vec())),
        5 => drop(bytes.splice(from..to, scrap(random, scraps))),
        6 => bytes.truncate(from),
        7 => bytes[from..to].make_ascii_uppercase(),
        _ => bytes[from..to].reverse(),
    }
}

/// A text of nothing but scraps and random bytes.
pub fn rubble(random: &mut Rng, scraps: &str) -> Vec<u8> {
    let count = random.usize(..40);
    (0..count).flat_map(|_| scrap(random, scraps)).collect()
}

/// One of the scraps, some of them many times.
fn scrap(random: &mut Rng, scraps: &str) -> Vec<u8> {
    let text = random.choice(scraps.split(' ').collect::<Vec<_>>()).unwrap_or_default();
    match random.u8(..12) {
        0 => text.repeat(random.usize(..600)).into_bytes(),
        1 => b" ".to_vec(),
        2 => (0..random.usize(..8)).map(|_| random.u8(..)).collect(),
        _ => text.as_bytes().to_vec(),
    }
}
