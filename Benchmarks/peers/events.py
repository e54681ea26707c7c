"""What DuckDB, Polars and pandas users get on the event-log cases. One JSON line a case.
usage: events.py --peer DuckDB|Polars|pandas --data DIR CASE      reads DIR/events.csv (gen_userbehavior.py); $THREADS threads
Polars and pandas are timed without their imports; DuckDB as a whole process, for it starts in milliseconds.
score: rows kept (sample-5), users who bought (rfm-transitions), users at the last step (funnel)."""
import argparse, json, os, shutil, subprocess, sys, tempfile, time
from pathlib import Path

ap = argparse.ArgumentParser()
ap.add_argument("--peer", required=True, choices=["DuckDB", "Polars", "pandas"]); ap.add_argument("--data", required=True, type=Path); ap.add_argument("case")
a = ap.parse_args()
SRC, COLS = str(a.data / "events.csv"), ["user", "item", "category", "behavior", "ts"]


def duckdb(sql):
    program = Path(sys.executable).with_name("duckdb")
    threads = f"SET threads TO {os.environ.get('THREADS', '2')};"
    out = subprocess.run([program if program.exists() else "duckdb", "-csv", "-noheader", "-c", threads + sql], check=True, capture_output=True, text=True)
    return out.stdout.split()


DUCK = "read_csv('" + SRC.replace("'", "''") + "', header=false, columns={'user':'BIGINT','item':'BIGINT','category':'BIGINT','behavior':'VARCHAR','ts':'BIGINT'})"


def duckdb_sample(out):
    duckdb(f"COPY (SELECT * FROM {DUCK} WHERE hash(user) % 20 = 0) TO '{out}' (HEADER)")


def duckdb_rfm(out):
    lines = duckdb(
        f"CREATE TABLE ev AS SELECT * FROM {DUCK};"
        "SELECT count(*) FROM (SELECT user, max(ts), count(*), count(DISTINCT item) FROM ev WHERE behavior = 'buy' GROUP BY user);"
        "SELECT behavior, nxt, count(*) FROM (SELECT behavior, lead(behavior) OVER (PARTITION BY user ORDER BY ts) nxt FROM ev) GROUP BY ALL;")
    return int(lines[0])


def duckdb_funnel(out):
    def step(name, before, action):
        return (f"{name} AS (SELECT e.user, min(e.ts) t FROM e JOIN {before} USING (user) WHERE behavior = '{action}' AND e.ts > {before}.t GROUP BY 1)")
    lines = duckdb(
        f"WITH e AS (SELECT * FROM {DUCK}), a AS (SELECT user, min(ts) t FROM e WHERE behavior = 'pv' GROUP BY 1), "
        f"{step('b', 'a', 'cart')}, {step('c', 'b', 'buy')} SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM c)")
    return int(lines[0].split(",")[2])


def polars_log():
    import polars as pl
    return pl, pl.scan_csv(SRC, has_header=False, new_columns=COLS)


def polars_sample(out):
    pl, log = polars_log()
    users = log.select("user").unique().collect(engine="streaming")["user"].sample(fraction=0.05, seed=42)
    log.filter(pl.col("user").is_in(users.implode())).sink_csv(out)


def polars_rfm(out):
    pl, log = polars_log()
    rfm = log.filter(pl.col("behavior") == "buy").group_by("user").agg(pl.col("ts").max(), pl.len(), pl.col("item").n_unique()).collect(engine="streaming")
    log.sort("user", "ts").with_columns(nxt=pl.col("behavior").shift(-1).over("user")).group_by("behavior", "nxt").len().collect(engine="streaming")
    return len(rfm)


def pandas_sample(out):
    import numpy as np, pandas as pd
    users = set()
    for piece in pd.read_csv(SRC, names=COLS, chunksize=10**6): users.update(piece["user"].unique())
    keep = set(np.random.default_rng(42).choice(sorted(users), size=int(0.05 * len(users)), replace=False))
    pd.concat([piece[piece["user"].isin(keep)] for piece in pd.read_csv(SRC, names=COLS, chunksize=10**6)]).to_csv(out, index=False)


def pandas_rfm(out):
    import pandas as pd
    log = pd.read_csv(SRC, names=COLS, dtype={"behavior": "category"})
    rfm = log[log.behavior == "buy"].groupby("user").agg(last=("ts", "max"), frequency=("ts", "size"), items=("item", "nunique"))
    log = log.sort_values(["user", "ts"], kind="stable")
    following = log.behavior.shift(-1).where(log.user.eq(log.user.shift(-1)))
    log.groupby(["behavior", following], observed=True, dropna=False).size()
    return len(rfm)


RUN = {
    ("sample-5", "DuckDB"): duckdb_sample, ("sample-5", "Polars"): polars_sample, ("sample-5", "pandas"): pandas_sample,
    ("rfm-transitions", "DuckDB"): duckdb_rfm, ("rfm-transitions", "Polars"): polars_rfm, ("rfm-transitions", "pandas"): pandas_rfm,
    ("funnel", "DuckDB"): duckdb_funnel,
}
if (a.case, a.peer) not in RUN: sys.exit(f"{a.peer} has no case '{a.case}'")
if a.peer == "Polars": import polars
if a.peer == "pandas": import pandas
folder = tempfile.mkdtemp(dir=a.data)
try:
    out = f"{folder}/sample.csv"
    began = time.perf_counter(); score = RUN[a.case, a.peer](out); seconds = time.perf_counter() - began
    with open(SRC, "rb") as f: samples = sum(block.count(b"\n") for block in iter(lambda: f.read(1 << 24), b""))
    if score is None:
        with open(out, "rb") as f: score = sum(block.count(b"\n") for block in iter(lambda: f.read(1 << 24), b"")) - 1
finally: shutil.rmtree(folder)
print(json.dumps({"case": a.case, "seconds": round(seconds, 4), "samples": samples, "score": score}))
