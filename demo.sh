#!/usr/bin/env bash
# Runs the demonstration, and installs what the machine lacks for it. --yes installs without a question; all other
# arguments go to `cargo xtask demo`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. scripts/needs.sh
xtask_with_needs demo demo "$@"
