"""What scikit-learn, XGBoost and kmodes users get on the tabular and clustering cases. One JSON line a case.
usage: tabular.py [--dump DIR] [CASE...]      --dump writes the arrays used, CASE.x.npy and CASE.y.npy; threads as OMP_NUM_THREADS says, else all
score: inertia, cost, silhouette, or AUC on the last 40,000 rows of the 200,000."""
import argparse, json, os, time, warnings; warnings.filterwarnings("ignore")
import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, silhouette_score
from sklearn.tree import DecisionTreeClassifier
import xgboost as xgb
from kmodes.kmodes import KModes
from kmodes.kprototypes import KPrototypes
ap = argparse.ArgumentParser(); ap.add_argument("--dump"); ap.add_argument("cases", nargs="*"); a = ap.parse_args(); rng = np.random.default_rng(0); THREADS = int(os.environ.get("OMP_NUM_THREADS", "0")) or os.cpu_count()
def case(name, f, score=None):
    t = time.perf_counter(); r = f(); s = time.perf_counter() - t
    print(json.dumps({"case": name, "seconds": round(s, 4), "samples": len(X.get(name, F)), "score": None if score is None else round(float(score(r)), 6)}), flush=True)
Z = rng.lognormal(size=(1_000_000, 3)); Z = np.log1p(Z); Z = ((Z - Z.mean(0)) / Z.std(0)).astype(np.float32)
F = rng.normal(size=(200_000, 20)).astype(np.float32); w = rng.normal(size=20)
y = ((F @ w + np.sin(F[:, 0] * 3) * 2 + rng.normal(size=len(F)) * 2) > 0).astype(int); tr, te = slice(0, 160_000), slice(160_000, None)
auc = lambda m: roc_auc_score(y[te], m.predict_proba(F[te])[:, 1])
C = np.column_stack([rng.integers(0, 5 + i % 3 * 4, 90_533) for i in range(6)]).astype(object); M = np.column_stack([rng.normal(size=(90_533, 3)), C])
CASES = {
    "kmeans-1m": lambda n: case(n, lambda: KMeans(5, n_init=10, random_state=0).fit(Z), lambda m: m.inertia_),
    "elbow-200k": lambda n: case(n, lambda: [KMeans(k, n_init=3, random_state=0).fit(Z[:200_000]).inertia_ for k in range(2, 11)], lambda r: r[-1]),
    "silhouette-20k": lambda n: case(n, lambda: silhouette_score(Z[:20_000], KMeans(5, n_init=1, random_state=0).fit_predict(Z[:20_000])), lambda r: r),
    "logistic-200k": lambda n: case(n, lambda: LogisticRegression(max_iter=200).fit(F[tr], y[tr]), auc),
    "tree-200k": lambda n: case(n, lambda: DecisionTreeClassifier(max_depth=12, random_state=0).fit(F[tr], y[tr]), auc),
    "forest-200k": lambda n: case(n, lambda: RandomForestClassifier(100, n_jobs=THREADS, random_state=0).fit(F[tr], y[tr]), auc),
    "xgboost-200k": lambda n: case(n, lambda: xgb.XGBClassifier(n_estimators=100, max_depth=6, tree_method="hist", n_jobs=THREADS).fit(F[tr], y[tr]), auc),
    "kprototypes-90k": lambda n: case(n, lambda: KPrototypes(4, n_init=1, init="Huang", random_state=0, max_iter=10).fit(M, categorical=[3, 4, 5, 6, 7, 8]), lambda m: m.cost_),
    "kmodes-90k": lambda n: case(n, lambda: KModes(4, n_init=1, init="Huang", random_state=0, max_iter=10).fit(C), lambda m: m.cost_),
}
X = {"kmeans-1m": Z, "elbow-200k": Z[:200_000], "silhouette-20k": Z[:20_000], "kprototypes-90k": M.astype(np.float64), "kmodes-90k": C.astype(np.int64)}
for n in a.cases or CASES:
    if a.dump:  # the last 40,000 rows of the 200,000 are the test part
        np.save(f"{a.dump}/{n}.x.npy", X.get(n, F))
        if n not in X: np.save(f"{a.dump}/{n}.y.npy", y)
    CASES[n](n)
