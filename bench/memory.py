# SPDX-License-Identifier: Apache-2.0
"""Memory of a binding, with a plain contact and with one that has push parameters, and of an idle
TLS connection; four minutes"""
import re
import subprocess
import sys

import peers
import table
from load import Load
from peers import Kamailio, Ownline

EACH = 300
PUSH = 'push: [{provider: apns, url: "http://127.0.0.1:9/"}]\n'
STRINGS = ("SELECT avg(length(contact) + length(call_id) + length(user_agent) + length(instance) "
           "+ length(path)) FROM binding")


def of_kamailio(build, work, csv, push):
    with Kamailio(work, peers.USERS) as kamailio:
        kamailio.start()
        before = kamailio.memory_bytes()
        with Load(build, kamailio, csv, push=push) as load:
            load.run("storm")
            return (kamailio.memory_bytes() - before) / peers.USERS


def of_ownline(build, work, csv, push):
    """Allocated for each, its strings, and by how much all memory grew while they registered."""
    with Ownline(build, work, peers.USERS, extra=PUSH) as ownline:
        ownline.count_heap(build)
        ownline.start()
        ownline.settle()
        none, resident = ownline.heap_bytes(), ownline.memory_bytes()
        with Load(build, ownline, csv, push=push) as load:
            load.run("storm")
        grown = ownline.memory_bytes() - resident
        strings = ownline.ask(STRINGS)
        ownline.stop()
        ownline.start()
        ownline.settle()
        return (ownline.heap_bytes() - none) / peers.USERS, strings, grown / peers.USERS


def measure(build, work, csv, what, push):
    name = what.replace(" ", "-")
    theirs = of_kamailio(build, work / f"kamailio-{name}", csv, push)
    ours, strings, grown = of_ownline(build, work / f"ownline-{name}", csv, push)
    return table.Row(f"memory of a binding, {what}",
                     f"{ours:.0f} bytes (resident while they registered: {grown:.0f})",
                     f"{theirs:.0f} bytes", "", f"{EACH} and its strings ({strings:.0f})",
                     f"{ours - strings:.0f} and its strings", ours - strings <= EACH)


def idle_tls(build):
    out = subprocess.run([sys.executable, peers.ROOT / "bench/idle_tls.py", build],
                         capture_output=True, text=True)
    count, each = re.search(r"(\d+) idle TLS.* (\d+) bytes each", out.stdout).groups()
    return table.Row(f"memory of an idle TLS connection, of {int(count):,}", f"{each} bytes")


def rows(build, work):
    csv = peers.users_csv(work, peers.USERS)
    done = [measure(build, work, csv, "plain contact", False),
            measure(build, work, csv, "contact with push parameters", True), idle_tls(build)]
    return done, [f"Memory of a binding: {peers.USERS:,} bindings. For Ownline what is allocated "
                  "after a start that reads them from the database, against one without any; in "
                  "brackets how the memory of all its processes grew while they registered, with "
                  "transactions and rows on their way. For Kamailio what its allocator gave out."]
