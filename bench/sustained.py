# SPDX-License-Identifier: Apache-2.0
"""A minute of REGISTERs whose bindings live for a minute, so that each is written again and again,
with all that Ownline runs beside its workers; two minutes"""
import time

import peers
import table
from load import Load
from peers import Ownline

WINDOW_S = 60
EXPIRES_S = 60
BACKLOG_S = 10
OVERDUE = "SELECT count(*) FROM binding WHERE expires_at < {now}"


def by_thread(got):
    """What all but the workers took for each message, by the threads' names."""
    each = {name: s * 1e6 / got["done"] for name, s in got["others"].items()}
    return ", ".join(f"{name} {us:.2f}" for name, us in sorted(each.items(), key=lambda x: -x[1])
                     if us >= 0.005)


def rows(build, work):
    csv = peers.users_csv(work, peers.USERS)
    with Ownline(build, work / "ownline", peers.USERS) as ownline:
        ownline.start()
        with Load(build, ownline, csv, expires_s=EXPIRES_S) as load:
            load.run("storm")
            failed = ownline.status()["binding_write_failures"]
            began = time.monotonic()
            got = load.run(f"refresh {WINDOW_S}")
            behind_s = time.monotonic() - began - got["seconds"] - peers.QUIET_S
            overdue = ownline.ask(OVERDUE.format(now=int(time.time() * 1e6)))
        failed = ownline.status()["binding_write_failures"] - failed
    lost = overdue + failed + got["server_drops"] + got["resent"]
    return [table.Row(
        f"REGISTER refresh over UDP for {got['seconds']:.0f} s, all written",
        f"{got['rate']:,.0f}/s; workers {got['us']:.1f} us each, other threads {by_thread(got)}",
        bound=f"backlog under {BACKLOG_S} s, nothing dropped",
        reached=f"{behind_s:.1f} s; datagrams dropped {got['server_drops']}, rows not written "
                f"{failed}, overdue {overdue}",
        good=lost == 0 and behind_s < BACKLOG_S)], [
        "Other threads are those of database, journal, vault pool and control, by name. The "
        f"sustained row: {peers.USERS:,} bindings that expire after {EXPIRES_S} s, so that each is "
        "written twice in that time, to SQLite on the disk; all threads on one core. The backlog "
        "is how long they went on after the last answer."]
