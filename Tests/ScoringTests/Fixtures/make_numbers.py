"""Reference values of scikit-learn and numpy for RegressionScoresTests and RankingScoresTests.
usage: make_numbers.py > numbers.json
Ranking: scores in eighths, so that many tie; the rank of the true class counts ties against it (numpy), which is how label_ranking_average_precision_score breaks
them too, so that the mean reciprocal rank is checked against it before it is written. NDCG of one true class is compared with scikit-learn's on scores without ties."""
import json
import numpy as np
from sklearn.metrics import label_ranking_average_precision_score, log_loss, mean_absolute_error, mean_squared_error, median_absolute_error, ndcg_score, r2_score

random = np.random.default_rng(7)

def errors(truth, predicted):
    return {"rmse": mean_squared_error(truth, predicted) ** 0.5, "mae": mean_absolute_error(truth, predicted), "median": median_absolute_error(truth, predicted), "r2": r2_score(truth, predicted)}

def regression(name, truth, predicted, training):
    return {
        "name": name, "truth": truth.tolist(), "predicted": predicted.tolist(), "training": training.tolist(), "errors": errors(truth, predicted),
        "baseline": errors(truth, np.full(len(truth), training.mean()))}

def measures(ranks, chances):
    seen = ranks > 0
    def mean(gain): return float(np.where(seen, gain, 0.0).mean())
    r = np.where(seen, ranks, 1)
    return {
        "hr1": mean(r <= 1), "hr5": mean(r <= 5), "hr10": mean(r <= 10), "ndcg10": mean(np.where(r <= 10, 1 / np.log2(1 + r), 0)), "mrr": mean(1 / r),
        "logLoss": float(-np.log(np.clip(chances, np.finfo(float).eps, 1 - np.finfo(float).eps)).mean())}

def ranks_of(scores, labels):
    own = scores[np.arange(len(labels)), labels]
    return (scores >= own[:, None]).sum(1)

def ranking(name, scores, labels, training):
    chances = (scores / scores.sum(1, keepdims=True)).astype(np.float32)
    ranks, rows, classes = ranks_of(chances, labels), *chances.shape
    truth = np.zeros((rows, classes), int); truth[np.arange(rows), labels] = 1
    assert abs(label_ranking_average_precision_score(truth, chances) - (1 / ranks).mean()) < 1e-12
    if name == "without ties": assert abs(ndcg_score(truth, chances, k=10) - measures(ranks, ranks)["ndcg10"]) < 1e-12
    unseen = training[labels] == 0
    popular = np.tile(training.astype(float), (rows, 1))
    own = chances[np.arange(rows), labels].astype(float)
    return {
        "name": name, "classes": classes, "labels": labels.tolist(), "chances": [float(f"{v:.9g}") for v in chances.ravel().tolist()], "training": training.tolist(), "unseen": int(unseen.sum()),
        "measures": measures(np.where(unseen, 0, ranks), own), "baseline": measures(np.where(unseen, 0, ranks_of(popular, labels)), training[labels] / training.sum())}

n = random.normal(3, 2, 41)
counts = random.integers(1, 6, 30)
counts[[3, 11, 17]] = 0
print(json.dumps({
    "regression": [
        regression("close", n, n + random.normal(0, 0.3, 41), random.normal(2.5, 2, 100)), regression("far off zero", 1e9 + n[:40], 1e9 + n[:40] * 0.5, 1e9 + random.normal(3, 2, 60)),
        regression("worse than the mean", n, -n, n[:7]), regression("one row more than one", n[:2], n[1:3], n[:1])],
    "ranking": [
        ranking("without ties", random.permuted(np.tile(np.arange(1.0, 41), (50, 1)), axis=1), random.integers(0, 40, 50), random.integers(1, 9, 40)),
        ranking("with ties", random.integers(1, 9, (60, 30)) / 8.0, random.integers(0, 30, 60), counts)]}))
