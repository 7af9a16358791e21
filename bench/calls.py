# SPDX-License-Identifier: Apache-2.0
"""Authenticated calls (INVITE 407 ACK INVITE 180 200 ACK BYE 200), to a trunk and charged, and to
another line, beside Kamailio with and without accounting to the log; ten minutes"""
import contextlib
import json
import pathlib
import subprocess

import peers
import table
from peers import Kamailio, Ownline

CALLERS = min(peers.USERS, 10000)  # half of them are called by the others
WINDOW = 64
SHARED_MB = 2560
RATIO_LEAST = 2.5
SETUP = 'trunks: [{{name: pstn, uri: "sip:127.0.0.1:{port}", prefixes: ["+"], media: {media}}}]\n'


class Calls:
    """The generator against a server: all users register, then LIVE calls stand, then WINDOW more
    are on their way at a time. run() measures; while this is open the live calls stay."""

    def __init__(self, build, server, csv, trunk=None, live=0, seconds=None):
        self.server = server
        mode = f"trunk={trunk}" if trunk else "line"
        self.process = subprocess.Popen(
            peers.pinned("1", [build / "bench/bench-calls", server.address(), peers.DOMAIN, csv,
                               seconds or peers.SECONDS, WINDOW, live, mode]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def run(self):
        """us: the workers' CPU of one call; others_us: the other threads'."""
        if self.process.stdout.readline().strip() != "begin":
            raise SystemExit(f"{self.server.name}: no call came through")
        before = self.server.cpu()
        result = json.loads(self.process.stdout.readline())
        usage = self.server.usage(before, self.server.cpu())
        if result["failed"] or not result["calls"]:
            raise SystemExit(f"{self.server.name}: {result['failed']} calls failed, "
                             f"{result['calls']} were made")
        result["us"] = usage.workers_s * 1e6 / result["calls"]
        result["others_us"] = usage.others_s * 1e6 / result["calls"]
        result["dropped"] += self.server.drops()
        return result


@contextlib.contextmanager
def ownline(build, work, port, media="direct"):
    work.mkdir(exist_ok=True)
    directory = work / f"ownline-{media}-{len(list(work.iterdir()))}"
    with Ownline(build, directory, CALLERS, extra=SETUP.format(port=port, media=media),
                 transports=("udp",)) as server:
        server.start()
        yield server


class KamailioForCalls(Kamailio):
    """With memory for the transactions of many calls."""

    def __init__(self, work, port, accounting):
        super().__init__(work, CALLERS, config="kamailio_calls.cfg",
                         defines=[f"TRUNK={port}", *(["WITH_ACC"] if accounting else [])])

    def spawn(self, cores, command, **how):
        command[command.index("-m") + 1] = SHARED_MB
        super().spawn(cores, command, **how)


@contextlib.contextmanager
def kamailio(work, port, accounting):
    with KamailioForCalls(work / f"kamailio-{port}-{accounting}", port, accounting) as server:
        server.start()
        yield server


def figure(rounds):
    us, others = (table.median(rounds, key) for key in ("us", "others_us"))
    return f"{1e6 / us:,.0f}/s ({us:.1f} us, others {others:.1f})"


def compared(build, work, csv, what, to_trunk):
    """Rounds in turn, so that what disturbs one disturbs all."""
    port = peers.free_port()
    servers = {
        "ours": lambda: ownline(build, work / "servers", port),
        "bare": lambda: kamailio(work, port, False),
        "theirs": lambda: kamailio(work, port, True),
        "relay": lambda: ownline(build, work / "servers", port, "relay"),
    }
    if not to_trunk:
        del servers["relay"]  # a trunk's media is its own; here the house's is, which is direct
    rounds = {name: [] for name in servers}
    for _ in range(peers.ROUNDS):
        for name, start in servers.items():
            with start() as server, Calls(build, server, csv, port if to_trunk else None) as calls:
                rounds[name].append(calls.run())
    ratio = table.median_ratio(rounds["theirs"], rounds["ours"], "us")
    done = [
        table.Row(f"calls {what}, accounting and charging", figure(rounds["ours"]),
                  figure(rounds["theirs"]), "", f"{RATIO_LEAST} times Kamailio with accounting",
                  f"{ratio:.2f} times", ratio >= RATIO_LEAST),
        table.Row(f"calls {what}, Kamailio without accounting", "", figure(rounds["bare"])),
    ]
    if "relay" in rounds:
        done.append(table.Row(f"calls {what}, sound relayed", figure(rounds["relay"])))
    return done, note(what, rounds)


def note(what, rounds):
    ours = rounds["ours"]
    return (f"Calls {what}: Ownline {table.median(ours, 'rate'):,.0f}/s in all on one core with "
            f"its database and journal, Kamailio {table.median(rounds['theirs'], 'rate'):,.0f}/s; "
            f"answered after {table.median(ours, 'answer_p50_us'):.0f} us (p50) and "
            f"{table.median(ours, 'answer_p99_us'):.0f} us (p99), Kamailio "
            f"{table.median(rounds['theirs'], 'answer_p50_us'):.0f} and "
            f"{table.median(rounds['theirs'], 'answer_p99_us'):.0f}; generator "
            f"{table.median(ours, 'cpu'):.0%} of its core, "
            f"{sum(r['dropped'] for r in ours)} datagrams dropped, "
            f"{sum(r['resent'] for r in ours)} requests sent again.")


def rows(build, work):
    csv = peers.users_csv(pathlib.Path(work), CALLERS)
    trunk, trunk_note = compared(build, work, csv, "to a trunk", True)
    line, line_note = compared(build, work, csv, "to another line", False)
    return trunk + line, [trunk_note, line_note]
