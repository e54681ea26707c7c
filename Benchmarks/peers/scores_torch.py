"""The scores of a PyTorch LSTM on the windows and the split of `split by=time-user | fit lstm`, for the table of scores in Benchmarks/README.md.
usage: scores_torch.py [--sessions DIR with the files of sessions] [--seeds 3] [--epochs 5] [case ...]
Windows, targets and split are made anew here from the raw files, by the definitions of the manual (`help split`): that the sizes agree with those that
cnb prints says that both did the same. Prints a JSON line a case and seed: {"case", "seed", "training", "test", "f1_macro", "auc"}, or {..., "hr@10", "mrr"} of next items,
ranked among all: rank = 1 + the others with as high a score, and a miss where training never saw the item."""
import argparse, json, os
import numpy as np, pandas as pd, torch, torch.nn as nn, torch.nn.functional as F, xxhash
from sklearn.metrics import f1_score, roc_auc_score

HERE = os.path.dirname(os.path.abspath(__file__))
ap = argparse.ArgumentParser()
ap.add_argument("--shop", default=HERE + "/../../datasets/shop.csv"); ap.add_argument("--sessions"); ap.add_argument("--seeds", type=int, default=3)
ap.add_argument("--epochs", type=int, default=5); ap.add_argument("--threads", type=int, default=2); ap.add_argument("cases", nargs="*")
a = ap.parse_args(); torch.set_num_threads(a.threads)
SEQ = 10

def read(path, names=None):
    """User, action and time of each event, sorted by user and time."""
    log = pd.read_csv(path, header=None if names else 0, names=names, dtype={"user": str, "user_id": str, "action": str})
    log = log.rename(columns={"user_id": "user", "event": "action", "timestamp": "time"})
    return log.assign(place=range(len(log))).sort_values(["user", "time", "place"])

def drawn(users, purpose, share):
    """The users of a draw: XXH64 (seed 42) of `seed:purpose:user`, its top 53 bits below the share."""
    return np.array([(xxhash.xxh64_intdigest(f"0:{purpose}:{u}".encode(), seed=42) >> 11) / 2**53 < share for u in users])

def codes(values):
    names = {}
    return [names.setdefault(v, len(names)) for v in values], names

def next_action(log):
    """Windows of the last actions before each action of a user but the first; held-back users and their later time."""
    log = log.assign(code=codes(log.action)[0]); x, y, users, times = [], [], [], []
    for user, part in log.groupby("user", sort=False):
        c = part.code.tolist(); t = part.time.tolist()
        for i in range(1, len(c)): x.append(c[max(0, i - SEQ):i]); y.append(c[i]); users.append(user); times.append(t[i])
    users, times = np.array(users), np.array(times)
    border = np.sort(log.time.to_numpy())[min(len(log) - 1, int(np.floor(len(log) * 0.8 + 0.5)))]
    names = list(dict.fromkeys(users)); test = dict(zip(names, drawn(names, "split", 0.2))); valid = dict(zip(names, drawn(names, "valid", 0.1 / 0.8)))
    t, v, early = np.array([test[u] for u in users]), np.array([valid[u] for u in users]), times < border
    return x, y, int(log.code.max()) + 1, ~t & ~v & early, t & ~early

def next_item(path):
    """Windows of the last items of a session before each item but the first."""
    log = pd.read_csv(path, sep="\t", dtype={"SessionId": str, "ItemId": str}).rename(columns={"SessionId": "user", "ItemId": "action", "Time": "time"})
    return next_action(log.assign(place=range(len(log))).sort_values(["user", "time", "place"]))

def reaches(log, action):
    """Windows of the last actions before the first `action` of a user, and whether there is one; held-back users."""
    kept, x, y, users = [], [], [], []
    for user, part in log.groupby("user", sort=False):
        acts = part.action.tolist(); hit = action in acts; seen = acts[:acts.index(action)] if hit else acts
        if seen: x.append(seen[-SEQ:]); y.append(int(hit)); users.append(user)
    names = {v: i for i, v in enumerate(sorted({v for s in x for v in s}))}
    test, valid = drawn(users, "split", 0.2), drawn(users, "valid", 0.1 / 0.8)
    return [[names[v] for v in s] for s in x], y, max(len(names), 2), ~test & ~valid, test

class Net(nn.Module):
    def __init__(s, vocabulary, classes, embedding, hidden):
        super().__init__(); s.e = nn.Embedding(vocabulary, embedding); s.r = nn.LSTM(embedding, hidden, batch_first=True); s.d = nn.Linear(hidden, classes)
    def forward(s, x, n):
        packed = nn.utils.rnn.pack_padded_sequence(s.e(x), n, batch_first=True, enforce_sorted=False)
        return s.d(s.r(packed)[1][0][-1])

def run(case, x, y, vocabulary, training, test, seed):
    torch.manual_seed(seed); n = torch.tensor([len(s) for s in x]); X = torch.zeros(len(x), SEQ, dtype=torch.long); Y = torch.tensor(y)
    for i, s in enumerate(x): X[i, :len(s)] = torch.tensor(s)
    ranked = case.endswith("-item"); classes = vocabulary if ranked else max(y) + 1; net = Net(vocabulary, classes, *((100, 100) if ranked else (16, 64))); opt = torch.optim.Adam(net.parameters(), 0.003); rows = torch.tensor(np.flatnonzero(training))
    for _ in range(a.epochs):
        for i in rows[torch.randperm(len(rows))].split(256):
            opt.zero_grad(); F.cross_entropy(net(X[i], n[i]), Y[i]).backward(); nn.utils.clip_grad_norm_(net.parameters(), 1.0); opt.step()
    t = torch.tensor(np.flatnonzero(test))
    with torch.no_grad(): p = torch.cat([F.softmax(net(X[i], n[i]), 1) for i in t.split(4096)]).numpy()
    truth = Y[t].numpy(); line = {"case": case, "seed": seed, "training": int(training.sum()), "test": int(test.sum())}
    if ranked:
        seen = np.bincount(Y[rows].numpy(), minlength=classes)[truth] > 0
        rank = (p >= p[np.arange(len(truth)), truth][:, None]).sum(1)
        print(json.dumps(line | {"hr@10": round(float((seen & (rank <= 10)).mean()), 4), "mrr": round(float(np.where(seen, 1 / rank, 0).mean()), 4)}), flush=True)
        return
    auc = roc_auc_score(truth, p[:, 1]) if classes == 2 else roc_auc_score(truth, p, multi_class="ovr", labels=range(classes))
    print(json.dumps(line | {"f1_macro": round(f1_score(truth, p.argmax(1), average="macro"), 4), "auc": round(auc, 4)}), flush=True)

CASES = {"shop-next": lambda: next_action(read(a.shop)), "shop-purchase": lambda: reaches(read(a.shop), "buy")}
if a.sessions:
    CASES["userbehavior-next"] = lambda: next_action(read(a.sessions + "/userbehavior_head.csv.gz", ["user", "item", "category", "action", "time"]))
    CASES["rsc15-next-item"] = lambda: next_item(a.sessions + "/rsc15_100k_train_full.tsv.gz")
    CASES["onlineshop-payment"] = lambda: reaches(read(a.sessions + "/simple_onlineshop.csv.gz"), "payment_done")
for c in a.cases or CASES:
    x, y, vocabulary, training, test = CASES[c]()
    for seed in range(a.seeds): run(c, x, y, vocabulary, training, test, seed)
