# SPDX-License-Identifier: Apache-2.0
"""REGISTER over UDP on all cores, which the generator shares; four minutes"""
import contextlib
import os

import peers
import table
from load import RENEWED, Rounds
from peers import Kamailio, Ownline

GROWTH = 1.8  # of two workers
CORES = os.cpu_count()


def carried(one, all_of_them):
    """How many times one worker all of them carry, by the CPU time of each message."""
    return table.median_ratio(one, all_of_them, "us") * CORES


def row(what, got, many):
    us = {name: table.median(r, "us") for name, r in got.items()}
    reached = carried(got["Ownline"], got[f"Ownline{many}"])
    return table.Row(f"REGISTER {what}, UDP, {CORES} workers",
                     f"{CORES * 1e6 / us[f'Ownline{many}']:,.0f}/s ({us[f'Ownline{many}']:.1f} us)",
                     f"{CORES * 1e6 / us[f'Kamailio{many}']:,.0f}/s "
                     f"({us[f'Kamailio{many}']:.1f} us)", "",
                     f"{GROWTH * CORES / 2:.1f} times one worker",
                     f"{reached:.2f} times (Kamailio "
                     f"{carried(got['Kamailio'], got[f'Kamailio{many}']):.2f})",
                     reached >= GROWTH * CORES / 2)


def rows(build, work):
    csv = peers.users_csv(work, peers.USERS)
    servers = []
    for n in (1, CORES):
        servers += [Kamailio(work / f"kamailio-{n}", peers.USERS, workers=n),
                    Ownline(build, work / f"ownline-{n}", peers.USERS, workers=n)]
    names = [s.name for s in servers]
    with contextlib.ExitStack() as stack:
        rounds = Rounds(stack, build, csv, servers, cores="", load_cores="")
        done = [row(what, rounds.measure(names, RENEWED, f"{command} {peers.SECONDS}"),
                    f" with {CORES} workers")
                for what, command in (("refresh", "refresh"), ("challenged afresh", "fresh"))]
    return done, ["With all cores the generator shares them: what all workers carry is reckoned by "
                  "the CPU time that each REGISTER took, against one worker in the same rounds."]
