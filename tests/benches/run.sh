#!/usr/bin/env bash
# Lets the tool generate its module into a copy of this package, and measures there.
# `run.sh` prints the tables; `run.sh criterion` runs Criterion; `run.sh verify` and `run.sh http` print one table.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
copy=${BENCHES:-$here/target/copy}

mkdir -p "$copy"
rm -rf "$copy/src" "$copy/benches"
cp -r "$here/Cargo.toml" "$here/tokens.lua" "$here/src" "$here/benches" "$copy/"
rm -f "$copy/clerk-sessions.toml" "$copy/clerk-sessions.lock"
# A repository of its own: in ours `target` is ignored, and the tool refuses where its record would be.
git init --quiet "$copy"
env -u CARGO_TARGET_DIR cargo run --quiet --manifest-path "$here/../../Cargo.toml" -- init --yes --quiet --allow-dirty \
    --framework axum --profile prod --root src/lib.rs --manifest-path "$copy/Cargo.toml" >"$copy/log"
cd "$copy"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/target}

case "${1:-all}" in
    criterion) exec cargo bench ;;
    verify | http | all) cargo build --quiet --release --bins ;;
    *) echo "usage: run.sh [verify | http | criterion]" >&2 && exit 2 ;;
esac
case "${1:-all}" in verify | all) "$CARGO_TARGET_DIR/release/allocations" | "$CARGO_TARGET_DIR/release/ratios" ;; esac
case "${1:-all}" in http | all) "$CARGO_TARGET_DIR/release/http" ;; esac
