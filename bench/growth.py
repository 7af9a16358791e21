# SPDX-License-Identifier: Apache-2.0
"""The same with 10,000, 100,000 and 1,000,000 bindings, how long a start with so many credentials
takes, and what a restart brings when all register again at once; twenty minutes, of which most
to import (GROWTH=10000,100000 leaves the million out)"""
import os
import shutil
import time

import peers
import table
from load import Load
from peers import Ownline

COUNTS = [int(n) for n in os.environ.get("GROWTH", "10000,100000,1000000").split(",")]
FLAT = 1.2
STORM_WINDOW = 2000  # requests under way at a time


class Measured:
    """With so many users: bound, measured, started again, and all of them back."""

    def __init__(self, build, work, count):
        self.count = count
        csv = peers.users_csv(work, count)
        with Ownline(build, work / f"ownline-{count}", count) as ownline:
            self.start_s, self.start_bytes = self.start(ownline)
            with Load(build, ownline, csv) as load:
                load.run("storm")
                self.refresh = [self.window(load, "refresh") for _ in range(peers.ROUNDS)]
                self.fresh = [self.window(load, "fresh") for _ in range(peers.ROUNDS)]
                ownline.stop()
                self.restart_s, _ = self.start(ownline)
                self.storm = load.run(f"flood {STORM_WINDOW}")
            self.missing = count - ownline.ask("SELECT count(*) FROM binding")
            self.failures = ownline.status()["binding_write_failures"]
        shutil.rmtree(ownline.work)

    @staticmethod
    def start(ownline):
        began = time.monotonic()
        ownline.start()
        took_s = time.monotonic() - began
        ownline.settle()
        return took_s, ownline.memory_bytes()

    @staticmethod
    def window(load, command):
        load.run("renew 150")
        return load.run(f"{command} {peers.SECONDS}")


def flat(what, measured, which):
    us = [table.median(getattr(m, which), "us") for m in measured]
    grew = max(us) / min(us)
    counts = " / ".join(f"{m.count:,}" for m in measured)
    cells = [f"{u:.1f}{table.asked_again(getattr(m, which))}" for u, m in zip(us, measured)]
    return table.Row(f"REGISTER {what} over UDP with {counts} bindings", " / ".join(cells) + " us",
                     bound="within 20 %", reached=f"{grew - 1:.0%}", good=grew <= FLAT)


def rows(build, work):
    measured = [Measured(build, work, count) for count in COUNTS]
    most = measured[-1]
    storm = most.storm
    lost = most.missing + most.failures + storm["lost"]
    return [
        flat("refresh", measured, "refresh"), flat("challenged afresh", measured, "fresh"),
        table.Row(f"start with {most.count:,} credentials",
                  f"{most.start_s:.1f} s, {most.start_bytes / most.count:.0f} bytes each; "
                  f"{most.restart_s:.1f} s with as many bindings"),
        table.Row(f"all {most.count:,} register again after a restart",
                  f"{storm['rate']:,.0f}/s, the last answer after {storm['max_us'] / 1e6:.2f} s, "
                  f"{storm['resent']} sent again", bound="none lost", reached=f"{lost} lost",
                  good=lost == 0)], [
        f"The storm: {STORM_WINDOW:,} requests under way at any time, each challenged first, the "
        "database on the disk; lost are answers, and bindings that are not in the database "
        "afterwards."]
