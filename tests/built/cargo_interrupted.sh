#!/bin/sh
# Stands in for cargo: the build does not end before the program that runs it is interrupted.
[ "$1" = build ] || exec cargo "$@"
kill -INT "$PPID"
sleep 1
exit 101
