#!/usr/bin/env bash
# Whole runs of the tool in a workspace of seventy members, each beside a bare `cargo metadata --no-deps` of the same round.
# Prints milliseconds and ratios, as medians. `tool.sh 100` measures a hundred rounds instead of forty.
set -euo pipefail
export LC_ALL=C
repository=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${1:-40}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

cargo build --quiet --release --manifest-path "$repository/Cargo.toml"
target=${CARGO_TARGET_DIR:-$repository/target}
tool=$target/release/cargo-clerk-sessions

cd "$copy"
printf '[workspace]\nmembers = ["member-*"]\nresolver = "2"\n' >Cargo.toml
for number in $(seq 70); do
    mkdir -p "member-$number/src"
    printf '[package]\nname = "member-%s"\nversion = "0.1.0"\nedition = "2024"\n\n[dependencies]\naxum = "0.8"\n' \
        "$number" >"member-$number/Cargo.toml"
    printf 'fn main() {\n    let _: axum::Router = axum::Router::new();\n}\n' >"member-$number/src/main.rs"
done
git init --quiet && git add . && git -c user.name=bench -c user.email=bench@example.com commit --quiet --message before

# The tool asks the same cargo, as it does when cargo starts it.
CARGO=$(rustup which cargo 2>/dev/null || command -v cargo)
export CARGO

milliseconds() {
    local start=$EPOCHREALTIME
    "$@" >"$copy/.git/output" 2>&1
    local end=$EPOCHREALTIME
    awk -v start="$start" -v end="$end" 'BEGIN { printf "%.2f", (end - start) * 1000 }'
}

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

# measure <name> <arguments>…; `{}` stands for a number that differs from round to round.
measure() {
    local name=$1 round own bare
    shift
    : >"$copy/.git/rounds"
    for round in $(seq "$rounds"); do
        bare=$(milliseconds "$CARGO" metadata --no-deps --format-version 1)
        own=$(milliseconds "$tool" clerk-sessions "${@//\{\}/$((round % 2 + 3))}")
        echo "$own $bare" >>"$copy/.git/rounds"
    done
    printf '| %s | %s | %s |\n' "$name" "$(cut -d' ' -f1 "$copy/.git/rounds" | median)" \
        "$(awk '{ printf "%.2f\n", $1 / $2 }' "$copy/.git/rounds" | median)"
}

printf '| run | ms | of `cargo metadata --no-deps` |\n|---|---|---|\n'
measure '`init --dry-run`' init --dry-run --yes --package member-1
"$tool" clerk-sessions init --yes --quiet --package member-1 >"$copy/.git/output" 2>&1
measure '`check`' check --package member-1
measure '`update`, nothing to do' update --yes --allow-dirty --package member-1
measure '`update --set leeway=…`' update --yes --allow-dirty --package member-1 --set 'leeway={}'
echo 'hard_tabs = true' >rustfmt.toml
measure '`init --dry-run`, with a `rustfmt.toml`' init --dry-run --yes --package member-2
