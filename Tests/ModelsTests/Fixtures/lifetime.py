"""Reference values of SciPy for the tests of lifetimes: python lifetime.py [CDNOW_sample.txt], beside this file.

Histories are drawn of both models, in days. Log-likelihoods of the fits are of the papers' closed forms; those of single customers have 30 digits; maxima are found by Nelder and Mead.
With the file of the sample the maxima of CDNOW are printed, which the test of it names.
"""
import json, pathlib, sys
import mpmath as mp
import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

mp.mp.dps = 30
rng = np.random.default_rng(7)


def simulate(n, model, parameters):
    """Purchases of n customers who came over 60 days and are watched for 200; whole days."""
    rows = []
    for _ in range(n):
        age = 200 - int(rng.integers(0, 60))
        r, alpha, s, beta = parameters
        rate = rng.gamma(r, 1 / alpha)
        death = rng.exponential(1 / rng.gamma(s, 1 / beta)) if model == "paretonbd" else np.inf
        leave = rng.beta(s, beta) if model == "bgnbd" else 0
        time, days = 0.0, set()
        while True:
            time += rng.exponential(1 / rate)
            if time > min(death, age): break
            days.add(int(time))
            if rng.uniform() < leave: break
        days.discard(0)
        rows.append((len(days), max(days, default=0), age))
    return np.array(rows, dtype=float)


def bgnbd(log, x, t, T):
    r, alpha, a, b = np.exp(log)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(x > 0, np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t), -np.inf)
    return gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b) + np.logaddexp(-(r + x) * np.log(alpha + T), left)


def paretonbd(log, x, t, T):
    r, alpha, s, beta = np.exp(log)

    def term(time):
        if alpha >= beta: return hyp2f1(r + s + x, s + 1, r + s + x + 1, (alpha - beta) / (alpha + time)) / (alpha + time) ** (r + s + x)
        return hyp2f1(r + s + x, r + x, r + s + x + 1, (beta - alpha) / (beta + time)) / (beta + time) ** (r + s + x)
    inner = 1 / ((alpha + T) ** (r + x) * (beta + T) ** s) + s / (r + s + x) * (term(t) - term(T))
    return gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.log(inner)


def gamma_gamma(log, x, z):
    p, q, g = np.exp(log)
    return gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(g) + (p * x - 1) * np.log(z) + p * x * np.log(x) - (p * x + q) * np.log(g + x * z)


def maximum(function, start, *arguments):
    best = np.asarray(start, dtype=float)
    for _ in range(3):
        best = minimize(lambda p: -function(p, *arguments).sum(), best, method="Nelder-Mead", options=dict(xatol=1e-11, fatol=1e-11, maxiter=20000, maxfev=20000)).x
    return np.exp(best).tolist(), float(function(best, *arguments).sum())


# In 30 digits.
def exact_bgnbd(parameters, x, t, T):
    r, alpha, a, b = map(mp.mpf, parameters)
    like = mp.beta(a, b + x) / mp.beta(a, b) * mp.rf(r, x) * alpha ** r * ((alpha + T) ** -(r + x) + (a / (b + x - 1) * (alpha + t) ** -(r + x) if x else 0))
    alive = 1 / (1 + (a / (b + x - 1) * ((alpha + T) / (alpha + t)) ** (r + x) if x else 0))
    return like, alive


def exact_bgnbd_expected(parameters, x, t, T, over):
    r, alpha, a, b = map(mp.mpf, parameters)
    _, alive = exact_bgnbd(parameters, x, t, T)
    c = a + b + x - 1
    return alive * c / (a - 1) * (1 - ((alpha + T) / (alpha + T + over)) ** (r + x) * mp.hyp2f1(r + x, b + x, c, mp.mpf(over) / (alpha + T + over)))


def exact_pareto(parameters, x, t, T):
    """By the integral over the time of death; the difference of two 2F1 is what `paretonbd` above has."""
    r, alpha, s, beta = map(mp.mpf, parameters)
    t, T = mp.mpf(t), mp.mpf(T)
    here = 1 / ((alpha + T) ** (r + x) * (beta + T) ** s)
    # Pieces that double in length from the time of the last purchase on.
    pieces = [t] + [t + (T - t) / 2 ** k for k in range(20, -1, -1)]
    gone = s * mp.quad(lambda u: (alpha + u) ** -(r + x) * (beta + u) ** -(s + 1), pieces) if T > t else mp.mpf(0)
    return mp.rf(r, x) * alpha ** r * beta ** s * (here + gone), here / (here + gone)


def exact_pareto_expected(parameters, x, t, T, over):
    r, alpha, s, beta = map(mp.mpf, parameters)
    _, alive = exact_pareto(parameters, x, t, T)
    return alive * (r + x) * (beta + T) / ((alpha + T) * (s - 1)) * (1 - ((beta + T) / (beta + T + over)) ** (s - 1))


def counts(parameters, model, over, most):
    """Chances of 0...most repeat purchases, by the papers' sums (BG/NBD) or an integral (Pareto/NBD)."""
    r, alpha, s, beta = map(mp.mpf, parameters)
    values = []
    for n in range(most + 1):
        nbd = mp.rf(r, n) / mp.factorial(n) * (alpha / (alpha + over)) ** r * (over / (alpha + over)) ** n
        if model == "bgnbd":
            gone = 1 - sum(mp.rf(r, j) / mp.factorial(j) * (alpha / (alpha + over)) ** r * (over / (alpha + over)) ** j for j in range(n))
            values.append(mp.beta(s, beta + n) / mp.beta(s, beta) * nbd + (mp.beta(s + 1, beta + n - 1) / mp.beta(s, beta) * gone if n else 0))
        else:
            inner = mp.quad(lambda u: mp.rf(r, n) / mp.factorial(n) * (alpha / (alpha + u)) ** r * (u / (alpha + u)) ** n * s * beta ** s / (beta + u) ** (s + 1), [0, over / 10, over])
            values.append(nbd * (beta / (beta + over)) ** s + inner)
    return [float(v) for v in values]


def single(model, parameters, x, t, T, over):
    exact, expected = (exact_bgnbd, exact_bgnbd_expected) if model == "bgnbd" else (exact_pareto, exact_pareto_expected)
    like, alive = exact(parameters, x, t, T)
    return dict(model=model, parameters=parameters, x=x, t=t, age=T, over=over, logLikelihood=float(mp.log(like)), alive=float(alive), expected=float(mp.re(expected(parameters, x, t, T, over))))


def main():
    fits = []
    for model, truth, function in [("bgnbd", (0.6, 8.0, 0.9, 3.0), bgnbd), ("paretonbd", (0.8, 12.0, 0.7, 40.0), paretonbd)]:
        rows = simulate(200, model, truth)
        parameters, value = maximum(function, np.log(truth), *rows.T)
        fits.append(dict(model=model, rows=rows.astype(int).tolist(), parameters=parameters, logLikelihood=value))
    singles = []
    for model, sets in [("bgnbd", [(0.2426, 4.4136, 0.7929, 2.4259), (3.0, 0.5, 0.999, 0.3), (0.05, 300.0, 5.0, 0.02), (1.3, 20.0, 1.0001, 2.0)]),
                        ("paretonbd", [(0.5533, 10.5776, 0.6062, 11.6687), (2.0, 0.01, 0.5, 900.0), (2.0, 900.0, 0.999, 0.01), (0.02, 5.0, 9.0, 5.0)])]:
        for parameters in sets:
            for x, t, T, over in [(0, 0, 38.86, 39), (2, 30.43, 38.86, 39), (1, 1.71, 38.86, 4), (26, 30.86, 31, 39), (7, 3, 40, 500), (400, 350.5, 352, 30), (5000, 700, 730, 365)]:
                singles.append(single(model, parameters, x, t, T, over))
    spread = [dict(model=model, parameters=parameters, over=over, values=counts(parameters, model, over, 7))
              for model, parameters in [("bgnbd", (0.2426, 4.4136, 0.7929, 2.4259)), ("paretonbd", (0.5533, 10.5776, 0.6062, 11.6687)), ("paretonbd", (2.0, 0.5, 0.5, 60.0))] for over in (0.5, 38.86, 400.0)]
    x = rng.geometric(0.3, 300).astype(float)
    z = np.array([rng.gamma(6 * n, 1 / (n * rng.gamma(4, 1 / 15))) for n in x])
    parameters, value = maximum(gamma_gamma, np.log((6, 4, 15)), x, z)
    spending = dict(counts=x.astype(int).tolist(), means=z.tolist(), parameters=parameters, logLikelihood=value)
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(dict(fits=fits, singles=singles, spreads=spread, spending=spending)))


def cdnow(path):
    import pandas as pd
    rows = pd.read_csv(path, sep=r"\s+", header=None, names=["master", "user", "day", "cds", "value"])
    rows["day"] = pd.to_datetime(rows.day.astype(str))
    end = pd.Timestamp("1997-09-30")
    days = rows[rows.day <= end].groupby(["user", "day"]).value.sum().reset_index()
    groups = days.groupby("user").day
    first, last, x = groups.min(), groups.max(), (groups.size() - 1).values.astype(float)
    t, T = ((last - first).dt.days / 7).values, ((end - first).dt.days / 7).values
    z = days[days.day > days.user.map(first)].groupby("user").value.mean().reindex(first.index).fillna(0).values
    for name, function, start in [("bgnbd", bgnbd, np.zeros(4)), ("paretonbd", paretonbd, np.log([0.5, 10, 0.6, 11]))]: print(name, *maximum(function, start, x, t, T))
    print("gamma-gamma", *maximum(gamma_gamma, np.zeros(3), x[z > 0], z[z > 0]))


if __name__ == "__main__":
    cdnow(sys.argv[1]) if len(sys.argv) > 1 else main()
