# %% [markdown]
# # The usual Python notebook for the main job
# Sample 5 % of the users, clean, explore, RFM + k-means (elbow, silhouette), next-action LSTM/RNN, ROC.
# %%
import json, os, time
import numpy as np, pandas as pd, torch, matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score, roc_curve, roc_auc_score, confusion_matrix, f1_score
from sklearn.preprocessing import StandardScaler, label_binarize
torch.set_num_threads(int(os.environ.get("THREADS", "2"))); torch.manual_seed(42)
SRC = os.environ["EVENTS_CSV"]
COLS = ["user", "item", "category", "behavior", "ts"]
def lap(name, t=[time.perf_counter()]):
    now = time.perf_counter(); print(f"LAP {name:<10} {now - t[0]:.2f} s"); t[0] = now
# %%
ids = set()
for c in pd.read_csv(SRC, names=COLS, chunksize=10**6): ids.update(c["user"].unique())
rng = np.random.default_rng(42)
keep = set(rng.choice(sorted(ids), size=int(0.05 * len(ids)), replace=False))
df = pd.concat([c[c["user"].isin(keep)] for c in pd.read_csv(SRC, names=COLS, chunksize=10**6)], ignore_index=True)
lap("sample")
# %%
df = df.drop_duplicates(); df = df[(df.ts >= 1511539200) & (df.ts < 1512316800 + 86400 * 4)]
df["dt"] = pd.to_datetime(df.ts, unit="s"); df["day"] = df.dt.dt.date; df["hour"] = df.dt.dt.hour
print(df.describe()); print(df.behavior.value_counts())
df.groupby(["day", "behavior"]).size().unstack().plot(); plt.show()
df.groupby("hour").size().plot.bar(); plt.show()
lap("eda")
# %%
buy = df[df.behavior == "buy"]; end = df.ts.max()
rfm = buy.groupby("user").agg(recency=("ts", lambda s: (end - s.max()) / 86400), frequency=("ts", "size"), monetary=("item", "nunique"))
Z = StandardScaler().fit_transform(np.log1p(rfm))
inertia = [KMeans(k, n_init=10, random_state=42).fit(Z).inertia_ for k in range(2, 10)]
plt.plot(range(2, 10), inertia); plt.show()
km = KMeans(5, n_init=10, random_state=42).fit(Z); print("silhouette", silhouette_score(Z, km.labels_))
lap("segments")
# %%
df = df.sort_values(["user", "ts"], kind="stable"); code = {"pv": 0, "cart": 1, "fav": 2, "buy": 3}
b = df.behavior.map(code).to_numpy(); X, y, who = [], [], []
for u, idx in df.groupby("user").indices.items():
    s = b[idx]
    for i in range(0, len(s) - 10): X.append(s[i:i + 10]); y.append(s[i + 10]); who.append(u)
X, y, who = np.array(X), np.array(y), np.array(who); test = (who % 5) == 0
lap("windows")
# %%
class Net(torch.nn.Module):
    def __init__(s, cell):
        super().__init__(); s.e = torch.nn.Embedding(4, 16); s.r = getattr(torch.nn, cell)(16, 64, batch_first=True); s.d = torch.nn.Linear(64, 4)
    def forward(s, x): o, _ = s.r(s.e(x)); return s.d(o[:, -1])
Xt, yt = torch.tensor(X[~test]), torch.tensor(y[~test]); Xe = torch.tensor(X[test])
print("train windows", len(Xt), "test", len(Xe)); P = {}
for cell in ("LSTM", "RNN"):
    net = Net(cell); opt = torch.optim.Adam(net.parameters(), 1e-3); losses = []
    for epoch in range(2):
        p = torch.randperm(len(Xt))
        for i in range(0, len(p), 256):
            j = p[i:i + 256]; opt.zero_grad(); l = torch.nn.functional.cross_entropy(net(Xt[j]), yt[j]); l.backward(); opt.step(); losses.append(l.item())
    with torch.no_grad(): P[cell] = torch.softmax(torch.cat([net(x) for x in Xe.split(4096)]), 1).numpy()
    plt.plot(losses); plt.show(); lap(cell)
# %%
Y = label_binarize(y[test], classes=[0, 1, 2, 3])
for cell, p in P.items():
    fpr, tpr, _ = roc_curve(Y[:, 3], p[:, 3]); plt.plot(fpr, tpr, label=f"{cell} {roc_auc_score(Y[:, 3], p[:, 3]):.3f}")
    print(cell, "macro F1", f1_score(y[test], p.argmax(1), average="macro")); print(confusion_matrix(y[test], p.argmax(1)))
plt.legend(); plt.show(); lap("evaluate")
# %%
# For compare.sh: how many windows were held back, and the AUC of the LSTM, mean of the four actions.
if "RESULT" in os.environ:
    with open(os.environ["RESULT"], "w") as f: json.dump({"samples": len(Y), "score": float(np.mean([roc_auc_score(Y[:, c], P["LSTM"][:, c]) for c in range(4)]))}, f)
