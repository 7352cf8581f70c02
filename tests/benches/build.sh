#!/usr/bin/env bash
# What each way to verify Clerk sessions adds to a small Axum host: crates, and CPU seconds of its debug build.
# `build.sh crates` counts only the crates, which takes seconds.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
hosts=(bare pem jwks clerk-rs)

new_host() {
    mkdir -p "$scratch/$1/src"
    cp "$here/host/main.rs" "$scratch/$1/src/main.rs"
    cp "$here/host/manifest.toml" "$scratch/$1/Cargo.toml"
}

generate() {
    cargo run --quiet --manifest-path "$here/../../Cargo.toml" -- init --yes --quiet --allow-no-vcs \
        --framework axum --profile prod --set keys="$1" --manifest-path "$scratch/$1/Cargo.toml" >"$scratch/$1/log"
}

crates() {
    cd "$scratch/$1"
    cargo tree --quiet --edges normal,build --prefix none | cut -d ' ' -f 1,2 | sort -u | wc -l
}

# User and system time of everything that the build starts.
build_seconds() {
    cd "$scratch/$1"
    cargo fetch --quiet
    local TIMEFORMAT='%U %S'
    { time cargo build --quiet --target-dir target >log 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
    rm -rf target
}

for host in "${hosts[@]}"; do new_host "$host"; done
generate pem
generate jwks
(cd "$scratch/clerk-rs" && cargo add --quiet clerk-rs@0.5 --features axum)

echo '| host | crates | added | CPU seconds | added | of clerk-rs |'
echo '|---|---|---|---|---|---|'
bare_crates=$(crates bare)
[ "${1:-}" = crates ] || { bare=$(build_seconds bare) && theirs=$(build_seconds clerk-rs); }
for host in "${hosts[@]}"; do
    count=$(crates "$host")
    case "$host${1:-}" in
        *crates) seconds='' ;;
        bare) seconds=$bare ;;
        clerk-rs) seconds=$theirs ;;
        *) seconds=$(build_seconds "$host") ;;
    esac
    awk -v host="$host" -v count="$count" -v before="$bare_crates" -v seconds="$seconds" -v bare="${bare:-}" \
        -v theirs="${theirs:-}" 'BEGIN {
            printf "| %s | %d | %d | ", host, count, count - before
            if (seconds == "") print "– | – | – |"
            else printf "%.0f | %.0f | %.2f |\n", seconds, seconds - bare, (seconds - bare) / (theirs - bare)
        }'
done
