# SPDX-License-Identifier: Apache-2.0
"""Latency of a REGISTER refresh over UDP at half of what Kamailio's core carries and at 30,000 a
second, whatever the server does; four minutes"""
import contextlib

import peers
import table
from load import RENEWED, Rounds
from peers import Kamailio, Ownline, Stub

RATE = 30000


def cell(rounds):
    return " / ".join(f"{table.median(rounds, key):,.0f}"
                      for key in ("p50_us", "p99_us", "p999_us"))


def below(got, key):
    return sum(o[key] < k[key] for o, k in zip(got["Ownline"], got["Kamailio"]))


def row(what, got, bound):
    p50, p99 = below(got, "p50_us"), below(got, "p99_us")
    return table.Row(f"latency at {what}: p50 / p99 / p99.9 us", cell(got["Ownline"]),
                     cell(got["Kamailio"]), cell(got["stub"]),
                     "p50, p99 below Kamailio's in every round" if bound else "",
                     f"p50 in {p50}, p99 in {p99} of {peers.ROUNDS}",
                     p50 == p99 == peers.ROUNDS if bound else None)


def rows(build, work):
    csv = peers.users_csv(work, peers.USERS)
    servers = [Stub(build, work / "stub", csv, "digest"), Kamailio(work / "kamailio", peers.USERS),
               Ownline(build, work / "ownline", peers.USERS)]
    names = [s.name for s in servers]
    with contextlib.ExitStack() as stack:
        rounds = Rounds(stack, build, csv, servers)
        full = rounds.measure(["Kamailio"], RENEWED, f"refresh {peers.SECONDS}")["Kamailio"]
        half = int(table.median(full, "per_core") / 2)
        done = [row(f"half of Kamailio's load, {half:,}/s",
                    rounds.measure(names, RENEWED, f"pace {peers.SECONDS} {half}"), False),
                row(f"{RATE:,}/s",
                    rounds.measure(names, RENEWED, f"pace {peers.SECONDS} {RATE}"), True)]
    return done, ["Latencies count from when a message should have been sent, so a generator or a "
                  "server that falls behind is not spared."]
