"""Reference values of scikit-learn's measures under sample weights, and of an exact paired test: python make_weighted.py, beside this file."""
import itertools, json, pathlib, warnings
import numpy as np
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")
here = pathlib.Path(__file__).parent
rng = np.random.default_rng(11)


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def calibration(hit, p, w):
    """The weighted gap between probability and share over ten bins of equal width, a border in the lower bin, as calibration_curve has them."""
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], p)
    if np.allclose(w, 1):  # held against scikit-learn's own curve
        share, said = calibration_curve(hit, p, n_bins=10) if 0 < hit.sum() < len(hit) else (None, None)
        if share is not None:
            np.testing.assert_allclose(share, [hit[bins == b].mean() for b in np.unique(bins)])
    return float(sum(abs((w * hit)[bins == b].sum() - (w * p)[bins == b].sum()) for b in np.unique(bins)) / w.sum())


def case(name, labels, p, w):
    labels, k, w = np.asarray(labels), p.shape[1], np.asarray(w, float)
    pred, every = p.argmax(1), list(range(p.shape[1]))
    kept = w > 0
    l, q, v, d = labels[kept], p[kept], w[kept], pred[kept]
    present = sorted(set(l) | set(d))
    def shares(average, which):
        return [float(x) for x in m.precision_recall_fscore_support(l, d, labels=which, average=average, zero_division=0, sample_weight=v)[:3]]
    out = dict(zip(["precision_macro", "recall_macro", "f1_macro"], shares("macro", present)))
    out |= dict(zip(["precision_weighted", "recall_weighted", "f1_weighted"], shares("weighted", present)))
    out["accuracy"] = float(m.accuracy_score(l, d, sample_weight=v))
    out["balanced_accuracy"] = float(m.balanced_accuracy_score(l, d, sample_weight=v))
    out["log_loss"] = float(m.log_loss(l, q, labels=every, sample_weight=v))
    one_hot = np.eye(k)[l]
    out["brier"] = float(np.average(((one_hot - q) ** 2).sum(1), weights=v) / (2 if k == 2 else 1))
    if len(set(l)) > 1 and len(set(d)) > 1:
        out["mcc"] = float(m.matthews_corrcoef(l, d, sample_weight=v))
    def roc(c):
        return float(m.roc_auc_score(l == c, q[:, c], sample_weight=v)) if 0 < (l == c).sum() < len(l) else None
    def ap(c):
        return float(m.average_precision_score(l == c, q[:, c], sample_weight=v)) if (l == c).any() else None
    if k == 2:
        hit, conf = (l == 1).astype(float), q[:, 1]
        pr = m.precision_recall_fscore_support(l, d, labels=[1], average=None, zero_division=np.nan, sample_weight=v)
        for n, x in zip(["precision", "recall", "f1"], pr[:3]):
            if not np.isnan(x[0]):
                out[n] = float(x[0])
        out["auc"], out["pr_auc"] = roc(1), ap(1)
    else:
        hit, conf = (l == d).astype(float), q.max(1)
        rocs = [(roc(c), v[l == c].sum()) for c in every if roc(c) is not None]
        aps = [ap(c) for c in every if ap(c) is not None]
        if rocs:
            out["auc"] = float(np.mean([r for r, _ in rocs]))
            out["auc_weighted"] = float(np.average([r for r, _ in rocs], weights=[s for _, s in rocs]))
        out["pr_auc"] = float(np.mean(aps))
    out["calibration_error"] = calibration(hit, conf, v)
    return dict(name=name, classes=k, labels=labels.tolist(), probabilities=p.ravel().tolist(), weights=w.tolist(), measures={n: x for n, x in out.items() if x is not None})


l2 = (rng.random(250) < 0.2).astype(int)
p2 = softmax(rng.normal(size=(250, 2)) + np.eye(2)[l2])
r2 = np.round(p2, 1)  # ties, and probabilities on the borders of the bins
l5 = rng.choice(5, 300, p=[0.5, 0.25, 0.15, 0.05, 0.05])
p5 = softmax(rng.normal(size=(300, 5)) + 1.5 * np.eye(5)[l5])
many = rng.choice(20, 400)
pm = softmax(rng.normal(size=(400, 20)) + 3 * np.eye(20)[many])
ones = lambda n: np.ones(n)
cases = [
    case("two classes", l2, p2, ones(250)), case("two classes, ties", l2, r2, ones(250)), case("two classes, drawn weights", l2, p2, rng.poisson(1, 250)),
    case("two classes, real weights", l2, r2, rng.random(250)), case("five classes", l5, p5, ones(300)), case("five classes, drawn weights", l5, p5, rng.poisson(1, 300)),
    case("five classes, real weights", l5, p5, rng.random(300) * 3), case("twenty classes, drawn weights", many, pm, rng.poisson(1, 400)),
    case("one class", np.ones(30, int), p2[:30], ones(30)), case("one class is left by the weights", l2, p2, np.where(l2 == 1, 0, 1)),
]


def paired(name, d, units):
    """All turns of the units' signs, from which a random share is drawn by the test."""
    sums = np.array([d[units == u].sum() for u in np.unique(units)])
    total = abs(sums.sum()) * (1 - 1e-12)
    hits = sum(abs((np.array(s) * sums).sum()) >= total for s in itertools.product([1, -1], repeat=len(sums)))
    return dict(name=name, differences=d.tolist(), units=units.tolist(), mean=float(d.mean()), p=hits / 2 ** len(sums))


d = rng.normal(size=12) + 0.7
(here / "weighted.json").write_text(json.dumps(dict(cases=cases, paired=[
    paired("a row each", d, np.arange(12)), paired("three rows a user", rng.normal(size=36) + 0.4, np.repeat(np.arange(12), 3)), paired("no difference", rng.normal(size=12), np.arange(12)),
])))
