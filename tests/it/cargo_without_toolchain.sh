#!/bin/sh
# What rustup's stand-in for cargo does where a project asks for a toolchain that is not there.
cat >&2 <<'END'
error: toolchain '1.0.0' is not installed
help: run `rustup toolchain install` to install it
END
exit 1
