#!/usr/bin/env bash
# The scores of `fit lstm` beside those of a PyTorch LSTM of the same sizes, on the same windows, split and epochs; three seeds each.
# usage: Benchmarks/scores.sh [--sessions DIR]   (DIR holds userbehavior_head.csv.gz, simple_onlineshop.csv.gz and rsc15_100k_train_full.tsv.gz; without it only the shop is scored)
# Needs PyTorch, pandas, scikit-learn and xxhash in the virtual environment that PEERS names (Benchmarks/.peers), and a release build of cnb.
set -euo pipefail
cd "$(dirname "$0")/.."
peers=${PEERS:-Benchmarks/.peers} cnb=${CNB:-.build/release/cnb} sessions=
[ "${1:-}" = --sessions ] && sessions=$2
ours() { # case, statements before fit, options of fit
    for seed in 0 1 2; do
        "$cnb" -c "$2 | fit lstm seq=10 epochs=5 patience=0 seed=$seed $3" --json | python3 -c '
import json, sys
scores = [json.loads(line) for line in sys.stdin][-1]["value"]["scores"]
line = {"case": sys.argv[1], "by": "cnb", "seed": int(sys.argv[2]), "test": scores["n"]}
if "mrr" in scores: line |= {"hr@10": round(scores["hr@10"], 4), "mrr": round(scores["mrr"], 4)}
else:
    classes = scores["by_class"]
    line |= {"f1_macro": round(sum(c["f1"] or 0 for c in classes) / len(classes), 4), "auc": round(scores["auc"], 4)}
print(json.dumps(line))' "$1" "$seed"
    done
}
ours shop-next "load datasets/shop.csv | split by=time-user" ""
ours shop-purchase "load datasets/shop.csv | label reached = any(action == \"buy\") per=user | split by=user" "predict=reached"
if [ -n "$sessions" ]; then
    ours userbehavior-next "load $sessions/userbehavior_head.csv.gz schema=userbehavior | split by=time-user" ""
    ours onlineshop-payment "load $sessions/simple_onlineshop.csv.gz user=user_id action=event time=timestamp | label reached = any(action == \"payment_done\") per=user | split by=user" "predict=reached"
    ours rsc15-next-item "load $sessions/rsc15_100k_train_full.tsv.gz | split by=time-user" "predict=item embedding=100 hidden=100"
fi
"$peers/bin/python" Benchmarks/peers/scores_torch.py ${sessions:+--sessions "$sessions"}
