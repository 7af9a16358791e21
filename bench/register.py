# SPDX-License-Identifier: Apache-2.0
"""REGISTER on one core over UDP, TCP and TLS: refreshed, challenged afresh, and with an HA1 that
is not in memory; twenty minutes"""
import contextlib
import statistics

import peers
import table
from load import RENEWED, Rounds
from peers import Kamailio, Ownline, Stub

STUB_SHARE = {"refresh": 0.90, "fresh": 0.85}


def row(what, ownline, kamailio, stub=None, bound=None):
    reached = [f"{table.median_ratio(kamailio, ownline, 'us'):.2f} times Kamailio"]
    share = table.median_ratio(stub, ownline, "us") if stub else None
    if stub:
        reached.insert(0, f"{share:.0%} of the stub")
    return table.Row(what, table.per_core(ownline), table.per_core(kamailio),
                     table.per_core(stub) if stub else "",
                     f"{bound:.0%} of the stub" if bound else "", ", ".join(reached),
                     share >= bound if bound else None)


def over(transport, build, work, windows):
    csv = peers.users_csv(work, peers.USERS)
    ownline = Ownline(build, work / f"ownline-{transport}", peers.USERS)
    certificate = ownline.state / "tls"
    servers = [ownline,
               Kamailio(work / f"kamailio-{transport}", peers.USERS, certificate=certificate),
               Kamailio(work / f"sqlite-{transport}", peers.USERS, database=True,
                        certificate=certificate)]
    if transport == "udp":
        servers += [Stub(build, work / "stub", csv, "digest"),
                    Stub(build, work / "echo", csv, "echo")]
    memory, database = ["Kamailio", "Ownline"], ["Kamailio with SQLite", "Ownline"]
    stubs = [s.name for s in servers if isinstance(s, Stub)]
    name = f"REGISTER over {transport.upper()}"
    with contextlib.ExitStack() as stack:
        rounds = Rounds(stack, build, csv, servers, transport)
        if stubs:
            echo = rounds.measure(["echo"], RENEWED, f"refresh {peers.SECONDS}")["echo"]
            yield table.Row("the kernel alone: datagrams sent back", "", "", table.per_core(echo))
        for what, command in (("refresh", "refresh"), ("challenged afresh", "fresh")):
            got = rounds.measure(memory + stubs[:1], RENEWED, f"{command} {peers.SECONDS}")
            yield row(f"{name}, {what}", got["Ownline"], got["Kamailio"], got.get("stub"),
                      STUB_SHARE[command] if stubs else None)
        got = rounds.measure(database, "gather", "walk")
        yield row(f"{name}, HA1 not in memory", got["Ownline"], got["Kamailio with SQLite"])
        windows += rounds.windows


def rows(build, work):
    windows = []
    done = [r for transport in ("udp", "tcp", "tls")
            for r in over(transport, build, work, windows)]
    cpu = [w["cpu"] for w in windows]
    notes = [
        f"{peers.USERS:,} users, MD5, server on one core, generator on the other, medians of "
        f"{peers.ROUNDS} interleaved rounds, ratios round by round. A figure is what one core "
        "carries by the CPU time of the threads that take messages, and that time for each "
        "REGISTER that was done. Stub: what checks one digest and stores nothing, a second "
        "round trip included where it is challenged. HA1 not in memory: Kamailio reads it from "
        "SQLite for each, Ownline opens its vault for each.",
        f"The generator took {statistics.median(cpu):.0%} of its core, at most {max(cpu):.0%}; "
        f"datagrams dropped on the way to it {sum(w['drops'] for w in windows)}, on the way to "
        f"the servers {sum(w['server_drops'] for w in windows)}."]
    return done, notes
