# SPDX-License-Identifier: Apache-2.0
"""What was measured, as rows of one table. Each part's rows are kept in the build directory, so
that parts can be measured one by one and RESULTS.md has them all."""
import dataclasses
import json
import statistics
import time


@dataclasses.dataclass
class Row:
    what: str
    ownline: str
    kamailio: str = ""
    stub: str = ""
    bound: str = ""    # what the figure must be
    reached: str = ""  # what it is, in the bound's words
    good: bool | None = None  # None: there is no bound


HEAD = ("what", "Ownline", "Kamailio", "stub", "bound", "reached")


def median(rounds, key):
    return statistics.median(r[key] for r in rounds)


def median_ratio(over, under, key):
    """Of the ratios round by round: what disturbs both disturbs neither."""
    return statistics.median(o[key] / u[key] for o, u in zip(over, under))


def per_core(rounds):
    """What one core carries that only the workers have, and what each took."""
    us = median(rounds, "us")
    return f"{1e6 / us:,.0f}/s ({us:.1f} us)" + asked_again(rounds)


def asked_again(rounds):
    """A refresh that was challenged all the same is more than a refresh: it must be seen."""
    share = sum(r["challenged"] for r in rounds) / sum(r["done"] for r in rounds)
    return f", {share:.0%} challenged all the same" if share >= 0.005 else ""


def keep(build, part, rows, notes):
    kept = build / "bench-results"
    kept.mkdir(exist_ok=True)
    (kept / f"{part}.json").write_text(json.dumps(
        {"date": time.strftime("%Y-%m-%d"), "notes": notes,
         "rows": [dataclasses.asdict(r) for r in rows]}))


def kept(build, parts):
    """Of each part that was measured: its date, its notes, its rows."""
    for part in parts:
        path = build / "bench-results" / f"{part}.json"
        if path.exists():
            was = json.loads(path.read_text())
            yield was["date"], was["notes"], [Row(**r) for r in was["rows"]]


def line(cells):
    return "| " + " | ".join(cells) + " |"


def markdown(rows):
    text = [line(HEAD), line(["---"] * len(HEAD))]
    for r in rows:
        reached = r.reached + {True: "", False: " **no**", None: ""}[r.good]
        text.append(line([r.what, r.ownline, r.kamailio, r.stub, r.bound, reached]))
    return "\n".join(text) + "\n"
