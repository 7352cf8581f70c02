#!/usr/bin/env bash
# The tests that need more than Rust and a C compiler. What is missing is installed: on Linux strace, which shows what the
# commands start and write.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Says what it installs.
install() {
  echo "installing: $*" >&2
  apt-get update -qq && apt-get install -y -qq "$@"
}

[ "$(uname)" != Linux ] || command -v strace >/dev/null || install strace
cargo test --features external --test external "$@"
