"""Seconds that a PyTorch LSTM takes to score windows of ten actions: one at a time, and a million in batches of 4,096.
usage: inference_torch.py [--threads 2] [--dump DIR for the windows used] [lstm-10-one | lstm-10-million ...]
Prints a JSON line a case: {"case", "seconds", "samples"}; seconds is the median call."""
import argparse, json, statistics, time
import numpy as np, torch, torch.nn as nn

ap = argparse.ArgumentParser()
ap.add_argument("--threads", type=int, default=2); ap.add_argument("--epochs", type=int); ap.add_argument("--dump"); ap.add_argument("cases", nargs="*")
a = ap.parse_args(); torch.set_num_threads(a.threads); torch.manual_seed(0); rng = np.random.default_rng(0)

class Net(nn.Module):
    def __init__(s): super().__init__(); s.e = nn.Embedding(4, 16); s.r = nn.LSTM(16, 64, batch_first=True); s.d = nn.Linear(64, 4)
    def forward(s, x): return torch.softmax(s.d(s.r(s.e(x))[0][:, -1]), 1)

def windows(n):
    """Sequences of a second-order chain of four actions."""
    P = rng.dirichlet(np.full(4, 0.3), size=(4, 4)); x = np.zeros((n, 11), np.int64); x[:, :2] = rng.integers(0, 4, (n, 2)); C = P.cumsum(-1)
    for t in range(2, 11): x[:, t] = (rng.random((n, 1)) > C[x[:, t - 2], x[:, t - 1]]).sum(1).clip(max=3)
    return x[:, :10], x[:, 10]

def run(case, count, together, batch):
    x, y = windows(count)
    if a.dump: np.save(f"{a.dump}/{case}.x.npy", x); np.save(f"{a.dump}/{case}.y.npy", y)
    net, x, times = Net().eval(), torch.tensor(x), []
    with torch.inference_mode():
        for part in x.split(together):
            start = time.perf_counter()
            for piece in part.split(batch): net(piece)
            times.append(time.perf_counter() - start)
    print(json.dumps({"case": case, "seconds": round(statistics.median(times), 7), "samples": together}), flush=True)

CASES = {"lstm-10-one": lambda: run("lstm-10-one", 4_000, 1, 1), "lstm-10-million": lambda: run("lstm-10-million", 1_000_000, 1_000_000, 4096)}
for c in a.cases or CASES: CASES[c]()
