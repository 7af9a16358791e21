#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make bench: Ownline beside Kamailio and a stub, same machine, same run, interleaved rounds.

usage: run.py BUILD_DIR [PART...]      without parts: all of them, which takes about an hour

Each part's rows are kept in BUILD_DIR/bench-results; bench/RESULTS.md is written from what is
there, so parts can be measured one by one, each when the machine is quiet.

PARTS

Environment, with defaults: USERS=100000 ROUNDS=5 SECONDS=5 (of each round's count).
For daily use: USERS=10000 ROUNDS=3 SECONDS=2 run.py build register (two minutes).
"""
import importlib
import os
import pathlib
import platform
import signal
import subprocess
import sys
import tempfile
import time

import table

ROOT = pathlib.Path(__file__).resolve().parent.parent
QUIET_SHARE = 0.05
# Each is a module here with rows(build, work), which measures and returns its rows and notes for
# below the table; its docstring says what and how long.
PARTS = ["register", "workers", "latency", "calls", "live", "memory", "growth", "sustained",
         "instructions", "hand"]


def usage():
    parts = "\n".join(f"  {part}: " + " ".join(importlib.import_module(part).__doc__.split())
                      for part in PARTS)
    return __doc__.replace("PARTS\n", parts + "\n")


def cpu_model():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def write(build):
    done = list(table.kept(build, PARTS))
    dates = sorted(date for date, _, _ in done)
    when = " to ".join(sorted({dates[0], dates[-1]}))
    text = ["# Measured by make bench\n",
            f"{cpu_model()}, {os.cpu_count()} cores, Linux {platform.release()}; {when}.\n",
            table.markdown([row for _, _, rows in done for row in rows]),
            *(note + "\n" for _, notes, _ in done for note in notes)]
    (ROOT / "bench/RESULTS.md").write_text("\n".join(text))


def busy_share():
    """Of all cores, with what is not ours."""
    def read():
        times = [int(t) for t in pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:]]
        return times[3] + times[4], sum(times)
    (idle, total), _ = read(), time.sleep(1)
    idle_then, total_then = read()
    return 1 - (idle_then - idle) / max(total_then - total, 1)


def main():
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(usage())
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to stop"))  # stops the servers, too
    build = pathlib.Path(sys.argv[1]).resolve()
    subprocess.run(["ninja", "-C", build, "bench-tools"], check=True, stdout=subprocess.DEVNULL)
    for part in sys.argv[2:] or PARTS:
        if (busy := busy_share()) > QUIET_SHARE:
            print(f"The machine is {busy:.0%} busy with other things: compare, but do not publish.")
        module = importlib.import_module(part)
        with tempfile.TemporaryDirectory(prefix="ownline-bench-") as work:
            rows, notes = module.rows(build, pathlib.Path(work))
        table.keep(build, part, rows, notes)
        print(table.markdown(rows), flush=True)
        write(build)


main()
