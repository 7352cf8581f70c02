//! The text of a generated file as it was written last, packed: whole texts would be most of what a review shows.
//!
//! Each text is packed by itself (zlib, then base85 in lines), so that git merges changes of different files cleanly.

use std::cell::RefCell;
use std::io::Read;
use std::ops::Deref;

use flate2::read::ZlibDecoder;
use flate2::{Compress, Compression, FlushCompress, Status};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The bytes of one text, at most. What a record that came with a repository unpacks to is bounded.
const TEXT_BYTES: u64 = 1 << 20;

/// The bytes of all texts of a record, at most.
pub(super) const ALL_BYTES: usize = 8 << 20;

/// Where more work of zlib's saves less than a hundredth of the bytes.
const LEVEL: u32 = 5;

/// The characters of a packed line.
const LINE: usize = 100;

/// A text and, where a record had it, its packed form: one that did not change keeps its bytes, whatever packs it next.
#[derive(Debug, Clone, Default)]
pub struct Base {
    text: String,
    packed: Option<String>,
}

impl PartialEq for Base {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Base {}

impl Deref for Base {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl From<&str> for Base {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), packed: None }
    }
}

impl Base {
    /// The text of one that was read, of which the record has at most so many bytes left. Says what is wrong with it.
    pub(super) fn unpack(&mut self, left: usize) -> Result<(), String> {
        let Some(packed) = &self.packed else { return Ok(()) };
        let words: String = packed.split_ascii_whitespace().collect();
        let bytes = z85::decode(words).map_err(|_| "is not base85".to_owned())?;
        let mut text = Vec::new();
        let limit = TEXT_BYTES.min(left as u64);
        let read = ZlibDecoder::new(bytes.as_slice()).take(limit + 1).read_to_end(&mut text);
        read.map_err(|cause| format!("cannot be unpacked: {cause}"))?;
        if text.len() as u64 > limit {
            return Err(format!("unpacks to more than {limit} bytes"));
        }
        self.text = String::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())?;
        Ok(())
    }

    /// This text, in the packed form of an earlier one where that is the same.
    pub(super) fn packed_as(&mut self, earlier: &Self) {
        if self.text == earlier.text {
            self.packed.clone_from(&earlier.packed);
        }
    }
}

fn pack(text: &str) -> Option<String> {
    let letters = z85::encode(zipped(text)?);
    let lines = letters.as_bytes().chunks(LINE).map(|line| String::from_utf8_lossy(line).into_owned() + "\n");
    Some(lines.collect())
}

/// What a compressor needs is made once: a record has many small texts.
fn zipped(text: &str) -> Option<Vec<u8>> {
    thread_local!(static ZLIB: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(LEVEL), true)));
    ZLIB.with_borrow_mut(|zlib| {
        zlib.reset();
        // Zlib adds eleven bytes at most, and five for every 16 KiB.
        let mut bytes = Vec::with_capacity(text.len() + text.len() / 1000 + 64);
        let status = zlib.compress_vec(text.as_bytes(), &mut bytes, FlushCompress::Finish).ok()?;
        (status == Status::StreamEnd).then_some(bytes)
    })
}

impl Serialize for Base {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let packed = self.packed.clone().or_else(|| pack(&self.text));
        serializer.serialize_str(&packed.ok_or_else(|| serde::ser::Error::custom("a text cannot be packed"))?)
    }
}

/// The packed form alone; `Base::unpack` follows, which knows how much room there is.
impl<'de> Deserialize<'de> for Base {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { text: String::new(), packed: Some(String::deserialize(deserializer)?) })
    }
}
