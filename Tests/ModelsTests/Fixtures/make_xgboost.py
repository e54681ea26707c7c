"""Reference values of Python's xgboost for XGBoostTests, and files that it wrote.
usage: make_xgboost.py          with xgboost 1.7, the version of the library: writes xgboost.json, xgboost-python.json and .ubj beside itself
       make_xgboost.py new      with a current xgboost: writes xgboost-new-two.json, xgboost-new-three.ubj and xgboost-new.json with what it says of the rows
Rows have gaps; numbers are of single precision, so that both sides read the same."""
import json, sys
from pathlib import Path
import numpy as np
import xgboost as xgb

HERE = Path(__file__).resolve().parent
rng = np.random.default_rng(6)
x = np.round(rng.normal(size=(400, 4)), 3).astype(np.float32).astype(np.float64)
noise = rng.gumbel(size=(400, 3))
two = (x[:, 0] - 0.6 * x[:, 1] * x[:, 2] + noise[:, 0] > 0.9).astype(int)
three = (np.column_stack([x[:, 0], x[:, 1] - x[:, 3], 0.5 - x[:, 0]]) + noise).argmax(1)
x[rng.random(size=x.shape) < 0.07] = np.nan
NAMES = ["a", "b", "c", "d"]
TRAIN = 300  # the rest tells when to stop
BASE = {"tree_method": "hist", "max_depth": 6, "eta": 0.3, "seed": 1, "nthread": 1, "verbosity": 0}

def matrix(y, rows): return xgb.DMatrix(x[rows], label=y[rows], feature_names=NAMES)

def train(y, rounds, patience=0, **more):
    parameters = BASE | more | ({"objective": "binary:logistic"} if y is two else {"objective": "multi:softprob", "num_class": 3})
    train, held = matrix(y, slice(0, TRAIN)), matrix(y, slice(TRAIN, None))
    if not patience: return xgb.train(parameters, train, rounds)
    booster = xgb.train(parameters, train, rounds, evals=[(held, "held")], early_stopping_rounds=patience, verbose_eval=False)
    return booster[: booster.best_iteration + 1]

def case(name, y, rounds, patience=0, **more):
    booster = train(y, rounds, patience, **more)
    p = booster.predict(xgb.DMatrix(x, feature_names=NAMES))
    gain = booster.get_score(importance_type="gain"); weight = booster.get_score(importance_type="weight"); total = sum(gain.values())
    return {"name": name, "classes": 2 if y is two else 3, "rounds": rounds, "patience": patience, "parameters": more, "kept": booster.num_boosted_rounds(),
            "probabilities": p.astype(float).tolist() if p.ndim == 2 else [[float(v)] for v in p], "gain": [gain.get(n, 0) / total for n in NAMES], "weight": [weight.get(n, 0) for n in NAMES]}

if sys.argv[1:] == ["new"]:
    result = {}
    for name, y, kind in (("two", two, "json"), ("three", three, "ubj")):
        booster = train(y, 4, max_depth=3)
        booster.save_model(HERE / f"xgboost-new-{name}.{kind}")
        result[name] = booster.predict(xgb.DMatrix(x[:40], feature_names=NAMES)).astype(float).reshape(40, -1).tolist()
    (HERE / "xgboost-new.json").write_text(json.dumps(result))
else:
    cases = [case("two classes", two, 20), case("three classes", three, 8), case("early stopping", two, 200, 5, eta=0.5), case("early stopping of three classes", three, 100, 3),
             case("shallow, slow, penalised", two, 30, max_depth=2, eta=0.1, gamma=0.5, alpha=0.2, **{"lambda": 3}, min_child_weight=4), case("parts of rows and columns", two, 25, subsample=0.6, colsample_bytree=0.5),
             case("a weight for the positive class", two, 15, scale_pos_weight=3.5), case("deep", three, 6, max_depth=12, min_child_weight=0)]
    values = [[None if np.isnan(v) else v for v in row] for row in x.tolist()]
    (HERE / "xgboost.json").write_text(json.dumps({"version": xgb.__version__, "rows": values, "training": TRAIN, "two": two.tolist(), "three": three.tolist(), "cases": cases}))
    booster = train(three, 3, max_depth=3)
    for kind in ("json", "ubj"): booster.save_model(HERE / f"xgboost-python.{kind}")
