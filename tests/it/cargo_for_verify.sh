#!/bin/sh
# Cargo, but for `check`: the first call does what FIRST says, the second what SECOND says.
[ "$1" = check ] || exec "$REAL_CARGO" "$@"
if [ -e "$SCRATCH/checked" ]; then eval "$SECOND"; fi
: >"$SCRATCH/checked"
eval "$FIRST"
