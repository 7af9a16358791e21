# SPDX-License-Identifier: Apache-2.0
"""The load generator, which lives as long as the devices that it plays, and what it did to a
server in one window."""
import json
import subprocess

import peers

RENEWED = "renew 150"  # before a window: nonces live for 300 s


class Load:
    """load.c against one server. Its devices keep their nonces, ports and connections."""

    def __init__(self, build, server, csv, transport="udp", cores="1", expires_s=3600,
                 push=False):
        self.server = server
        command = [build / "bench/bench-load", transport, server.address(transport),
                   peers.DOMAIN, csv, str(expires_s), *(["push"] if push else [])]
        self.process = subprocess.Popen(peers.pinned(cores, command), stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def run(self, command):
        """What load.c answers, and beside it: us, what the workers ran for each request that was
        done; others_us, what all other threads did, with the rows that they wrote after the
        window; per_core, what a core could do that only the workers have; and server_drops."""
        before, drops = self.server.cpu(), self.server.drops()
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.server.name}: the generator ended in {command}")
        result = json.loads(answer)
        workers_s = self.server.usage(before, self.server.cpu()).workers_s
        self.server.settle()
        result["others"] = self.server.usage(before, self.server.cpu()).others
        result["us"] = workers_s * 1e6 / max(result["done"], 1)
        result["others_us"] = sum(result["others"].values()) * 1e6 / max(result["done"], 1)
        result["per_core"] = 1e6 / max(result["us"], 1e-6)
        result["server_drops"] = self.server.drops() - drops
        if result["failed"] or (result["lost"] and not command.startswith("pace")):
            raise SystemExit(f"{self.server.name}, {command}: {answer}")
        return result


class Rounds:
    """Servers that are all up, each with its devices, bound; one at a time is driven."""

    def __init__(self, stack, build, csv, servers, transport="udp", cores="0", load_cores="1"):
        self.windows = []
        self.loads = {}
        for server in servers:
            stack.enter_context(server).start(cores)
            self.loads[server.name] = stack.enter_context(
                Load(build, server, csv, transport, load_cores))
        for generator in self.loads.values():
            generator.run("storm")

    def measure(self, names, before, command):
        """What each of them gave, round by round."""
        results = {name: [] for name in names}
        for _ in range(peers.ROUNDS):
            for name in names:
                self.loads[name].run(before)
                results[name].append(self.loads[name].run(command))
        self.windows += [r for rounds in results.values() for r in rounds]
        return results
