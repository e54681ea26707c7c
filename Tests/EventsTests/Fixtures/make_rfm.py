"""Writes rfm.csv and rfm_events.csv: recency, frequency, monetary and quantile scores as pandas gives them.

usage: make_rfm.py            (pandas and numpy; writes beside itself)
"""
import pathlib
import numpy as np
import pandas as pd

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(11)
n = 3000
events = pd.DataFrame({
    "user": rng.zipf(1.3, n) % 257,
    "item": rng.integers(0, 60, n),
    "action": rng.choice(["pv", "cart", "buy"], n, p=[0.6, 0.15, 0.25]),
    "time": 1_511_544_000 + rng.integers(0, 9 * 86400, n),
    "price": np.round(rng.gamma(2, 15, n), 2),
}).rename(columns={"user": "user_id", "item": "item_id", "action": "event", "time": "timestamp"})
events.to_csv(here / "rfm_events.csv", index=False)

end = events.timestamp.max()
bought = events[events.event == "buy"].sort_values(["user_id", "timestamp"], kind="stable")
table = bought.groupby("user_id").agg(
    recency=("timestamp", lambda s: (end - s.max()) / 86400), frequency=("timestamp", "size"), items=("item_id", "nunique"), money=("price", "sum"))


def scores(values):
    """Quantile scores from 1; where two quantiles fall together the scores between are left out (pandas.qcut would refuse)."""
    ranks = values.rank(method="average")
    edges = ranks.quantile([k / 5 for k in range(1, 5)]).to_numpy()
    own = np.searchsorted(edges, ranks.to_numpy(), side="left") + 1
    if len(set(edges)) == 4 and edges[0] > ranks.min():
        assert (own == pd.qcut(ranks, 5, labels=False) + 1).all()
    return own


table["r"], table["f"], table["m"] = scores(-table.recency), scores(table.frequency), scores(table.money)
table.reset_index().to_csv(here / "rfm.csv", index=False, float_format="%.17g")
