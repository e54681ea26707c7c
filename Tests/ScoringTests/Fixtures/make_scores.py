"""Reference values of scikit-learn for ScoringTests: python make_scores.py, beside this file."""
import json, pathlib, warnings
import numpy as np
from scipy.spatial.distance import cdist
from sklearn import metrics as m

warnings.filterwarnings("ignore")
here = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)


def finite(values):  # JSON knows no infinity: the first ROC threshold is left out
    return [float(v) for v in values]


def curves(name, y, s):
    fpr, tpr, thr = m.roc_curve(y, s, drop_intermediate=False)
    fprd, tprd, thrd = m.roc_curve(y, s, drop_intermediate=True)
    p, r, t = m.precision_recall_curve(y, s)
    pd, rd, td = m.precision_recall_curve(y, s, drop_intermediate=True)
    return dict(
        name=name, labels=[bool(v) for v in y], scores=finite(s), fpr=finite(fpr), tpr=finite(tpr), thresholds=finite(thr[1:]),
        fprDropped=finite(fprd), tprDropped=finite(tprd), thresholdsDropped=finite(thrd[1:]), area=float(m.roc_auc_score(y, s)),
        precision=finite(p), recall=finite(r), prThresholds=finite(t), precisionDropped=finite(pd), recallDropped=finite(rd),
        prThresholdsDropped=finite(td), averagePrecision=float(m.average_precision_score(y, s)))


y = rng.random(200) < 0.3
cases = [
    curves("overlapping", y, rng.normal(size=200) + y),
    curves("many ties", y, np.round(rng.normal(size=200) + y)),
    curves("all tied", y[:20], np.full(20, 0.5)),
    curves("perfect", np.arange(10) >= 6, np.arange(10) / 10),
    curves("upside down", np.arange(10) < 6, np.arange(10) / 10),
    curves("one positive", np.arange(10) == 4, np.array([1, 2, 2, 3, 3, 3, 4, 4, 5, 5]) / 5),
]
(here / "curves.json").write_text(json.dumps(cases))


def scores(name, k, labels, p, training):
    labels = np.asarray(labels)
    pred = p.argmax(1)
    every = list(range(k))
    present = sorted(set(labels) | set(pred))
    prec, rec, f1, support = m.precision_recall_fscore_support(labels, pred, labels=every, zero_division=0)
    def averaged(a):
        return dict(zip(["precision", "recall", "f1"], [float(v) for v in m.precision_recall_fscore_support(
            labels, pred, labels=present, average=a, zero_division=0)[:3]]))
    one_hot = np.eye(k)[labels]
    auc = [float(m.roc_auc_score(labels == c, p[:, c])) if 0 < (labels == c).sum() < len(labels) else None for c in every]
    ap = [float(m.average_precision_score(labels == c, p[:, c])) if (labels == c).any() else None for c in every]
    # roc_auc_score wants every class to occur; with an absent one the same means are taken over the others.
    have = [c for c in every if auc[c] is not None]
    if len(have) == k and k > 2:
        macro = m.roc_auc_score(labels, p, multi_class="ovr", average="macro")
        weighted = m.roc_auc_score(labels, p, multi_class="ovr", average="weighted")
    elif have:
        macro = np.mean([auc[c] for c in have])
        weighted = np.average([auc[c] for c in have], weights=[(labels == c).sum() for c in have])
    else:
        macro = weighted = None
    common = int(np.argmax(training))
    share = np.asarray(training) / sum(training)
    base = np.tile(share, (len(labels), 1))
    return dict(
        name=name, classes=k, labels=labels.tolist(), probabilities=p.ravel().tolist(), training=list(training),
        confusion=m.confusion_matrix(labels, pred, labels=every).ravel().tolist(), accuracy=float(m.accuracy_score(labels, pred)),
        balanced=float(m.balanced_accuracy_score(labels, pred)), precision=prec.tolist(), recall=rec.tolist(), f1=f1.tolist(),
        support=support.tolist(), macro=averaged("macro"), weighted=averaged("weighted"), auc=auc, ap=ap,
        aucMacro=None if macro is None else float(macro), aucWeighted=None if weighted is None else float(weighted),
        logLoss=float(m.log_loss(labels, p, labels=every)),
        brier=float(np.mean(((one_hot - p) ** 2).sum(1)) / (2 if k == 2 else 1)) if len(set(labels)) < 2 else float(
            m.brier_score_loss(labels, p, labels=every) if k > 2 else m.brier_score_loss(labels == 1, p[:, 1])),
        baseline=common, baselineAccuracy=float((labels == common).mean()), baselineLogLoss=float(m.log_loss(labels, base, labels=every)))


def softmax(z):
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


l4 = rng.choice(4, 300, p=[0.6, 0.25, 0.1, 0.05])
p4 = softmax(rng.normal(size=(300, 4)) + 1.5 * np.eye(4)[l4])
l2 = (rng.random(250) < 0.2).astype(int)
p2 = softmax(rng.normal(size=(250, 2)) + np.eye(2)[l2])
ties = np.round(p4, 1)
ties[:, 0] += 1 - ties.sum(1)
ties = np.clip(ties, 0, 1)
ties /= ties.sum(1, keepdims=True)
absent = np.where(l4 == 3, 0, l4)
pa = p4.copy()
pa[:, 3] *= 1e-9  # never predicted, never occurs
pa /= pa.sum(1, keepdims=True)
sure = np.eye(3)[rng.choice(3, 60)]  # hard probabilities: log loss clips
many = rng.choice(12, 200)
(here / "scores.json").write_text(json.dumps([
    scores("four classes", 4, l4, p4, [6000, 2500, 1000, 500]),
    scores("two classes", 2, l2, p2, [700, 200]),
    scores("ties", 4, l4, ties, [1, 5, 5, 2]),
    scores("a class that never occurs", 4, absent, pa, [6, 3, 1, 2]),
    scores("sure and wrong", 3, rng.choice(3, 60), sure, [1, 1, 1]),
    scores("one class only", 3, np.full(40, 1), softmax(rng.normal(size=(40, 3))), [10, 20, 30]),
    scores("twelve classes", 12, many, softmax(rng.normal(size=(200, 12)) + 3 * np.eye(12)[many]), list(range(1, 13))),
    scores("one row", 2, [1], np.array([[0.25, 0.75]]), [3, 4]),
]))


def silhouette(name, x, labels):
    d = cdist(x, x)  # not through dot products, which lose digits where rows are near
    v = m.silhouette_samples(d, labels, metric="precomputed")
    return dict(name=name, rows=x.tolist(), labels=[int(l) for l in labels], values=v.tolist(), mean=float(v.mean()),
                clusters=[float(v[labels == c].mean()) if (labels == c).any() else None for c in range(int(labels.max()) + 1)])


blobs = np.concatenate([rng.normal(c, 0.7, size=(n, 3)) for c, n in [(0, 90), (3, 60), ((1, 4, 0), 47)]])
bl = np.repeat([0, 1, 2], [90, 60, 47])
single = bl.copy()
single[5] = 3
double = np.concatenate([blobs[:30], blobs[:30], blobs[100:110]])
(here / "silhouette.json").write_text(json.dumps([
    silhouette("blobs", blobs, bl), silhouette("noise", rng.normal(size=(150, 7)), rng.choice(5, 150)),
    silhouette("a cluster of one", blobs, single), silhouette("equal rows", double, np.repeat([0, 1, 2], [30, 30, 10])),
    silhouette("one column", rng.normal(size=(33, 1)), rng.choice(2, 33)), silhouette("an empty cluster", blobs, np.where(bl == 1, 3, bl)),
]))
