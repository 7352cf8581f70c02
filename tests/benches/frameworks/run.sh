#!/usr/bin/env bash
# Requests over HTTP in Actix Web and Rocket: open, with `Session` in the handler, and behind a guard. Needs `wrk`.
# `run.sh` measures both; `run.sh actix` just that one.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
benches=$(dirname "$here")

for framework in ${1:-actix rocket}; do
    # Not below this folder, where git ignores what is built: the tool wants its record to be committed.
    copy=${TMPDIR:-/tmp}/clerk-sessions-benches-$framework
    rm -rf "$copy/src" "$copy/clerk-sessions.toml" "$copy/clerk-sessions.lock"
    mkdir -p "$copy/src"
    cp "$here/$framework/manifest.toml" "$copy/Cargo.toml"
    cp "$here/$framework/main.rs" "$here/measure.rs" "$benches/src/instance.rs" "$copy/src/"
    cp "$benches/tokens.lua" "$copy/"
    env -u CARGO_TARGET_DIR cargo run --quiet --manifest-path "$benches/../../Cargo.toml" -- init --yes --quiet \
        --allow-no-vcs --framework "$framework" --profile prod --manifest-path "$copy/Cargo.toml" >"$copy/log"
    CARGO_TARGET_DIR=$benches/target cargo build --quiet --release --manifest-path "$copy/Cargo.toml"
    printf '\n%s\n\n' "$framework"
    "$benches/target/release/benches-$framework"
done
