"""Reference values of scikit-learn for TreeTests.
usage: trees.py > trees.json
Columns have fewer than 255 different values, so that ours are not binned, all exact in single precision, as scikit-learn reads them; some have gaps; two and three classes with noise.
No two cuts of a node are worth the same but by chance, which the seed avoids: each case is the same for several random states."""
import json
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.tree import DecisionTreeClassifier

rng = np.random.default_rng(50)
n = 500
x = np.column_stack([np.round(rng.normal(size=n) * 30) / 32, rng.integers(0, 30, n), np.round(rng.normal(size=n) * 30) * 4, rng.integers(0, 4, n), np.round(rng.normal(size=n) * 30) / 8])
assert all(len(np.unique(column)) < 255 for column in x.T)
score = x[:, 0] + 0.08 * x[:, 1] - 1.2 + 0.9 * (x[:, 3] == 2) + 0.7 * rng.normal(size=n)
two = (score > 0).astype(int)
three = np.digitize(score, [-0.6, 0.5])
gaps = x.copy()
gaps[rng.random(n) < 0.2, 0] = np.nan
gaps[(two == 1) & (rng.random(n) < 0.5), 2] = np.nan


def tree(name, data, y, **options):
    models = [DecisionTreeClassifier(random_state=state, **options).fit(data, y) for state in range(8)]
    model = models[0]
    sizes = {(m.get_n_leaves(), *m.feature_importances_.round(12).tolist()) for m in models}
    assert len(sizes) == 1, (name, sizes)
    inner = model.tree_.children_left >= 0
    leaves = sorted([model.tree_.n_node_samples[i].item(), round(model.tree_.impurity[i].item(), 12)] for i in np.flatnonzero(~inner))
    return {
        "name": name, "data": "gaps" if data is gaps else "plain", "classes": int(y.max() + 1), "criterion": options.get("criterion", "gini"), "depth": options.get("max_depth", 0),
        "leastLeaf": options.get("min_samples_leaf", 1), "leastSplit": options.get("min_samples_split", 2), "prune": options.get("ccp_alpha", 0.0), "balanced": "class_weight" in options,
        "leaves": leaves, "maxDepth": model.get_depth(), "accuracy": model.score(data, y), "rootThreshold": None if np.isinf(model.tree_.threshold[0]) else model.tree_.threshold[0].item(), "rootColumn": model.tree_.feature[0].item(),
        "importances": model.feature_importances_.tolist(), "probabilities": model.predict_proba(data[:30]).tolist()}


def path(y, **options):
    model = DecisionTreeClassifier(random_state=0, **options)
    found = model.cost_complexity_pruning_path(x, y)
    alphas = found.ccp_alphas.tolist()
    # Between two steps the tree is that of the lower one.
    middles = [(a + b) / 2 for a, b in zip(alphas, alphas[1:])]
    leaves = [DecisionTreeClassifier(random_state=0, ccp_alpha=m, **options).fit(x, y).get_n_leaves().item() for m in middles]
    return {"classes": int(y.max() + 1), "criterion": options.get("criterion", "gini"), "alphas": alphas, "impurities": found.impurities.tolist(), "middles": middles, "middleLeaves": leaves}


def clean(rows):
    return [[None if v != v else v for v in row] for row in rows.tolist()]


cases = [
    tree("leaves of twenty rows", x, two, min_samples_leaf=20), tree("entropy", x, two, criterion="entropy", min_samples_leaf=20), tree("depth 3", x, two, max_depth=3),
    tree("leaves of thirty-five rows", x, two, min_samples_leaf=35), tree("large nodes", x, two, min_samples_split=150), tree("balanced", x, two, class_weight="balanced", min_samples_leaf=20, max_depth=4),
    tree("pruned", x, two, ccp_alpha=0.008, min_samples_leaf=20), tree("three classes", x, three, min_samples_leaf=20, max_depth=4),
    tree("three classes, entropy", x, three, criterion="entropy", min_samples_leaf=30), tree("gaps", gaps, two, max_depth=3, min_samples_leaf=30),
    tree("gaps, three classes", gaps, three, max_depth=3, min_samples_leaf=20),
]
print(json.dumps({"rows": clean(x), "gapRows": clean(gaps), "two": two.tolist(), "three": three.tolist(), "cases": cases, "paths": [path(two, min_samples_leaf=20), path(two, criterion="entropy", min_samples_leaf=20), path(three, min_samples_leaf=20)]}))
