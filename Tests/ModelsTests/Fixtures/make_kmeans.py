"""Reference values of scikit-learn for the k-means tests: python make_kmeans.py, beside this file."""
import json, pathlib, warnings
import numpy as np
from sklearn.cluster import KMeans

warnings.filterwarnings("ignore")
rng = np.random.default_rng(11)


def case(name, x, k, start=None):
    x = np.asarray(x, dtype=np.float64)
    start = x[rng.choice(len(x), k, replace=False)] if start is None else np.asarray(start, dtype=np.float64)
    one = KMeans(k, init=start, n_init=1, algorithm="lloyd").fit(x)
    # Of ten runs the best differs by seed where rows have no clusters; so twenty seeds are tried, and their middle and upper quartile kept.
    best = np.quantile([KMeans(k, n_init=10, random_state=s, algorithm="lloyd").fit(x).inertia_ for s in range(20)], [0.5, 0.75])
    sizes = np.bincount(one.labels_, minlength=k)
    return dict(name=name, rows=x.tolist(), k=k, start=start.tolist(), inertia=float(one.inertia_), iterations=int(one.n_iter_),
                centroids=one.cluster_centers_.tolist(), labels=one.labels_.tolist(), sizes=sorted((int(s) for s in sizes), reverse=True),
                best=float(best[0]), upper=float(best[1]))


blobs = np.concatenate([rng.normal(rng.uniform(-4, 4, 3), rng.uniform(0.3, 1.2), size=(n, 3)) for n in (120, 90, 60, 40, 30)])
skewed = np.log1p(rng.lognormal(size=(400, 3)))
skewed = (skewed - skewed.mean(0)) / skewed.std(0)
wide = rng.normal(size=(150, 23)) + 2 * rng.choice(2, (150, 1))
cases = [
    case("blobs", blobs, 5), case("rfm-like", skewed, 4), case("wide", wide, 3), case("one cluster", skewed, 1),
    case("one column", rng.gamma(2, size=(97, 1)), 3), case("two columns", rng.uniform(size=(64, 2)), 8),
    case("twenty clusters", rng.normal(size=(500, 4)), 20), case("as many clusters as rows", rng.normal(size=(7, 2)), 7),
    case("an emptied cluster", blobs, 4, np.concatenate([blobs[:3], [[100.0, 100.0, 100.0]]])),
    case("far from the origin", blobs + 1e6, 3),
]
(pathlib.Path(__file__).parent / "kmeans.json").write_text(json.dumps(cases))
