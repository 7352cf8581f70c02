#!/usr/bin/env bash
# The tests that need more than Rust and a C compiler. What is missing is installed: on Linux strace, which shows what the
# commands start and write, Node, Chromium, and Clerk's own clients as `clients/package-lock.json` pins them.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Says what it installs.
install() {
  echo "installing: $*" >&2
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"
}

has() { command -v "$1" >/dev/null; }

[ "$(uname)" != Linux ] || has strace || install strace
has node && has npm || install nodejs npm
has chromium || install chromium

# Beside the compiled tests, so that no package lies in the repository.
packages="${CARGO_TARGET_DIR:-target}/clients"
mkdir -p "$packages"
if ! cmp -s tests/external/clients/package-lock.json "$packages/node_modules/.installed"; then
  echo "installing: @clerk/backend, @clerk/clerk-js, ajv, playwright-core" >&2
  cp tests/external/clients/package*.json "$packages"
  (cd "$packages" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp tests/external/clients/package-lock.json "$packages/node_modules/.installed"
fi

[ -n "${CLERK_OPENAPI_DIR:-}" ] || echo "not checked: CLERK_OPENAPI_DIR is unset" >&2
cargo test --features external --test external "$@"
