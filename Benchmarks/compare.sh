#!/usr/bin/env bash
# Sets cnb and its peers side by side on the same work: medians of interleaved runs, as a table.
# usage: compare.sh [--runs 5] [--rows 20000000] [--threads 2] [--data DIR] [--peers-only] [CASE...]      compare.sh --list names the cases
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
peers=${PEERS:-$here/.peers}
if ! [ -x "$peers/bin/python" ]; then
    echo "compare: no peers in $peers; run Benchmarks/setup-peers.sh, or set PEERS to their virtual environment" >&2
    exit 1
fi
exec "$peers/bin/python" "$here/compare.py" "$@"
