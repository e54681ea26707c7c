"""Fits erf(x) = x P(x^2) / Q(x^2) on |x| <= 4 by iterated, reweighted least squares, P and Q of degree 5: the coefficients of dispatch.h.
usage: fit_erf.py   prints them, and the greatest errors when they are used in single precision"""
from math import erf
import numpy as np

BOUND, UPPER, LOWER, POINTS = 4.0, 5, 5, 1500
true_erf = np.vectorize(erf)
unit = (1 - np.cos((np.arange(POINTS) + 0.5) * np.pi / POINTS)) / 2
x = np.maximum(unit * BOUND, 1e-4)
z, wanted = (x / BOUND) ** 2, true_erf(x) / x
importance, below, best = np.ones(POINTS), np.ones(POINTS), (np.inf, None)
for _ in range(400):
    row = np.sqrt(importance) / (np.abs(below) * wanted)
    columns = [z**i for i in range(UPPER + 1)] + [-wanted * z**i for i in range(1, LOWER + 1)]
    found = np.linalg.lstsq(np.stack(columns, 1) * row[:, None], wanted * row, rcond=1e-18)[0]
    p, q = found[: UPPER + 1], np.concatenate([[1.0], found[UPPER + 1 :]])
    below = sum(c * z**i for i, c in enumerate(q))
    error = np.abs(sum(c * z**i for i, c in enumerate(p)) / below / wanted - 1)
    if error.max() < best[0]:
        best = (error.max(), (p / BOUND ** (2 * np.arange(UPPER + 1)), q / BOUND ** (2 * np.arange(LOWER + 1))))
    importance = importance * np.sqrt(error / error.max() + 1e-3)
    importance /= importance.mean()

def horner(coefficients, z):
    sum_ = np.full_like(z, np.float32(coefficients[-1]))
    for c in coefficients[-2::-1]:
        sum_ = (sum_.astype(np.float64) * z + np.float32(c)).astype(np.float32)  # as a fused multiply-add rounds
    return sum_

p, q = best[1]
x = np.linspace(-6, 6, 400_001).astype(np.float32)
x = x[np.abs(x) > 1e-6]
inside = np.clip(x, -BOUND, BOUND)
y = np.clip(inside * horner(p, inside * inside) / horner(q, inside * inside), -1, 1)
exact = true_erf(x.astype(np.float64))
print("P", [f"{c:.9e}" for c in p])
print("Q", [f"{c:.9e}" for c in q])
print("fit", best[0], "single precision: relative", np.abs(y / exact - 1).max(), "absolute", np.abs(y - exact).max())
