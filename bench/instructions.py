#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""User-space instructions of a REGISTER and of a call, by callgrind, compared with
instructions.json; three minutes.

Two lengths of the same play, and what the longer one takes more is divided by what it does more.
Only the server counts, from the datagram that a worker takes to the message that it gives to the
network, and the timers that end calls and transactions; the phones of the play, sockets and the
threads of database and disk do not.

By itself: instructions.py [--write] [NAME ...]. The figures kept hold for one CPU, compiler and
libraries; exits 1 when one has grown by more than 5 %. --write keeps the new ones. Environment:
BUILD (build-count), KEEP (a directory for callgrind's files)."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import count
import table

KEPT = count.ROOT / "bench/instructions.json"
GROWTH_MAX = 0.05
SHORT, LONG = 20, 40  # numbers of two digits, but for the same few
REFRESH_MOST = 5000
# None of them is called by another of them: callgrind counts from entry to return.
COUNTED = ("edge_worker_take", "on_sweep", "deadline_fired", "resend_fired",
           "fake_send")  # which turns counting off: it stands for the sockets

CONTACT = "\tContact: <sip:alice@198.51.100.7:5060>\n"
ASKED = f"send alice REGISTER again\n{CONTACT}expect alice 401\n"
ANSWERED = f"send alice REGISTER again\n{CONTACT}\tauth\nexpect alice 200\n"
# What comes before, what is repeated, and what the house must have done then.
PLAYS = {
    "REGISTER refresh": (count.ALICE + ASKED + ANSWERED, ANSWERED, ""),
    "REGISTER challenged": (count.ALICE, ASKED + ANSWERED, ""),
    "call to a trunk": (count.ALICE + "register alice\n",
                        count.whole_call(count.TRUNK_NUMBER, "pstn"), "expect cdr out\n"),
    "call to another line": (count.ALICE + count.BOB + "register alice\n",
                             count.whole_call(count.BOB_NUMBER, "bob"),
                             "expect cdr out\nexpect cdr in\n"),
}


def instructions(work, name, times):
    head, body, end = PLAYS[name]
    play = work / f"{name.replace(' ', '-')}-{times}.play"
    play.write_text(head + body * times + end * times)
    out = play.with_suffix(".callgrind")
    ran = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}",
                          *(f"--toggle-collect={function}" for function in COUNTED),
                          count.SCENARIO, play],
                         capture_output=True, text=True, cwd=work)
    if ran.returncode:
        raise SystemExit(f"{play.stem}: {ran.stdout}{ran.stderr[-2000:]}")
    return int(re.search(r"^(?:summary|totals): (\d+)", out.read_text(), re.M).group(1))


def measure(names):
    count.build()
    figures = {}
    with tempfile.TemporaryDirectory(prefix="ownline-count-") as temporary:
        work = pathlib.Path(os.environ.get("KEEP", temporary))
        shutil.copy(count.ROOT / "tests/scenario/plays/standard.setup", work)
        for name in names:
            more = instructions(work, name, LONG) - instructions(work, name, SHORT)
            figures[name] = round(more / (LONG - SHORT))
    return figures


def first_line(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0]


def machine():
    cpu = re.search(r"^model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return {"cpu": cpu.group(1) if cpu else os.uname().machine, "compiler": first_line("cc", "--version"),
            "libcrypto": first_line("pkg-config", "--modversion", "libcrypto"),
            "libc": first_line("ldd", "--version")}


def kept():
    return json.loads(KEPT.read_text()) if KEPT.exists() else {"figures": {}}


def comparable(here):
    was = kept()
    return all(was.get(key) == value for key, value in here.items())


def grown(name, n):
    was = kept()["figures"].get(name)
    return bool(was) and n > was * (1 + GROWTH_MAX)


def report(figures, here):
    """True when one has grown."""
    bad = False
    for name, n in figures.items():
        was = kept()["figures"].get(name)
        red = comparable(here) and grown(name, n)
        bad = bad or red
        line = f"{name}: {n:,} instructions" + (f", {n / was - 1:+.1%} of {was:,}" if was else "")
        print(f"\033[31m{line}\033[0m" if red else line)
    if not comparable(here):
        print("The figures kept are of another CPU, compiler or library.")
    return bad


def rows(_build, _work):
    figures, here = measure(PLAYS), machine()
    report(figures, here)
    done = []
    for name, n in figures.items():
        was = kept()["figures"].get(name)
        bound = f"{was * (1 + GROWTH_MAX):,.0f}" if was and comparable(here) else ""
        good = n <= was * (1 + GROWTH_MAX) if bound else None
        if name == "REGISTER refresh":
            bound, good = f"{REFRESH_MOST:,}", n <= REFRESH_MOST
        done.append(table.Row(f"instructions of a {name}", f"{n:,}", "", "", bound, f"{n:,}", good))
    return done, ["Instructions: " + ", ".join(here.values()) + "; the bound of calls is what "
                  "instructions.json says, and 5 %."]


def main():
    names = [a for a in sys.argv[1:] if a != "--write"] or list(PLAYS)
    figures, here = measure(names), machine()
    bad = report(figures, here)
    if "--write" in sys.argv:
        figures = {**kept()["figures"], **figures}
        KEPT.write_text(json.dumps({**here, "figures": figures}, indent=1) + "\n")
    elif bad:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
