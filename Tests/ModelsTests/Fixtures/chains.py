"""Reference values for the tests of mixtures of Markov chains: python chains.py [msnbc323.seq], beside this file.

An expectation and maximisation of its own in numpy over whole tables of counts, from starts that the tests take too; edit distances by the plain table.
With a file of sequences it prints the best BIC of 100 starts for 1 to 6 chains.
"""
import json, pathlib, sys
import numpy as np

rng = np.random.default_rng(5)


def counts(journeys, states, ends):
    """[journeys, states + 1, states + 1]: the last row is the start, the last column the end."""
    made = np.zeros((len(journeys), states + 1, states + 1))
    for table, journey in zip(made, journeys):
        table[states, journey[0]] += 1
        for a, b in zip(journey, journey[1:]): table[a, b] += 1
        if ends: table[journey[-1], states] += 1
    return made


def possible(states, ends):
    mask = np.ones((states + 1, states + 1), dtype=bool)
    mask[states, states] = False
    if not ends: mask[:, states] = False
    return mask


def expectation(made, shares, chances):
    with np.errstate(divide="ignore"): logs = np.where(chances > 0, np.log(np.where(chances > 0, chances, 1)), 0)
    values = np.log(shares) + np.einsum("jab,kab->jk", made, logs)
    most = values.max(1, keepdims=True)
    total = most + np.log(np.exp(values - most).sum(1, keepdims=True))
    return np.exp(values - total), float(total.sum())


def maximisation(made, posterior, prior, mask):
    weights = posterior.sum(0) + prior
    sums = (np.einsum("jab,jk->kab", made, posterior) + prior) * mask
    return weights / weights.sum(), sums / sums.sum(2, keepdims=True)


def run(made, shares, chances, prior, mask, iterations):
    for _ in range(iterations):
        posterior, _ = expectation(made, shares, chances)
        shares, chances = maximisation(made, posterior, prior, mask)
    posterior, likelihood = expectation(made, shares, chances)
    return shares, chances, posterior, likelihood


def draw_chances(k, states, ends, sharpness=1.0):
    mask = possible(states, ends)
    chances = rng.gamma(sharpness, size=(k, states + 1, states + 1)) * mask
    return chances / chances.sum(2, keepdims=True)


def simulate(n, chances, shares):
    states = chances.shape[1] - 1
    journeys, labels = [], []
    for _ in range(n):
        chain = int(rng.choice(len(shares), p=shares))
        journey, state = [], states
        while True:
            state = int(rng.choice(states + 1, p=chances[chain, state]))
            if state == states or len(journey) > 200: break
            journey.append(state)
        journeys.append(journey)
        labels.append(chain)
    return journeys, labels


def case(name, journeys, states, k, ends, prior, iterations):
    made, mask = counts(journeys, states, ends), possible(states, ends)
    shares, chances = rng.dirichlet(np.full(k, 5.0)), draw_chances(k, states, ends, 2.0)
    _, _, posterior, likelihood = run(made, shares, chances, prior, mask, iterations)
    parameters = k - 1 + k * (states - 1 + states * (states if ends else states - 1))
    return dict(name=name, journeys=["".join(chr(97 + s) for s in j) for j in journeys], words=[chr(97 + s) for s in range(states)], k=k, ends=ends, prior=prior, iterations=iterations,
                shares=shares.tolist(), chances=chances.tolist(), logLikelihood=likelihood, bic=-2 * likelihood + parameters * np.log(len(journeys)), posteriors=posterior.tolist())


def planted(n=400):
    """Chains that differ in what comes after what, not in how common words are."""
    turns = np.array([[1, 2, 3, 4, 0], [4, 0, 1, 2, 3], [0, 1, 2, 3, 4]])
    chances = np.full((3, 6, 6), 0.05)
    for chain in range(3):
        for state in range(5): chances[chain, state, turns[chain, state]] += 0.65
        chances[chain, 5] = [0.2] * 5 + [0]
    journeys, labels = simulate(n, chances / chances.sum(2, keepdims=True), [0.5, 0.3, 0.2])
    # Of a few steps nobody could tell which chain made them.
    journeys, labels = zip(*((j, l) for j, l in zip(journeys, labels) if len(j) >= 8))
    return dict(journeys=["".join(chr(97 + s) for s in j) for j in journeys], labels=labels)


def edit(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1): before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def edits():
    texts = ["", "a"] + ["".join(rng.choice(list("abcd"), size=int(n))) for n in [3, 3, 8, 40, 63, 64, 65, 90, 127, 128, 129, 200]]
    texts = [t for t in texts if t]
    return dict(journeys=texts, distances=[edit(a, b) for i, a in enumerate(texts) for b in texts[i + 1:]])


def main():
    some, _ = simulate(80, draw_chances(2, 5, True, 0.4), [0.6, 0.4])
    some = [j[:40] for j in some if j]
    cases = [case("two chains", some, 5, 2, True, 0.01, 40), case("three chains, without ends", some, 5, 3, False, 0.01, 25), case("one chain", some, 5, 1, True, 0.5, 3),
             case("a strong prior", some, 5, 2, True, 3.0, 30)]
    pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(dict(cases=cases, planted=planted(), edits=edits())))


def msnbc(path, ends):
    journeys = [[int(w) - 1 for w in line.split()] for line in open(path) if line.strip()]
    states = 17
    made, mask = counts(journeys, states, ends), possible(states, ends)
    everybody = made.sum(0) + 1
    for k in range(1, 7):
        best = np.inf
        for _ in range(100 if k > 1 else 1):
            seeds = made[rng.choice(len(journeys), k, replace=False)] + everybody / everybody.sum(1, keepdims=True)
            chances = seeds * mask
            shares, chances, _, _ = run(made, np.full(k, 1 / k), chances / chances.sum(2, keepdims=True), 0.01, mask, 15)
            _, likelihood = expectation(made, shares, chances)
            if -likelihood < best: best, kept = -likelihood, (shares, chances)
        _, _, _, likelihood = run(made, *kept, 0.01, mask, 300)
        parameters = k - 1 + k * (states - 1 + states * (states if ends else states - 1))
        print("ends" if ends else "no ends", k, likelihood, -2 * likelihood + parameters * np.log(len(journeys)))


if __name__ == "__main__":
    if len(sys.argv) > 1: [msnbc(sys.argv[1], ends) for ends in (True, False)]
    else: main()
