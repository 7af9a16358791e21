# SPDX-License-Identifier: Apache-2.0
"""What a call costs while 100, 1,000 and 10,000 others are live, and what a live one keeps in
memory; six minutes"""
import pathlib
import re
import shutil
import subprocess

import count
import peers
import table
from calls import CALLERS, Calls, ownline

LIVE = (100, 1000, 10000)
FLAT = 0.20
EACH_MOST = 4096
FEW, MANY = 10, 40


def cost(build, work, csv, live):
    """The workers' CPU of one call, medians; each round with a server of its own."""
    port = peers.free_port()
    rounds = []
    for _ in range(peers.ROUNDS):
        with ownline(build, work / "servers", port) as server, \
                Calls(build, server, csv, port, live) as calls:
            rounds.append(calls.run())
    return table.median(rounds, "us")


def heap(work, live, callee, number):
    """Bytes that the server has asked for when so many calls are live and their transactions
    are over, as massif sees them; sent(): the phones' own do not count."""
    play = pathlib.Path(work) / f"live-{live}.play"
    out = play.with_suffix(".massif")
    play.write_text(count.ALICE + count.BOB + "register alice\n"
                    + count.live_call(number, callee) * live)
    subprocess.run(["valgrind", "--tool=massif", "--peak-inaccuracy=0.0", "--detailed-freq=1",
                    "--threshold=0.0", f"--massif-out-file={out}", count.SCENARIO, play],
                   check=True, capture_output=True, cwd=work)
    peak = [s for s in out.read_text().split("#-----------\nsnapshot=")
            if "heap_tree=peak" in s][-1]
    return sum(int(n) for n in re.findall(r"n\d+: (\d+) 0x\w+: edge_worker_take ", peak))


def each(work, callee, number):
    return (heap(work, MANY, callee, number) - heap(work, FEW, callee, number)) / (MANY - FEW)


def rows(build, work):
    work = pathlib.Path(work)
    csv = peers.users_csv(work, CALLERS)
    us = {live: cost(build, work, csv, live) for live in LIVE}
    growth = max(us.values()) / min(us.values()) - 1
    count.build()
    shutil.copy(count.ROOT / "tests/scenario/plays/standard.setup", work)
    sdps = 2 * count.SDP_BYTES
    done = [table.Row("a call beside live ones, workers' CPU",
                      ", ".join(f"{u:.1f} us at {live:,}" for live, u in us.items()), "", "",
                      f"flat within {FLAT:.0%}", f"{growth:.0%}", growth <= FLAT)]
    for what, callee, number in (("to a trunk", "pstn", count.TRUNK_NUMBER),
                                 ("to another line", "bob", count.BOB_NUMBER)):
        size = each(work, callee, number)
        done.append(table.Row(f"memory of a live call {what}", f"{size:.0f} bytes", "", "",
                              f"{EACH_MOST} and two descriptions ({sdps})", f"{size:.0f}",
                              size <= EACH_MOST + sdps))
    return done, []
