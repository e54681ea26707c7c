"""Reference values of scikit-learn for scores of clusters: python make_clusters.py, beside this file."""
import json, pathlib
import numpy as np
from sklearn import metrics as m

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(21)


def agreement(name, a, b):
    a, b = [int(v) for v in a], [int(v) for v in b]
    return dict(name=name, first=a, second=b, adjustedRand=float(m.adjusted_rand_score(a, b)), mutualInformation=float(m.normalized_mutual_info_score(a, b)),
                counts=m.cluster.contingency_matrix(a, b).tolist())


a = rng.integers(0, 5, 400)
(here / "agreement.json").write_text(json.dumps([
    agreement("independent", a, rng.integers(0, 4, 400)),
    agreement("partly the same", a, np.where(rng.random(400) < 0.7, a, rng.integers(0, 5, 400))),
    agreement("renamed", a, (a + 3) % 5),
    agreement("with noise", np.where(rng.random(400) < 0.2, -1, a), a),
    agreement("one part, and several", np.zeros(40), rng.integers(0, 3, 40)),
    agreement("one part each", np.zeros(6), np.ones(6)),
    agreement("a row each", np.arange(9), np.arange(9)),
    agreement("a row each against one part", np.arange(9), np.zeros(9)),
    agreement("one row", [3], [7]),
    agreement("labels far apart", np.where(a > 2, 9_000_000_000, a), a % 2),
    agreement("against each other", [0, 0, 1, 1], [0, 1, 0, 1]),
]))


def spread(name, x, labels):
    keep = np.asarray(labels) >= 0
    rows = np.asarray(x, float).tolist()
    x = np.asarray(x, float) - np.mean(x, 0)  # scikit-learn's distances lose digits far from zero
    return dict(name=name, rows=rows, labels=[int(v) for v in labels], calinskiHarabasz=float(m.calinski_harabasz_score(x[keep], np.asarray(labels)[keep])),
                daviesBouldin=float(m.davies_bouldin_score(x[keep], np.asarray(labels)[keep])))


x = rng.normal(size=(150, 3)) * [1, 20, 0.1] + 7
labels = rng.integers(0, 4, 150)
clouds = np.concatenate([rng.normal(size=(30, 2)) + c for c in ([0, 0], [9, 0], [0, 9])])
far = np.concatenate([rng.normal(size=(30, 2)) + c for c in ([1e6, 0], [1e6 + 9, 0])])
(here / "spread.json").write_text(json.dumps([
    spread("without order", x, labels), spread("three clouds", clouds, np.repeat([0, 1, 2], 30)), spread("with noise", clouds, np.where(np.arange(90) % 7 == 0, -1, np.repeat([0, 1, 2], 30))),
    spread("far from zero", far, np.repeat([0, 1], 30)), spread("a cluster of one row", clouds, np.r_[0, np.ones(40), np.full(49, 2)].astype(int)),
    spread("no spread", [[1, 2], [1, 2], [3, 4], [3, 4]], [0, 0, 1, 1]), spread("one place", [[1, 2], [3, 4], [1, 2], [3, 4]], [0, 0, 1, 1]), spread("a gap in the numbers", clouds, np.repeat([0, 2, 5], 30)),
]))


def mixed(name, numbers, categories, gamma, labels):
    keep = np.flatnonzero(np.asarray(labels) >= 0)
    numbers, codes = np.asarray(numbers, float), np.asarray(categories)
    d = ((numbers[:, None] - numbers[None]) ** 2).sum(-1) + gamma * (codes[:, None] != codes[None]).sum(-1)
    held = np.asarray(labels)[keep]
    return dict(name=name, numbers=numbers.tolist(), categories=codes.T.tolist(), gamma=gamma, labels=[int(v) for v in labels],
                condensed=d[np.triu_indices(len(d), 1)].tolist(), values=m.silhouette_samples(d[np.ix_(keep, keep)], held, metric="precomputed").tolist(),
                mean=float(m.silhouette_score(d[np.ix_(keep, keep)], held, metric="precomputed")))


codes = np.stack([labels, rng.integers(-1, 3, 150), rng.integers(0, 2, 150)], 1)
(here / "mixed.json").write_text(json.dumps([
    mixed("numbers and categories", x[:60], codes[:60], 0.7, labels[:60]), mixed("with noise", x[:60], codes[:60], 2.5, np.where(np.arange(60) % 5 == 0, -1, labels[:60])),
    mixed("categories alone", np.zeros((60, 0)), codes[:60], 1.0, labels[:60]), mixed("numbers alone", x[:40], np.zeros((40, 0), int), 1.0, labels[:40]),
    mixed("duplicates only", [[0.1, 0.2]] * 12, [[1]] * 12, 1.0, np.arange(12) % 3),
]))
