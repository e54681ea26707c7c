"""Reference values of scikit-learn and pandas for SelectionTests: python make_selection.py, beside this file."""
import json, pathlib
import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(13)
here = pathlib.Path(__file__).parent


def pca(name, x):
    fit = PCA(svd_solver="full").fit(x)
    return dict(name=name, rows=x.tolist(), loadings=fit.components_.tolist(), variances=fit.explained_variance_.tolist(),
                shares=fit.explained_variance_ratio_.tolist(), projected=fit.transform(x).tolist())


mixed = rng.normal(size=(80, 5)) @ rng.normal(size=(5, 5)) + 3
(here / "pca.json").write_text(json.dumps([
    pca("mixed", mixed), pca("tall", rng.normal(size=(400, 2)) * [3, 1]), pca("fewer rows than twice the columns", rng.normal(size=(9, 6)))]))

frame = pd.DataFrame({
    "recency": rng.uniform(0, 90, 120), "frequency": rng.lognormal(1, 1, 120), "balance": rng.normal(0, 50, 120) ** 3, "same": 4.25})
logs = {c: float(np.log1p(frame[c]).skew()) for c in ("frequency",)}
scaled = frame.copy()
scaled["frequency"] = np.log1p(scaled["frequency"])
(here / "scaling.json").write_text(json.dumps(dict(
    columns=list(frame.columns), rows=frame.values.tolist(), skewness=[float(v) for v in frame.drop(columns="same").skew()], logSkewness=logs["frequency"],
    scaled=StandardScaler().fit_transform(scaled).tolist())))

labels = rng.choice(3, 120, p=[0.5, 0.3, 0.2])
group = frame.groupby(labels)
(here / "profile.json").write_text(json.dumps(dict(
    columns=list(frame.columns), rows=frame.values.tolist(), labels=labels.tolist(), sizes=group.size().tolist(),
    means=group.mean().values.tolist(), medians=group.median().values.tolist(), overallMean=frame.mean().tolist(),
    overallMedian=frame.median().tolist(), deviation=frame.std(ddof=0).tolist(),
    differences=((group.mean() - frame.mean()) / frame.std(ddof=0).where(frame.std(ddof=0) > 1e-12)).drop(columns="same").values.tolist())))
