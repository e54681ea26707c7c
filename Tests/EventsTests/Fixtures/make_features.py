"""Writes features_events.csv, features_user.csv and features_session.csv: what the events of users and sessions are like, as pandas gives it.

usage: make_features.py            (pandas and numpy; writes beside itself)
"""
import pathlib
import numpy as np
import pandas as pd

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(23)
n = 700
user = rng.zipf(1.4, n) % 97
events = pd.DataFrame({
    "user_id": user,
    "session": [f"s{s}" for s in rng.integers(0, 3, n)],
    "item_id": rng.integers(0, 40, n),
    "category": rng.choice(["shoes", "bags", "hats"], n),
    "event": rng.choice(["pv", "cart", "buy", None], n, p=[0.6, 0.15, 0.2, 0.05]),
    "url": rng.choice(["/", "/cart", "/p/1", "/p/2", None], n, p=[0.2, 0.2, 0.3, 0.2, 0.1]),
    "country": np.array(["DE", "FR", "NL"])[user % 3],
    "age": user % 50 + 18,
    "price": np.round(rng.gamma(2, 15, n), 2),
    "timestamp": 1_511_544_000 + rng.integers(0, 9 * 86400, n),
})
# No two events of a user at one time, so that their order is plain.
events = events.drop_duplicates(["user_id", "timestamp"]).reset_index(drop=True)
events.rename(columns={"price": "weight"}).to_csv(here / "features_events.csv", index=False)

end = events.timestamp.max()
actions = ["pv", "buy", "cart"]


def measured(group):
    group = group.sort_values("timestamp", kind="stable")
    when = pd.to_datetime(group.timestamp, unit="s")
    gaps = group.timestamp.diff().dropna()
    counts = group.event.value_counts()
    shares = counts / counts.sum()
    row = {
        "events": len(group), "sessions": group.session.nunique(), "distinct_items": group.item_id.nunique(), "distinct_categories": group.category.nunique(),
        "duration": group.timestamp.max() - group.timestamp.min(), "gap_mean": gaps.mean(), "gap_median": gaps.median(), "gap_max": gaps.max(),
        "recency": (end - group.timestamp.max()) / 86400, "action_entropy": -(shares * np.log2(shares)).sum() if len(counts) else np.nan,
    }
    for action in actions:
        row[f"count_{action}"] = counts.get(action, 0)
        row[f"share_{action}"] = counts.get(action, 0) / counts.sum() if len(counts) else np.nan
    for hour in range(24):
        row[f"hour_{hour}"] = (when.dt.hour == hour).mean()
    for day in range(7):
        row[f"weekday_{day + 1}"] = (when.dt.day_of_week == day).mean()
    last, urls = group.event.dropna().tolist()[::-1], group.url.dropna().tolist()
    for place in range(3):
        row[f"last_{place + 1}"] = last[place] if place < len(last) else None
    for place in range(4):
        row[f"url{place}"] = urls[place] if place < len(urls) else None
    row["url_last"] = urls[-1] if urls else None
    row["country"], row["age"] = group.country.iloc[0], group.age.iloc[0]
    return row


for name, keys in [("user", ["user_id"]), ("session", ["session", "user_id"])]:
    rows = [dict(zip(["session", "user"] if name == "session" else ["user"], key), **measured(group)) for key, group in events.groupby(keys)]
    table = pd.DataFrame(rows)
    if name == "session":
        table = table.drop(columns="sessions")
    table.to_csv(here / f"features_{name}.csv", index=False, float_format="%.17g")
