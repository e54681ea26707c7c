#!/usr/bin/env bash
# Puts the peers of compare.sh into a virtual environment: DuckDB, Polars, pandas, scikit-learn, XGBoost, kmodes, PyTorch and Jupyter.
# usage: setup-peers.sh [DIR]      DIR is Benchmarks/.peers unless given; compare.sh looks there, or where $PEERS says
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
peers=${1:-${PEERS:-$here/.peers}}
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "setup-peers: needs Python 3.11 or newer" >&2; exit 1; }
if ! [ -x "$peers/bin/python" ]; then
    python3 -m venv "$peers" || { echo "setup-peers: no virtual environment; on Debian: apt-get install python3-venv" >&2; exit 1; }
fi
"$peers/bin/python" -m pip install --quiet --disable-pip-version-check -r "$here/requirements.txt"
"$peers/bin/python" - <<'PYTHON'
import kmodes, numpy, pandas, polars, sklearn, torch, xgboost
print("torch", torch.__version__, "| scikit-learn", sklearn.__version__, "| xgboost", xgboost.__version__, "| polars", polars.__version__, "| pandas", pandas.__version__)
PYTHON
"$peers/bin/duckdb" --version
echo "ready: $peers"
