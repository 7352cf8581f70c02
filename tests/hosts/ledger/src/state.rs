//! What all requests share.

use std::sync::Mutex;

use serde::Serialize;

/// One line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub organization: String,
    pub cents: i64,
}

/// The entries, in memory.
#[derive(Default)]
pub struct Ledger(Mutex<Vec<Entry>>);

impl Ledger {
    pub fn book(&self, entry: Entry) {
        self.0.lock().unwrap().push(entry);
    }

    pub fn balance(&self, organization: &str) -> i64 {
        let entries = self.0.lock().unwrap();
        let own = entries.iter().filter(|entry| entry.organization == organization);
        own.map(|entry| entry.cents).sum()
    }

    pub fn close(&self, organization: &str) {
        self.0.lock().unwrap().retain(|entry| entry.organization != organization);
    }
}
