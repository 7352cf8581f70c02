//! In which line a new dependency lands.

use super::{host, need, patched};

#[test]
fn a_dependency_lands_in_the_right_line() {
    for (before, after) in [
        // Sorted tables stay sorted, others get it at the end.
        (
            "[dependencies]\naxum = \"0.8\"\ntokio = \"1.40\"\n",
            "[dependencies]\naxum = \"0.8\"\nbase64 = \"0.23\"\ntokio = \"1.40\"\n",
        ),
        (
            "[dependencies]\ntokio = \"1.40\"\naxum = \"0.8\"\n",
            "[dependencies]\ntokio = \"1.40\"\naxum = \"0.8\"\nbase64 = \"0.23\"\n",
        ),
        ("[dependencies]\ntokio = \"1.40\"\n", "[dependencies]\nbase64 = \"0.23\"\ntokio = \"1.40\"\n"),
        // No final newline, none at all, comments.
        ("[dependencies]\naxum = \"0.8\"", "[dependencies]\naxum = \"0.8\"\nbase64 = \"0.23\""),
        ("[dependencies]", "[dependencies]\nbase64 = \"0.23\""),
        ("[dependencies] # all\n\n[profile.dev]\n", "[dependencies] # all\nbase64 = \"0.23\"\n\n[profile.dev]\n"),
        (
            "[dependencies]\naxum = \"0.8\" # web\n# base64 = \"0.21\"\n[features]\n",
            "[dependencies]\naxum = \"0.8\" # web\nbase64 = \"0.23\"\n# base64 = \"0.21\"\n[features]\n",
        ),
        // The table's place is no matter.
        (
            "[dev-dependencies]\nx = \"1\"\n[dependencies.rocket]\nversion = \"0.5\"\n[dependencies]\nserde = \"1\"\n\n[target.'cfg(unix)'.dependencies]\ny = \"1\"\n",
            "[dev-dependencies]\nx = \"1\"\n[dependencies.rocket]\nversion = \"0.5\"\n[dependencies]\nbase64 = \"0.23\"\nserde = \"1\"\n\n[target.'cfg(unix)'.dependencies]\ny = \"1\"\n",
        ),
        // Sorted as lines, not as names.
        (
            "[dependencies]\naxum-extra.version = \"0.10\"\naxum.version = \"0.8\"\nserde = \"1\"\n",
            "[dependencies]\naxum-extra.version = \"0.10\"\naxum.version = \"0.8\"\nbase64 = \"0.23\"\nserde = \"1\"\n",
        ),
        // Values are aligned as those around, up to a blank line.
        (
            "[dependencies]\nshop-core-x = { path = \"x\" }\nshop-data   = { path = \"y\" }\n\naxum   = \"0.8\"\ntokio  = \"1.40\"\nurl    = \"2\"\n",
            "[dependencies]\nshop-core-x = { path = \"x\" }\nshop-data   = { path = \"y\" }\n\naxum   = \"0.8\"\nbase64 = \"0.23\"\ntokio  = \"1.40\"\nurl    = \"2\"\n",
        ),
        // A table that is not there.
        ("[package]\nname = \"x\"\n", "[package]\nname = \"x\"\n\n[dependencies]\nbase64 = \"0.23\"\n"),
        ("[package]\nname = \"x\"", "[package]\nname = \"x\"\n\n[dependencies]\nbase64 = \"0.23\""),
        (
            "[package]\nname = \"x\"\n\n# Tests.\n[dev-dependencies]\nx = \"1\"\n",
            "[package]\nname = \"x\"\n\n[dependencies]\nbase64 = \"0.23\"\n\n# Tests.\n[dev-dependencies]\nx = \"1\"\n",
        ),
        (
            "[package]\nname = \"x\"\n\n[dependencies.rocket]\nversion = \"0.5\"\n",
            "[package]\nname = \"x\"\n\n[dependencies]\nbase64 = \"0.23\"\n\n[dependencies.rocket]\nversion = \"0.5\"\n",
        ),
        // Groups with headings: at the end, in one of its own.
        (
            "[dependencies]\n# web\naxum = \"0.8\"\ntower = \"0.5\"\n\n# data\nserde = \"1\"\n\n[features]\n",
            "[dependencies]\n# web\naxum = \"0.8\"\ntower = \"0.5\"\n\n# data\nserde = \"1\"\n\nbase64 = \"0.23\"\n\n[features]\n",
        ),
        (
            "[dependencies]\r\n# web\r\naxum = \"0.8\"\r\n\r\ntokio = \"1.40\"\r\nserde = \"1\"",
            "[dependencies]\r\n# web\r\naxum = \"0.8\"\r\n\r\ntokio = \"1.40\"\r\nserde = \"1\"\r\nbase64 = \"0.23\"",
        ),
        (
            "[dependencies]\n\n# ours\nours = { path = \"ours\" }\n\n# web\n[dependencies.axum]\nversion = \"0.8\"\n",
            "[dependencies]\n\n# ours\nours = { path = \"ours\" }\n\nbase64 = \"0.23\"\n\n# web\n[dependencies.axum]\nversion = \"0.8\"\n",
        ),
        // A comment for each: in order, and under none of them.
        (
            "[dependencies]\n# web\naxum = \"0.8\"\n\n# data\nserde = \"1\"\n\n# async\ntokio = \"1.40\"\n\n# ids\nuuid = \"1\"\n",
            "[dependencies]\n# web\naxum = \"0.8\"\n\nbase64 = \"0.23\"\n\n# data\nserde = \"1\"\n\n# async\ntokio = \"1.40\"\n\n# ids\nuuid = \"1\"\n",
        ),
        (
            "[dependencies]\n# files\nbytes = \"1\"\n\n# data\nserde = \"1\"\n\n# async\ntokio = \"1.40\"\n\n# ids\nuuid = \"1\"\n",
            "[dependencies]\nbase64 = \"0.23\"\n\n# files\nbytes = \"1\"\n\n# data\nserde = \"1\"\n\n# async\ntokio = \"1.40\"\n\n# ids\nuuid = \"1\"\n",
        ),
        // Crates of others: with those of others.
        (
            "[dependencies]\n# Our own crates.\nalpha = { path = \"a\" }\nbeta = { path = \"b\" }\n\n# Crates of others.\ntokio = \"1.40\"\nuuid = \"1\"\n",
            "[dependencies]\n# Our own crates.\nalpha = { path = \"a\" }\nbeta = { path = \"b\" }\n\n# Crates of others.\nbase64 = \"0.23\"\ntokio = \"1.40\"\nuuid = \"1\"\n",
        ),
        (
            "[dependencies]\n# Crates of others.\naxum = \"0.8\"\ntokio = \"1.40\"\n\n# Our own crates.\nalpha = { path = \"a\" }\nzoo = { git = \"b\" }\n",
            "[dependencies]\n# Crates of others.\naxum = \"0.8\"\nbase64 = \"0.23\"\ntokio = \"1.40\"\n\n# Our own crates.\nalpha = { path = \"a\" }\nzoo = { git = \"b\" }\n",
        ),
        (
            "[dependencies]\n# Our own crates.\nalpha = { path = \"a\" }\n# Crates of others.\ntokio = \"1.40\"\n",
            "[dependencies]\n# Our own crates.\nalpha = { path = \"a\" }\n# Crates of others.\nbase64 = \"0.23\"\ntokio = \"1.40\"\n",
        ),
        (
            "[dependencies]\nalpha = { path = \"a\" }\nbeta = { path = \"b\" }\n\naxum = \"0.8\"\ntokio = \"1.40\"\n",
            "[dependencies]\nalpha = { path = \"a\" }\nbeta = { path = \"b\" }\n\naxum = \"0.8\"\nbase64 = \"0.23\"\ntokio = \"1.40\"\n",
        ),
        (
            "[dependencies]\naxum = \"0.8\"\nserde = \"1\"\ntokio = \"1.40\"\n\n# db\nsqlx = \"0.8\"\n",
            "[dependencies]\naxum = \"0.8\"\nbase64 = \"0.23\"\nserde = \"1\"\ntokio = \"1.40\"\n\n# db\nsqlx = \"0.8\"\n",
        ),
        // A few that are out of order are no matter.
        (
            "[dependencies]\naxum = \"0.8\"\nbytes = \"1\"\nclap = \"4\"\nserde = \"1\"\ntokio = \"1.40\"\nuuid = \"1\"\nanyhow = \"1\"\n",
            "[dependencies]\naxum = \"0.8\"\nbase64 = \"0.23\"\nbytes = \"1\"\nclap = \"4\"\nserde = \"1\"\ntokio = \"1.40\"\nuuid = \"1\"\nanyhow = \"1\"\n",
        ),
        // One comment without groups is about what it stands above.
        ("[dependencies]\n# web\naxum = \"0.8\"\n", "[dependencies]\n# web\naxum = \"0.8\"\nbase64 = \"0.23\"\n"),
        // The house's style.
        (
            "\u{feff}[dependencies]\r\naxum = \"0.8\"\r\n",
            "\u{feff}[dependencies]\r\naxum = \"0.8\"\r\nbase64 = \"0.23\"\r\n",
        ),
        ("[dependencies]\n\taxum = '0.8'\n", "[dependencies]\n\taxum = '0.8'\n\tbase64 = \"0.23\"\n"),
        (
            "[dependencies]\naxum            = \"0.8\"\ntower-http      = \"0.6\"\n",
            "[dependencies]\naxum            = \"0.8\"\nbase64          = \"0.23\"\ntower-http      = \"0.6\"\n",
        ),
        (
            "[dependencies]\nsentry.optional = true\naxum = \"0.8\"\nsentry.version = \"1\"\n",
            "[dependencies]\nsentry.optional = true\naxum = \"0.8\"\nsentry.version = \"1\"\nbase64 = \"0.23\"\n",
        ),
    ] {
        assert_eq!(patched(&host(before), &[need("base64 0.23")]).package, after);
    }
}
