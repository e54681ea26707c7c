"""Reference values of SciPy for the tests of profiles, and of SciPy's linkage for the consensus: python make_segments.py, beside this file."""
import json, pathlib
import numpy as np
from scipy import stats
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.spatial.distance import squareform

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(5)

n = 300
labels = rng.choice(4, n, p=[0.5, 0.3, 0.17, 0.03])
spend = np.round(rng.lognormal(2, 1, n) * (1 + 0.4 * (labels == 1)), 1)
visits = rng.poisson(3 + 2 * (labels == 2)).astype(float)
noise = rng.normal(size=n)
noise[rng.random(n) < 0.1] = np.nan
country = np.where(rng.random(n) < 0.5, "de", np.where(rng.random(n) < 0.7, "fr", "it"))
country = np.where((labels == 2) & (rng.random(n) < 0.6), "it", country)
country[:4] = "mt"
member = rng.random(n) < 0.2 + 0.3 * (labels == 0)

tests, ps = [], []
for s in range(4):
    own = labels == s
    for name, x in (("spend", spend), ("visits", visits), ("noise", noise)):
        a, b = x[own & ~np.isnan(x)], x[~own & ~np.isnan(x)]
        p = stats.mannwhitneyu(a, b, method="asymptotic")
        tests.append(dict(segment=s, column=name, level=None, p=float(p.pvalue)))
        ps.append(p.pvalue)
    for name, x, levels in (("country", country, ["de", "fr", "it", "mt"]), ("member", member.astype(str), None)):
        if levels is None:  # of two levels the one that the segment has more of
            levels = ["True"] if (x[own] == "True").mean() > (x == "True").mean() else ["False"]
        for level in levels:
            table = np.array([[(x[own] == level).sum(), (x[own] != level).sum()], [(x[~own] == level).sum(), (x[~own] != level).sum()]])
            least = np.outer(table.sum(1), table.sum(0)).min() / table.sum()
            p = stats.fisher_exact(table)[1] if least < 5 else stats.chi2_contingency(table, correction=False)[1]
            tests.append(dict(segment=s, column=name, level=level, p=float(p)))
            ps.append(p)
for test, rate in zip(tests, stats.false_discovery_control(ps)):
    test["rate"] = float(rate)
(here / "traits.json").write_text(json.dumps(dict(
    labels=labels.tolist(), spend=spend.tolist(), visits=visits.tolist(), noise=[None if np.isnan(v) else float(v) for v in noise], country=country.tolist(), member=[bool(v) for v in member], tests=tests)))

# Three clusterings; scipy links every row, so that equal rows lie at distance 0.
base = rng.integers(0, 4, 60)
clusterings = [base, np.where(rng.random(60) < 0.85, base, rng.integers(0, 4, 60)), np.where(rng.random(60) < 0.8, base // 2, rng.integers(0, 2, 60)), rng.integers(0, 3, 60)]
apart = np.mean([c[:, None] != c[None] for c in clusterings], 0)
np.fill_diagonal(apart, 0)
(here / "consensus.json").write_text(json.dumps(dict(
    clusterings=[c.tolist() for c in clusterings], heights=[float(h) for h in linkage(squareform(apart), "average")[:, 2]])))

grid = rng.random((40, 3))
weights = rng.integers(1, 6, 40)
rows = np.repeat(grid, weights, axis=0)
tree = linkage(rows, "average")
condensed = [float(np.sqrt(((grid[i] - grid[j]) ** 2).sum())) for i in range(40) for j in range(i + 1, 40)]
heights = [float(h) for h in tree[:, 2] if h > 0]
(here.parents[1] / "ModelsTests/Fixtures/weighted-linkage.json").write_text(json.dumps(dict(distances=condensed, weights=weights.tolist(), heights=heights)))
