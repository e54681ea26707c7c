"""Fits tanh(x) = x P(x^2) / Q(x^2) on |x| <= 8.4 by iterated, reweighted least squares, P and Q of degree 4: the coefficients of dispatch.h.
usage: fit_tanh.py   prints them, and the greatest relative error when they are used in single precision"""
import numpy as np

BOUND, DEGREE, POINTS = 8.4, 4, 1500
unit = (1 - np.cos((np.arange(POINTS) + 0.5) * np.pi / POINTS)) / 2
x = np.maximum(unit * BOUND, 1e-4).astype(np.longdouble)
z, wanted = (x / BOUND) ** 2, np.tanh(x) / x
importance, below, best = np.ones(POINTS), np.ones(POINTS), (np.inf, None)
for _ in range(400):
    row = np.sqrt(importance) / (np.abs(below) * wanted)
    columns = [z**i for i in range(DEGREE + 1)] + [-wanted * z**i for i in range(1, DEGREE + 1)]
    found = np.linalg.lstsq((np.stack(columns, 1) * row[:, None]).astype(float), (wanted * row).astype(float), rcond=1e-18)[0]
    p, q = found[: DEGREE + 1], np.concatenate([[1.0], found[DEGREE + 1 :]])
    below = sum(c * z**i for i, c in enumerate(q))
    error = np.abs(sum(c * z**i for i, c in enumerate(p)) / below / wanted - 1).astype(float)
    if error.max() < best[0]:
        best = (error.max(), (p / BOUND ** (2 * np.arange(DEGREE + 1)), q / BOUND ** (2 * np.arange(DEGREE + 1))))
    importance = importance * np.sqrt(error / error.max() + 1e-3)
    importance /= importance.mean()

def horner(coefficients, z):
    sum_ = np.full_like(z, np.float32(coefficients[-1]))
    for c in coefficients[-2::-1]:
        sum_ = (sum_.astype(np.float64) * z + np.float32(c)).astype(np.float32)  # as a fused multiply-add rounds
    return sum_

p, q = best[1]
x = np.linspace(-9.5, 9.5, 2_000_001).astype(np.float32)
x = x[np.abs(x) > 1e-6]
inside = np.clip(x, -BOUND, BOUND)
y = np.clip(inside * horner(p, inside * inside) / horner(q, inside * inside), -1, 1)
print("P", [f"{c:.9e}" for c in p])
print("Q", [f"{c:.9e}" for c in q])
print("fit", best[0], "single precision", np.abs(y / np.tanh(x.astype(np.float64)) - 1).max())
