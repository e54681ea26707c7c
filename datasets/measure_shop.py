"""Measures what can be found in shop.csv: next-action predictors on held-back users, as it is and with each user's actions shuffled, and the
segments that k-means finds in RFM. The tables of README.md come from here.
usage: measure_shop.py shop.csv [--truth shop_truth.csv] [--share 1.0] [--epochs 8] [--seeds 1]
The truth has the columns user,segment. Needs numpy, pandas, scikit-learn, torch."""
import argparse
import numpy as np, pandas as pd, torch
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, log_loss, roc_auc_score, silhouette_score
from sklearn.preprocessing import StandardScaler

ACTIONS = ["pv", "cart", "fav", "buy"]
ap = argparse.ArgumentParser()
ap.add_argument("csv"); ap.add_argument("--truth"); ap.add_argument("--share", type=float, default=1.0)
ap.add_argument("--epochs", type=int, default=8); ap.add_argument("--seeds", type=int, default=1); ap.add_argument("--no-lstm", action="store_true")
a = ap.parse_args()
torch.set_num_threads(1); pd.set_option("display.width", 200); pd.set_option("display.max_columns", 20)

log = pd.read_csv(a.csv)
print(f"{len(log):,} events, {log.user.nunique():,} users, {log.item.nunique():,} items, {log.category.nunique()} categories")
print("actions", (log.action.value_counts(normalize=True)[ACTIONS] * 100).round(2).to_dict())
per_user = log.groupby("user").size()
print("events a user: median", per_user.median(), "max", per_user.max(), "| users with more than 10:", (per_user > 10).sum())
gap = log.time.diff().where(log.user.eq(log.user.shift()))
print("sessions (30 min):", int((gap.isna() | (gap > 1800)).sum()), "| hour of day", (log.time // 3600 % 24).value_counts(normalize=True).sort_index().round(3).tolist())
print("weekday", ((log.time // 86400 + 3) % 7).value_counts(normalize=True).sort_index().round(3).tolist())
if a.truth:
    truth = pd.read_csv(a.truth).set_index("user").segment
    t = log.assign(segment=log.user.map(truth)); n = t.groupby("segment")
    print(pd.DataFrame({
        "users": n.user.nunique(), "events": n.size(), "events/user": (n.size() / n.user.nunique()).round(1),
        **{x: (n.action.apply(lambda s, x=x: (s == x).mean()) * 100).round(2) for x in ACTIONS}, "last seen, days before the end":
        t.groupby(["segment", "user"]).time.max().sub(t.time.max()).div(-86400).groupby("segment").median().round(1)}))

journeys = log.groupby("user").action.apply(lambda s: " " + " ".join(s))
print("after these actions, in this order, comes buy:")
for last in ("fav pv cart pv", "cart pv fav pv", "pv fav pv cart", "pv cart"):
    # A look ahead, so that overlapping places all count; the last action of a journey has no next one.
    following = journeys.str.findall(rf"(?= {last} (\w+))").explode().dropna()
    print(f"  {last:<16} {len(following):>6,}  {(following == 'buy').mean() * 100:.1f} %")

rng = np.random.default_rng(0)
if a.share < 1:
    users = log.user.unique(); log = log[log.user.isin(rng.choice(users, int(a.share * len(users)), replace=False))]
    print(f"sample: {log.user.nunique()} users, {len(log):,} events")

# Segments.
end = log.time.max(); buys = log[log.action == "buy"].groupby("user")
rfm = pd.DataFrame({"recency": (end - buys.time.max()) / 86400, "frequency": buys.size(), "items": buys.item.nunique()})
z = StandardScaler().fit_transform(np.log1p(rfm))
line = [f"RFM of {len(rfm)} buyers:"]
for k in (2, 3, 4, 5, 6):
    m = KMeans(k, n_init=10, random_state=0).fit(z); line.append(f"k={k} inertia {m.inertia_:.0f} silhouette {silhouette_score(z, m.labels_):.3f}")
    if k == 5: five = m
print(*line, sep="  ")
if a.truth:
    seg = truth[rfm.index]; print("ARI of k=5 with the truth:", round(adjusted_rand_score(seg, five.labels_), 3))
    print(pd.crosstab(seg.to_numpy(), five.labels_)); print(rfm.groupby(five.labels_).mean().round(1))

# Next action from the ten before it, on held-back users.
def windows(shuffle):
    x, y, who = [], [], []
    for user, s in log.groupby("user").action:
        codes = s.map(ACTIONS.index).to_numpy()
        if shuffle: codes = rng.permutation(codes)
        if len(codes) > 10:
            v = np.lib.stride_tricks.sliding_window_view(codes, 11); x.append(v[:, :10]); y.append(v[:, 10]); who.append(np.full(len(v), user))
    return np.concatenate(x), np.concatenate(y), np.concatenate(who)

def markov(x, y, xe, order):
    """Counts of each context, backed off to the next shorter one with a weight of 5 rows."""
    p = (np.bincount(y, minlength=4) + 1) / (len(y) + 4); p, pe = np.tile(p, (1, 1)), np.tile(p, (len(xe), 1)); table = {0: p}
    for o in range(1, order + 1):
        power = 4 ** np.arange(o); c, ce = x[:, 10 - o:] @ power, xe[:, 10 - o:] @ power
        n = np.zeros((4 ** o, 4)); np.add.at(n, (c, y), 1)
        shorter = np.repeat(table[o - 1], 1, axis=0)[np.arange(4 ** o) // 4] if o > 1 else np.tile(table[0], (4, 1))
        table[o] = (n + 5 * shorter) / (n.sum(1, keepdims=True) + 5); pe = table[o][ce]
    return pe

class Net(torch.nn.Module):
    def __init__(s): super().__init__(); s.e = torch.nn.Embedding(4, 16); s.r = torch.nn.LSTM(16, 64, batch_first=True); s.d = torch.nn.Linear(64, 4)
    def forward(s, x): return s.d(s.r(s.e(x))[0][:, -1])

def lstm(x, y, xe, seed):
    torch.manual_seed(seed); net = Net(); opt = torch.optim.Adam(net.parameters(), 2e-3); x, y, xe = map(torch.tensor, (x, y, xe))
    x, y = x.long(), y.long()
    for _ in range(a.epochs):
        for i in torch.randperm(len(x)).split(256):
            opt.zero_grad(); torch.nn.functional.cross_entropy(net(x[i]), y[i]).backward(); opt.step()
    with torch.no_grad(): return torch.cat([torch.softmax(net(b), 1) for b in xe.long().split(8192)]).double().numpy()

def counts(x, y, xe):
    """What a table of counts can know: each action's count in the window, order lost; cells backed off to the base rate."""
    key = lambda v: np.stack([(v == c).sum(1) for c in range(4)], 1) @ [1, 11, 121, 1331]
    n = np.zeros((11 ** 4, 4)); np.add.at(n, (key(x), y), 1); base = (np.bincount(y, minlength=4) + 1) / (len(y) + 4)
    return ((n + 5 * base) / (n.sum(1, keepdims=True) + 5))[key(xe)]

for shuffle in (False, True):
    x, y, who = windows(shuffle); held = np.unique(who); held = held[np.random.default_rng(1).random(len(held)) < 0.2]; test = np.isin(who, held)
    xt, yt, xe, ye = x[~test], y[~test], x[test], y[test]
    print(("shuffled" if shuffle else "as it is") + f": {len(xt):,} windows to learn from, {len(xe):,} of {len(held)} held-back users")
    print("| predictor | log loss | accuracy | AUC buy | AUC cart | AUC fav |\n| --- | --- | --- | --- | --- | --- |")
    rows = {f"Markov order {o}": (lambda o=o: markov(xt, yt, xe, o)) for o in range(0, 6)}; rows["counts of the ten"] = lambda: counts(xt, yt, xe)
    if not a.no_lstm: rows |= {f"LSTM seed {s}": (lambda s=s: lstm(xt, yt, xe, s)) for s in range(a.seeds)}
    for name, make in rows.items():
        p = make(); p /= p.sum(1, keepdims=True)
        auc = [roc_auc_score(ye == c, p[:, c]) for c in (3, 1, 2)]
        print(f"| {name} | {log_loss(ye, p, labels=range(4)):.4f} | {(p.argmax(1) == ye).mean():.4f} | " + " | ".join(f"{v:.3f}" for v in auc) + " |", flush=True)
