"""Reference values of scikit-learn and SciPy for mixtures, hierarchies and dense places: python make_shapes.py, beside this file."""
import json, pathlib, warnings
import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist
from sklearn.cluster import DBSCAN, HDBSCAN, AgglomerativeClustering, KMeans
from sklearn.cluster._hdbscan import hdbscan
from sklearn.cluster._hdbscan._linkage import make_single_linkage
from sklearn.datasets import make_moons
from sklearn.metrics import adjusted_rand_score
from sklearn.mixture import GaussianMixture

warnings.filterwarnings("ignore")
here = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)


def clouds(sizes, columns, spread=6.0):
    return np.concatenate([rng.normal(rng.uniform(-spread, spread, columns), rng.uniform(0.3, 1.5, columns), size=(n, columns)) for n in sizes])


def standard(x):
    return (x - x.mean(0)) / x.std(0)


blobs = clouds((70, 50, 40), 3)
skewed = standard(np.log1p(rng.lognormal(size=(150, 3))))
wide = standard(rng.normal(size=(120, 11)) @ rng.normal(size=(11, 11)) + 3 * rng.choice(2, (120, 1)))
line = rng.gamma(2, size=(90, 1))
moons = make_moons(200, noise=0.06, random_state=3)[0]
sparse = np.concatenate([clouds((60, 40, 30), 2), rng.uniform(-9, 9, (40, 2))])


def mixture(name, x, k, kind, tol=1e-9, iterations=500):
    labels = KMeans(k, n_init=3, random_state=1).fit(x).labels_
    theirs = {"full": "full", "tied": "tied", "diagonal": "diag"}[kind]
    # Begun with each row wholly in its cluster, as scikit-learn begins of its own k-means.
    m = GaussianMixture(k, covariance_type=theirs, tol=tol, max_iter=iterations, reg_covar=1e-6)
    m._initialize_parameters = lambda x, *_, **__: m._initialize(x, np.eye(k)[labels])
    m.fit(x)
    covariances = m.covariances_[None] if kind == "tied" else m.covariances_
    return dict(name=f"{name}, {kind}", rows=x.tolist(), start=labels.tolist(), covariance=kind, tolerance=tol, logLikelihood=float(m.score(x) * len(x)), bic=float(m.bic(x)),
                aic=float(m.aic(x)), iterations=int(m.n_iter_), weights=m.weights_.tolist(), means=m.means_.tolist(),
                covariances=covariances.reshape(len(covariances), -1).tolist(), labels=m.predict(x).tolist(), certainty=float(m.predict_proba(x).max(1).mean()))


mixtures = [mixture(name, x, k, kind) for name, x, k in (("blobs", blobs, 3), ("skewed", skewed, 2), ("wide", wide, 2), ("one column", line, 3)) for kind in ("full", "diagonal", "tied")]
mixtures += [mixture("blobs, as is by default", blobs, 4, "full", tol=1e-3), mixture("one component", blobs, 1, "full"),
             mixture("a constant column", np.c_[blobs, np.zeros(len(blobs))], 3, "full"), mixture("three rows", blobs[:3], 2, "diagonal")]


def tree(name, x, method):
    z = linkage(pdist(x), method)
    cuts = {}
    for k in (1, 2, 3, 5, 8):
        if k > len(x):
            continue
        flat = AgglomerativeClustering(k, linkage=method).fit(x).labels_
        maxclust = fcluster(z, k, "maxclust")
        assert maxclust.max() == k and adjusted_rand_score(maxclust, flat) == 1, (name, method, k)
        cuts[k] = maxclust.tolist()
    return dict(name=f"{name}, {method}", rows=x.tolist(), method=method, merges=z.tolist(), cuts=[[k, c] for k, c in cuts.items()])


trees = [tree(name, x, method) for name, x in (("blobs", blobs[::2]), ("skewed", skewed), ("wide", wide[:60]), ("two rows", blobs[:2])) for method in ("ward", "average", "complete")]
# Equal distances: a grid and duplicates, whose merges follow from the rule for ties that SciPy's chains have.
grid = np.array([[i, j] for i in range(5) for j in range(4)], dtype=float)
for name, x in (("grid", grid), ("duplicates", np.repeat(blobs[:6], 4, axis=0))):
    for method in ("ward", "average", "complete"):
        trees.append(dict(name=f"{name}, {method}", rows=x.tolist(), method=method, merges=linkage(pdist(x), method).tolist(), cuts=[]))


def dense(name, x, eps, points):
    m = DBSCAN(eps=eps, min_samples=points).fit(x)
    return dict(name=f"{name}, eps {eps}", rows=x.tolist(), eps=eps, points=points, size=0, cores=len(m.core_sample_indices_), labels=m.labels_.tolist())


def densest(name, x, points, size):
    # scikit-learn sorts the edges of the tree without keeping the order of equal ones; here it is kept, as ours is.
    hdbscan._process_mst = lambda mst: make_single_linkage(mst[np.argsort(mst["distance"], kind="stable")])
    m = HDBSCAN(min_cluster_size=size, min_samples=points, algorithm="kd_tree", copy=True).fit(x)
    return dict(name=f"{name}, min-size {size}", rows=x.tolist(), eps=0, points=points, size=size, cores=0, labels=m.labels_.tolist())


border = np.array([[2.2], [2.4], [2.6], [2.8], [1.3], [0.4], [0.2], [0.0], [-0.2]])
places = [dense("moons", moons, 0.2, 5), dense("sparse", sparse, 0.9, 4), dense("sparse", sparse, 0.5, 6), dense("wide", wide, 2.5, 5), dense("one column", line, 0.1, 4),
          dense("grid", grid, 1.0, 5), dense("grid", grid, 1.0, 3), dense("duplicates", np.repeat(blobs[:6], 6, axis=0), 0.5, 5), dense("a border row between two", border, 0.95, 4), dense("a border row, turned round", border[::-1], 0.95, 4), dense("one point is dense", sparse, 0.4, 1),
          densest("moons", moons, 5, 10), densest("sparse", sparse, 5, 5), densest("sparse", sparse, 3, 12), densest("blobs", blobs, 5, 8), densest("skewed", skewed, 3, 4),
          densest("wide", wide, 4, 6), densest("one column", line, 4, 5), densest("one point", sparse, 1, 7)]
print([(p["name"], max(p["labels"]) + 1, p["labels"].count(-1)) for p in places])

for name, content in (("mixtures", mixtures), ("linkages", trees), ("densities", places)):
    (here / f"{name}.json").write_text(json.dumps(content))
