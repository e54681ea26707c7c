"""Runs the cases that compare.sh names and prints the table. A new case is one line in CASES.

Every program prints a JSON line a case, {"case", "seconds", "samples", "loss" | "score"}. A run is a process of its own, so that its peak memory
is its own too; the programs take turns, so that a busy moment of the machine meets all of them."""
import argparse, json, os, shutil, statistics, subprocess, sys, tempfile, time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE / "peers"
BIN = Path(sys.executable).parent


def main():
    a = arguments()
    cases = a.cases or DEFAULT
    if not a.peers_only:
        build(sorted({CASES[c].ours.product for c in cases}), a)
    a.data.mkdir(parents=True, exist_ok=True)
    if any(CASES[c].needs_events for c in cases):
        make_events(a)
    programs = {c: [(p.name, p) for p in CASES[c].peers] + ([] if a.peers_only else [("ours", CASES[c].ours)]) for c in cases}
    results, failures = {}, {}
    total = a.runs * sum(map(len, programs.values()))
    done = 0
    for run in range(a.runs):
        for case in cases:
            for name, program in programs[case]:
                done += 1
                print(f"[{done}/{total}] {case}: {name}", file=sys.stderr, flush=True)
                if (case, name) in failures:
                    continue
                try:
                    record = program.run(case, a)
                except Failure as failure:
                    failures[case, name] = str(failure)
                    continue
                results.setdefault((case, name), []).append(record)
                with open(a.data / "results.jsonl", "a") as log:
                    print(json.dumps({"program": name, "run": run, **record}), file=log)
    print_table(cases, programs, results)
    for (case, name), why in failures.items():
        print(f"\n{case}, {name}: {why}", file=sys.stderr)
    sys.exit(1 if failures else 0)


def arguments():
    ap = argparse.ArgumentParser(prog="compare.sh", description="cnb and its peers on the same work, side by side")
    ap.add_argument("--runs", type=int, default=5, help="runs of each program, interleaved (5)")
    ap.add_argument("--rows", type=int, default=20_000_000, help="events in the log of the event cases (20,000,000: 723 MB)")
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--data", type=Path, default=HERE / "data", help="arrays, logs and results.jsonl go here (Benchmarks/data)")
    ap.add_argument("--sequences", type=Path, default=HERE / "data", help="folder with beauty_5core.txt.gz, for bert4rec-beauty (Benchmarks/data)")
    ap.add_argument("--shuffled", action="store_true", help="the rows of the event log in no order")
    ap.add_argument("--peers-only", action="store_true", help="leave cnb out")
    ap.add_argument("--list", action="store_true", help="name the cases and stop")
    ap.add_argument("cases", nargs="*", metavar="CASE")
    a = ap.parse_args()
    a.data = a.data.resolve() / "shuffled" if a.shuffled else a.data.resolve()
    if a.list:
        for name, case in CASES.items():
            print(f"{name:<16} {', '.join(p.name for p in case.peers)}{'' if name in DEFAULT else '  (only when named)'}")
        sys.exit(0)
    if unknown := [c for c in a.cases if c not in CASES]:
        ap.error(f"no case is named '{unknown[0]}'; compare.sh --list names them")
    if a.runs < 1 or a.rows < 1 or a.threads < 1:
        ap.error("--runs, --rows and --threads are at least 1")
    return a


def build(products, a):
    """Builds what the cases need, and notes the folder in which it lies."""
    swift = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--package-path", str(HERE.parent)]
    for product in products:
        if subprocess.run([*swift, "--product", product], stdout=sys.stderr).returncode != 0:
            sys.exit(f"compare.sh: {product} does not build")
    a.programs = Path(subprocess.run([*swift, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip())


def make_events(a):
    """The log that the event cases read; made once for each number of rows, and read once, so that all find it in memory."""
    log, stamp = a.data / "events.csv", a.data / "events.rows"
    if not (log.exists() and stamp.exists() and stamp.read_text() == str(a.rows)):
        print(f"making {log} with {a.rows:,} rows", file=sys.stderr)
        subprocess.run([sys.executable, PEERS / "gen_userbehavior.py", str(a.rows), log], check=True, stdout=sys.stderr)
        if a.shuffled:
            shuffle(log)
        stamp.write_text(str(a.rows))
    with open(log, "rb", buffering=0) as f:
        while f.read(1 << 24):
            pass


def shuffle(log):
    """Puts the lines of a file into an order that a seed decides."""
    import numpy as np
    text = np.fromfile(log, dtype=np.uint8)
    ends = np.flatnonzero(text == 10) + 1
    starts = np.concatenate(([0], ends[:-1]))
    order = np.random.default_rng(7).permutation(len(ends))
    with open(log, "wb") as f:
        for part in np.array_split(order, 64):
            f.write(b"".join(text[starts[row]:ends[row]].tobytes() for row in part))


class Failure(Exception):
    pass


def measure(command, a, **environment):
    """Runs a command; gives its standard output, wall seconds and peak resident kilobytes (its own or a child's, the larger)."""
    threads = str(a.threads)
    env = os.environ | {
        "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads, "POLARS_MAX_THREADS": threads, "THREADS": threads,
        "PATH": f"{BIN}:{os.environ['PATH']}",
    } | environment
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        try:
            child = subprocess.Popen([str(word) for word in command], stdout=out, stderr=err, env=env, cwd=a.data)
        except OSError as e:
            raise Failure(f"{command[0]}: {e.strerror}") from None
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0), err.seek(0)
        text, errors = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    if child.returncode != 0:
        last = "\n".join((errors or text).strip().splitlines()[-6:])
        raise Failure(f"ended with {child.returncode}\n{last}")
    return text, seconds, usage.ru_maxrss


def json_lines(text):
    for line in text.splitlines():
        if line.startswith("{"):
            try:
                yield json.loads(line)
            except ValueError:
                raise Failure(f"not a line of JSON: {line[:120]}") from None


class JSONProgram:
    """A program that times itself and prints a JSON line."""

    def __init__(self, name, *command):
        self.name, self.command = name, command

    def run(self, case, a):
        words = {"{case}": case, "{data}": a.data, "{threads}": a.threads, "{sequences}": a.sequences.resolve()}
        return self.measured([words.get(word, word) for word in self.command], case, a)

    def measured(self, command, case, a):
        text, _, peak = measure(command, a)
        for record in json_lines(text):
            if record.get("case") == case:
                if not isinstance(record.get("seconds"), (int, float)):
                    raise Failure("its line states no seconds")
                return {**record, "peak_kb": peak}
        raise Failure("printed no line for this case")


class Ours(JSONProgram):
    name, product = "ours", "cnb-bench"

    def __init__(self): pass

    def run(self, case, a):
        return self.measured([a.programs / self.product, case, "--data", a.data, "--threads", a.threads], case, a)


class JupyterPipeline:
    """pipeline.py as a notebook, executed and turned into HTML; the whole process counts, as a user waits for it."""

    name = "Jupyter"

    def run(self, case, a):
        notebook, result = a.data / "pipeline.ipynb", a.data / "pipeline.result.json"
        measure([BIN / "jupytext", "--to", "ipynb", "-o", notebook, PEERS / "pipeline.py"], a)
        result.unlink(missing_ok=True)
        convert = [BIN / "jupyter-nbconvert", "--execute", "--to", "html", "--output-dir", a.data, notebook]
        _, seconds, peak = measure(convert, a, EVENTS_CSV=str(a.data / "events.csv"), RESULT=str(result))
        return {"case": case, "seconds": round(seconds, 4), **json.loads(result.read_text()), "peak_kb": peak}


class NotebookPipeline:
    """pipeline.cnb, run to HTML and PDF with nothing cached; the whole process counts here too."""

    name, product = "ours", "cnb"

    def run(self, case, a):
        folder = Path(tempfile.mkdtemp(dir=a.data))
        try:
            command = [
                a.programs / self.product, "run", HERE / "pipeline.cnb", "--html", folder / "pipeline.html", "--pdf", folder / "pipeline.pdf",
                "-P", f"data={a.data / 'events.csv'}", "--json", "--threads", a.threads,
            ]
            text, seconds, peak = measure(command, a, XDG_CACHE_HOME=folder)
            if missing := [f"pipeline.{form}" for form in ("html", "pdf") if not (folder / f"pipeline.{form}").exists()]:
                raise Failure(f"wrote no {' and no '.join(missing)}")
        finally:
            shutil.rmtree(folder)
        record = {"case": case, "seconds": round(seconds, 4), "peak_kb": peak}
        for line in json_lines(text):
            # The scores of the LSTM, which pipeline.cnb evaluates first.
            if line.get("kind") == "scores" and "score" not in record:
                value = line["value"]
                record |= {"samples": value.get("n"), "score": value.get("auc", value.get("auc_macro"))}
        if record.get("score") is None:
            raise Failure("printed no scores of the LSTM")
        return record


def print_table(cases, programs, results):
    def median(case, name, key):
        values = [r[key] for r in results.get((case, name), []) if r.get(key) is not None]
        return statistics.median(values) if values else None

    def show(value, form):
        return "-" if value is None else format(value, form)

    def time(value):
        return show(value, ".3f" if value is None or value >= 0.01 else ".6f")

    def quality(case, name):
        score, loss = median(case, name, "score"), median(case, name, "loss")
        return f"loss {loss:.4f}" if score is None and loss is not None else show(score, ",.6g")

    print("| case | peer | peer s | ours s | times | peer score | ours | peer MB | ours MB |\n| --- | --- | --: | --: | --: | --: | --: | --: | --: |")
    for case in cases:
        ours, memory = median(case, "ours", "seconds"), median(case, "ours", "peak_kb")
        # A case that no peer has stands alone.
        for name in [name for name, _ in programs[case] if name != "ours"] or ["-"]:
            peer, peak = median(case, name, "seconds"), median(case, name, "peak_kb")
            times = f"{peer / ours:.1f}" if peer and ours else "-"
            print(
                f"| {case} | {name} | {time(peer)} | {time(ours)} | {times} | {quality(case, name)} | {quality(case, 'ours')} "
                f"| {show(peak and peak / 1024, ',.0f')} | {show(memory and memory / 1024, ',.0f')} |")


class Case:
    def __init__(self, *peers, ours=None, needs_events=False):
        self.peers, self.needs_events = peers, needs_events
        self.ours = ours or Ours()


def inference():
    return Case(JSONProgram("PyTorch", sys.executable, PEERS / "inference_torch.py", "--threads", "{threads}", "--dump", "{data}", "{case}"))


def torch():
    return Case(JSONProgram(
        "PyTorch", sys.executable, PEERS / "train_torch.py", "--threads", "{threads}", "--data", "{sequences}", "--dump", "{data}", "{case}"))


def table(peer="scikit-learn"):
    return Case(JSONProgram(peer, sys.executable, PEERS / "tabular.py", "--dump", "{data}", "{case}"))


def events(*peers):
    return Case(
        *(JSONProgram(name, sys.executable, PEERS / "events.py", "--peer", name, "--data", "{data}", "{case}") for name in peers), needs_events=True)


CASES = {
    "rnn-10": torch(), "gru-10": torch(), "lstm-10": torch(), "lstm-300": torch(), "bilstm-keras": torch(), "tcn-50": torch(),
    "transformer-50": torch(), "seq2seq-10-5": torch(), "bert4rec-beauty": torch(), "lstm-10-fit": Case(), "lstm-10-one": inference(), "lstm-10-million": inference(),
    "kmeans-1m": table(), "elbow-200k": table(), "silhouette-20k": table(), "logistic-200k": table(), "tree-200k": table(), "forest-200k": table(),
    "xgboost-200k": table("XGBoost"), "kprototypes-90k": table("kmodes"), "kmodes-90k": table("kmodes"),
    "sample-5": events("DuckDB", "Polars", "pandas"), "rfm-transitions": events("DuckDB", "Polars", "pandas"), "funnel": events("DuckDB"), "rfm-transitions-cached": events(),
    "pipeline": Case(JupyterPipeline(), ours=NotebookPipeline(), needs_events=True),
}
# What cnb-bench knows so far; the others run when they are named.
DEFAULT = ["rnn-10", "gru-10", "lstm-10", "bilstm-keras", "tcn-50", "transformer-50", "seq2seq-10-5", "kmeans-1m", "elbow-200k", "silhouette-20k", "kprototypes-90k", "kmodes-90k", "logistic-200k", "tree-200k", "forest-200k", "xgboost-200k", "sample-5", "rfm-transitions", "rfm-transitions-cached", "pipeline"]

if __name__ == "__main__":
    main()
