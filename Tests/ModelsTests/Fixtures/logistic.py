"""Reference values of scikit-learn for LogisticTests.
usage: logistic.py > logistic.json
Rows are standard normal with a few columns that matter; each case has the coefficients of LogisticRegression at a tight tolerance, the intercept last."""
import json, warnings
import numpy as np
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")
rng = np.random.default_rng(4)
x = rng.normal(size=(240, 5)); x[:, 3] = (x[:, 3] > 0.8)
w = np.array([[1.2, -0.7, 0, 0.9, 0], [-0.4, 0.8, 0.3, 0, 0], [0, 0, -0.6, -1.1, 0.2]])
score = x @ w.T + rng.gumbel(size=(240, 3)); three = score.argmax(1); two = (score[:, 0] > score[:, 1] + 0.8).astype(int)

def case(name, y, penalty, c, weights=None):
    solver = "saga" if penalty == "l1" else "lbfgs"
    ratio = {"l2": 0.0, "l1": 1.0, "none": 0.0}[penalty]
    model = LogisticRegression(l1_ratio=ratio, C=np.inf if penalty == "none" else c, tol=1e-12, max_iter=200_000, solver=solver, class_weight=weights).fit(x, y)
    coefficients = np.column_stack([model.coef_, model.intercept_])
    return {"name": name, "classes": int(y.max() + 1), "penalty": penalty, "c": c, "balanced": weights is not None, "coefficients": coefficients.tolist(), "probabilities": model.predict_proba(x[:20]).tolist()}

cases = [case("two classes", two, "l2", 1.0), case("a strong penalty", two, "l2", 0.01), case("no penalty", two, "none", 1.0), case("balanced", two, "l2", 0.5, "balanced"),
         case("two classes, L1", two, "l1", 0.2), case("three classes", three, "l2", 1.0), case("three classes, balanced", three, "l2", 0.1, "balanced"), case("three classes, L1", three, "l1", 0.2)]
print(json.dumps({"rows": x.tolist(), "two": two.tolist(), "three": three.tolist(), "cases": cases}))
