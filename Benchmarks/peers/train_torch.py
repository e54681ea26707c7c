"""What a PyTorch user gets: seconds per training epoch for the sequence models, on the CPU.
usage: train_torch.py [--threads 2] [--data DIR with beauty_5core.txt.gz] [--dump DIR for the arrays used] [case ...]
Prints one JSON line a case: {"case", "seconds", "samples", "loss"}; seconds is the median of the epochs after the first."""
import argparse, gzip, json, statistics, time
import numpy as np, torch, torch.nn as nn, torch.nn.functional as F

ap = argparse.ArgumentParser()
ap.add_argument("--threads", type=int, default=2); ap.add_argument("--epochs", type=int, default=3)
ap.add_argument("--data", default="."); ap.add_argument("--dump"); ap.add_argument("cases", nargs="*")
a = ap.parse_args(); torch.set_num_threads(a.threads); torch.manual_seed(0); rng = np.random.default_rng(0)

def markov_windows(n, length, states):
    """n sequences of a second-order chain over `states` actions; the label is the next action."""
    P = rng.dirichlet(np.full(states, 0.3), size=(states, states)); x = np.zeros((n, length + 1), np.int64)
    x[:, :2] = rng.integers(0, states, (n, 2)); C = P.cumsum(-1)
    for t in range(2, length + 1): x[:, t] = (rng.random((n, 1)) > C[x[:, t - 2], x[:, t - 1]]).sum(1).clip(max=states - 1)
    return torch.tensor(x[:, :-1]), torch.tensor(x[:, -1])

class Recurrent(nn.Module):
    def __init__(s, cell, vocab, emb, hidden, layers=1, bi=False, out=None):
        super().__init__(); s.e = nn.Embedding(vocab, emb)
        s.r = getattr(nn, cell)(emb, hidden, layers, batch_first=True, bidirectional=bi); s.d = nn.Linear(hidden * (1 + bi), out or vocab)
    def forward(s, x): return s.d(s.r(s.e(x))[0][:, -1])

class KerasBiLSTM(nn.Module):
    """The stacked bidirectional LSTM of 157,122 parameters (Keras count): 40, 40, 80 units on (1, 6) inputs, two classes."""
    def __init__(s): super().__init__(); s.a = nn.LSTM(6, 40, batch_first=True, bidirectional=True); s.b = nn.LSTM(80, 40, batch_first=True, bidirectional=True); s.c = nn.LSTM(80, 80, batch_first=True, bidirectional=True); s.d = nn.Linear(160, 2)
    def forward(s, x): return s.d(s.c(s.b(s.a(x)[0])[0])[0][:, -1])

class CausalBlock(nn.Module):
    def __init__(s, c, k, dil): super().__init__(); s.p = (k - 1) * dil; s.c1 = nn.Conv1d(c, c, k, dilation=dil); s.c2 = nn.Conv1d(c, c, k, dilation=dil)
    def forward(s, x): h = F.relu(s.c1(F.pad(x, (s.p, 0)))); return F.relu(x + F.relu(s.c2(F.pad(h, (s.p, 0)))))
class TCN(nn.Module):
    def __init__(s, vocab, c, k=3, levels=4): super().__init__(); s.e = nn.Embedding(vocab, c); s.b = nn.Sequential(*[CausalBlock(c, k, 2 ** i) for i in range(levels)]); s.d = nn.Linear(c, vocab)
    def forward(s, x): return s.d(s.b(s.e(x).transpose(1, 2))[:, :, -1])

class Encoder(nn.Module):
    def __init__(s, vocab, d, heads, layers, length, drop):
        super().__init__(); s.e = nn.Embedding(vocab, d); s.p = nn.Parameter(torch.zeros(length, d)); nn.init.normal_(s.e.weight, std=.02)
        s.t = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, heads, 4 * d, drop, "gelu", batch_first=True), layers, enable_nested_tensor=False); s.o = nn.Linear(d, d); s.b = nn.Parameter(torch.zeros(vocab))
    def forward(s, x, pad=None): return s.t(s.e(x) + s.p, src_key_padding_mask=pad)
    def logits(s, h): return F.gelu(s.o(h)) @ s.e.weight.T + s.b

class Seq2Seq(nn.Module):
    def __init__(s, vocab, emb, hidden): super().__init__(); s.e = nn.Embedding(vocab + 1, emb); s.enc = nn.GRU(emb, hidden, batch_first=True); s.dec = nn.GRU(emb, hidden, batch_first=True); s.o = nn.Linear(hidden, vocab)
    def forward(s, x, y): _, h = s.enc(s.e(x)); return s.o(s.dec(s.e(y), h)[0])

def dump(case, **arrays):
    for k, v in arrays.items():
        if a.dump: np.save(f"{a.dump}/{case}.{k}.npy", v.numpy())

def epochs(case, model, batches, loss_of, n):
    opt = torch.optim.Adam(model.parameters(), 1e-3); times = []
    for _ in range(a.epochs):
        t = time.perf_counter(); total = 0.0; seen = 0
        for idx in torch.randperm(n).split(batches):
            opt.zero_grad(); l = loss_of(model, idx); l.backward(); opt.step(); total += l.item() * len(idx); seen += len(idx)
        times.append(time.perf_counter() - t)
    print(json.dumps({"case": case, "seconds": round(statistics.median(times[1:] or times), 4), "samples": n, "loss": round(total / seen, 4)}), flush=True)

def classify(case, make, n, length, states, batch):
    x, y = markov_windows(n, length, states); dump(case, x=x, y=y); epochs(case, make(), batch, lambda m, i: F.cross_entropy(m(x[i]), y[i]), n)

def keras(case):
    x = torch.tensor(rng.normal(size=(90533, 1, 6)), dtype=torch.float32); y = (x[:, 0, 2] + x[:, 0, 3] * x[:, 0, 4] > 1).long(); dump(case, x=x, y=y)
    epochs(case, KerasBiLSTM(), 128, lambda m, i: F.cross_entropy(m(x[i]), y[i]), len(x))

def seq2seq(case):
    x, _ = markov_windows(40000, 15, 12); src, dst = x[:, :10], x[:, 10:]; dump(case, x=src, y=dst); go = torch.full((len(x), 1), 12)
    epochs(case, Seq2Seq(12, 32, 64), 256, lambda m, i: F.cross_entropy(m(src[i], torch.cat([go[i], dst[i][:, :-1]], 1)).flatten(0, 1), dst[i].flatten()), len(x))

def bert4rec(case, d=64, heads=2, layers=2, length=50, drop=0.2, mask=0.2):
    rows = [list(map(int, l.split()))[1:-2] for l in gzip.open(a.data + "/beauty_5core.txt.gz", "rt")]
    items = 1 + max(max(r) for r in rows); M = items; X = torch.zeros(len(rows), length, dtype=torch.long)
    for i, r in enumerate(rows): r = r[-length:]; X[i, length - len(r):] = torch.tensor(r)
    dump(case, x=X)
    def loss(m, i):
        x = X[i]; pad = x == 0; hit = (torch.rand(x.shape) < mask) & ~pad; hit[:, -1] |= ~hit.any(1)
        return F.cross_entropy(m.logits(m(x.masked_fill(hit, M), pad)[hit]), x[hit])
    epochs(case, Encoder(items + 1, d, heads, layers, length, drop), 256, loss, len(rows))

CASES = {
    "rnn-10": lambda c: classify(c, lambda: Recurrent("RNN", 4, 16, 64), 100_000, 10, 4, 256),
    "gru-10": lambda c: classify(c, lambda: Recurrent("GRU", 4, 16, 64), 100_000, 10, 4, 256),
    "lstm-10": lambda c: classify(c, lambda: Recurrent("LSTM", 4, 16, 64), 100_000, 10, 4, 256),
    "lstm-300": lambda c: classify(c, lambda: Recurrent("LSTM", 12, 16, 64), 4_000, 300, 12, 64),
    "bilstm-keras": keras,
    "tcn-50": lambda c: classify(c, lambda: TCN(12, 64), 20_000, 50, 12, 256),
    "transformer-50": lambda c: classify(c, lambda: (lambda e: (setattr(e, "forward_", e.forward), setattr(e, "forward", lambda x: e.logits(e.forward_(x)[:, -1])), e)[2])(Encoder(12, 64, 4, 2, 50, 0.1)), 20_000, 50, 12, 256),
    "seq2seq-10-5": seq2seq,
    "bert4rec-beauty": bert4rec,
}
for c in a.cases or CASES: CASES[c](c)
