"""Reference values of kmodes for the tests of k-modes and k-prototypes: python make_prototypes.py, beside this file."""
import json, pathlib, warnings
import numpy as np
from kmodes.kmodes import KModes
from kmodes.kprototypes import KPrototypes

warnings.filterwarnings("ignore")
rng = np.random.default_rng(5)
here = pathlib.Path(__file__).parent


def dense(codes):
    """Codes from 0 without holes, so that kmodes keeps them as they are."""
    return np.column_stack([np.unique(column, return_inverse=True)[1] for column in codes.T])


def spread(costs):
    """Of runs the best differs by seed where rows have no clusters; the middle and the upper quartile of ten seeds."""
    return [float(cost) for cost in np.quantile(costs, [0.5, 0.75])]


def modes(name, codes, k):
    codes = dense(codes)
    unique = np.unique(codes, axis=0)
    start = unique[rng.choice(len(unique), k, replace=False)]
    one = KModes(k, init=start, n_init=1).fit(codes)
    best = spread([KModes(k, init="Huang", n_init=5, random_state=seed).fit(codes).cost_ for seed in range(10)])
    cao = KModes(k, init="Cao").fit(codes)
    return dict(name=name, codes=codes.tolist(), k=k, start=start.tolist(), cost=float(one.cost_), labels=one.labels_.tolist(), modes=one.cluster_centroids_.astype(int).tolist(),
                best=best[0], upper=best[1], cao=float(cao.cost_))


def prototypes(name, numbers, codes, k):
    codes = dense(codes)
    rows = np.column_stack([numbers.astype(object), codes.astype(object)])
    categorical = list(range(numbers.shape[1], rows.shape[1]))
    chosen = rng.choice(len(rows), k, replace=False)
    one = KPrototypes(k, init=[numbers[chosen], codes[chosen]], n_init=1).fit(rows, categorical=categorical)
    best = spread([KPrototypes(k, init="Huang", n_init=5, random_state=seed).fit(rows, categorical=categorical).cost_ for seed in range(10)])
    return dict(name=name, numbers=numbers.tolist(), codes=codes.tolist(), k=k, gamma=float(one.gamma), means=numbers[chosen].tolist(), start=codes[chosen].tolist(), cost=float(one.cost_),
                labels=one.labels_.tolist(), centroids=one.cluster_centroids_[:, :numbers.shape[1]].astype(float).tolist(), modes=one.cluster_centroids_[:, numbers.shape[1]:].astype(int).tolist(),
                best=best[0], upper=best[1])


def groups(sizes, columns, levels, noise):
    """Rows that mostly have the levels of their group."""
    centres = rng.integers(0, levels, (len(sizes), columns))
    rows = np.concatenate([np.repeat(centres[g:g + 1], n, axis=0) for g, n in enumerate(sizes)])
    rows = np.where(rng.uniform(size=rows.shape) < noise, rng.integers(0, levels, rows.shape), rows)
    return rows[rng.permutation(len(rows))]


def clouds(sizes, columns):
    return np.concatenate([rng.normal(rng.uniform(-2, 2, columns), 1, (n, columns)) for n in sizes])


(here / "kmodes.json").write_text(json.dumps([
    modes("four groups", groups([60, 50, 40, 30], 8, 4, 0.3), 4), modes("no groups", rng.integers(0, 6, (200, 5)), 3),
    modes("wide", groups([40, 40, 40], 300, 3, 0.6), 3), modes("one column", rng.choice(7, (90, 1), p=[0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05]), 4),
    modes("many levels", np.column_stack([rng.integers(0, 280, 600), groups([200, 200, 200], 4, 5, 0.4)]), 5), modes("one cluster", rng.integers(0, 3, (70, 4)), 1),
]))
(here / "kprototypes.json").write_text(json.dumps([
    prototypes("clouds and groups", clouds([80, 60, 40], 3), groups([80, 60, 40], 4, 4, 0.4), 3), prototypes("no groups", rng.normal(size=(250, 2)), rng.integers(0, 5, (250, 3)), 4),
    prototypes("not scaled", np.column_stack([rng.gamma(2, 300, 150), rng.uniform(size=150)]), rng.integers(0, 3, (150, 2)), 3),
    prototypes("many levels", clouds([150, 150, 150, 150], 2), np.column_stack([rng.integers(0, 290, 600), rng.integers(0, 4, 600)]), 6),
    prototypes("one of each", rng.normal(size=(99, 1)), rng.integers(0, 2, (99, 1)), 2),
]))
