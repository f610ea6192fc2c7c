#!/usr/bin/env bash
# Runs all tests, and installs what the machine lacks for them. --yes installs without a question; all other arguments
# go to `cargo xtask test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/needs.sh
xtask_with_needs check test "$@"
