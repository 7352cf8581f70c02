//! Bounds on what is read, far above what people write: a repository may hold files without end.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};

use camino::Utf8Path;

use super::InspectError;

/// The most bytes of a file.
const FILE: usize = 2 << 20;

/// The most bytes of files that are looked through together, and their most number.
const ALL: (usize, usize) = (64 << 20, 20_000);

/// The bytes of a regular file, at most one more than are allowed: what its size is said to be counts for nothing. `None`
/// where there is something else, which may never end.
pub fn bytes(file: &Utf8Path) -> io::Result<Option<Vec<u8>>> {
    if !fs::metadata(file)?.is_file() {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    File::open(file)?.take(FILE as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > FILE { Err(ErrorKind::FileTooLarge.into()) } else { Ok(Some(bytes)) }
}

/// Fails for what keeps a file from being read, except that there is none.
pub fn fault<T: Default>(path: &Utf8Path, cause: io::Error) -> Result<T, InspectError> {
    match cause.kind() {
        ErrorKind::NotFound | ErrorKind::IsADirectory | ErrorKind::NotADirectory => Ok(T::default()),
        ErrorKind::FileTooLarge => Err(InspectError::TooLarge { path: path.to_owned() }),
        _ => Err(InspectError::Read { path: path.to_owned(), cause }),
    }
}

/// Bytes and number of the files that were looked through.
#[derive(Debug, Default)]
pub struct Sum(usize, usize);

impl Sum {
    /// Adds a file, which must not be the one too many.
    pub fn add(&mut self, folder: &Utf8Path, text: &str) -> Result<(), InspectError> {
        self.0 += text.len();
        self.1 += 1;
        if self.is_full() { Err(InspectError::TooMuch { folder: folder.to_owned() }) } else { Ok(()) }
    }

    /// Whether there is more than is looked through.
    pub fn is_full(&self) -> bool {
        self.0 > ALL.0 || self.1 > ALL.1
    }
}
