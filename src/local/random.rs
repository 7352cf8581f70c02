//! Ids and secrets.

use aws_lc_rs::rand;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// An id such as `sess_2NiWoZK2iKDvEFEHaakTrHVfcrq`.
pub fn id(prefix: &str) -> String {
    format!("{prefix}_{}", letters(27))
}

/// Letters and digits that nobody can guess. 27 of them hold 160 bits.
pub fn letters(count: usize) -> String {
    let mut text = String::with_capacity(count);
    while text.len() < count {
        // The last 8 of 256 would make some letters likelier than others.
        let usable = bytes::<32>().into_iter().filter(|byte| *byte < 248).map(|byte| LETTERS[usize::from(byte) % 62]);
        text.extend(usable.take(count - text.len()).map(char::from));
    }
    text
}

/// Lower-case hexadecimal digits of so many random bytes.
pub fn hex<const BYTES: usize>() -> String {
    bytes::<BYTES>().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Random bytes.
pub fn bytes<const COUNT: usize>() -> [u8; COUNT] {
    let mut bytes = [0; COUNT];
    rand::fill(&mut bytes).expect("the system has randomness");
    bytes
}
