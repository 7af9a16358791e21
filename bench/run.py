#!/usr/bin/env python3
"""make bench: REGISTER over UDP on one core, Ownline beside Kamailio, same machine, same run,
interleaved rounds; medians and the ratio. Usage: run.py BUILD_DIR. Environment: USERS (10000),
ROUNDS (3), SECONDS (5)."""
import hashlib
import json
import os
import pathlib
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOMAIN = "bench.example"
USERS = int(os.environ.get("USERS", "10000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SECONDS = os.environ.get("SECONDS", "5")
WINDOW = "256"


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def users(count):
    for n in range(count):
        yield f"+4144{5000000 + n}", f"bench{n:06d}", hashlib.sha256(b"%d" % n).hexdigest()[:24]


class Ownline:
    name = "Ownline"

    def __init__(self, build, work):
        self.binary = build / "ownline"
        self.log = work / "ownline.log"
        self.port = free_port()
        state = work / "ownline"
        config = work / "ownline.yaml"
        config.write_text(f"""domain: {DOMAIN}
state_dir: {state}
edge: {{listen: ["udp:127.0.0.1:{self.port}"], workers: 1}}
portal: {{listen: "http:127.0.0.1:{free_port()}"}}
media: direct
""")
        self.command = [self.binary, "--config", config]
        files = {
            "products": "product,segment,tariff,credentials_from\nBench,RES,bench,2017-04-01\n",
            "tariffs": "tariff,prefix,class,setup,per_minute,first_s,next_s,valid_from\n"
                       "bench,+41,fixed,0,0.08,60,60,2017-01-01\n",
            "customers": "customer,name,segment,product,number,login,password,mobile,language\n"
                         + "".join(f"c{n},Bench,RES,Bench,{number},,,,de\n"
                                   for n, (number, _, _) in enumerate(users(USERS))),
            "credentials": "number,auth_name,password,label\n"
                           + "".join(f"{number},{auth},{password},bench\n"
                                     for number, auth, password in users(USERS)),
        }
        subprocess.run([*self.command, "init"], check=True, stdout=subprocess.DEVNULL)
        for kind in ("tariffs", "products", "customers", "credentials"):
            (work / f"{kind}.csv").write_text(files[kind])
            subprocess.run([*self.command, "import", kind, work / f"{kind}.csv"], check=True,
                           stdout=subprocess.DEVNULL)

    def start(self):
        log = open(self.log, "w")
        self.process = subprocess.Popen(["taskset", "-c", "0", *self.command, "serve"],
                                        stdout=subprocess.PIPE, stderr=log, text=True)
        for line in self.process.stdout:
            if line.strip() == "ready":
                return
        raise SystemExit("ownline did not start: " + pathlib.Path(self.log).read_text()[-2000:])

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def pids(self):
        return children(self.process.pid)


class Kamailio:
    name = "Kamailio"

    def __init__(self, _build, work):
        self.port = free_port()
        self.dir = work / "kamailio"
        self.dir.mkdir()
        (self.dir / "version").write_text("table_name(str) table_version(int)\nha1:2\n")
        rows = "".join(
            f"{n}:{auth}:0:0:{hashlib.md5(f'{auth}:{DOMAIN}:{password}'.encode()).hexdigest()}:0\n"
            for n, (_, auth, password) in enumerate(users(USERS)))
        (self.dir / "ha1").write_text("id(int,auto) key_name(str) key_type(int) value_type(int) "
                                      "key_value(str) expires(int)\n" + rows)
        text = (ROOT / "bench/kamailio.cfg").read_text()
        for key, value in (("PORT", self.port), ("DOMAIN", DOMAIN), ("DIR", self.dir)):
            text = re.sub(rf"\b{key}\b", str(value), text)
        self.config = self.dir / "kamailio.cfg"
        self.config.write_text(text)

    def start(self):
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", "kamailio", "-DD", "-E", "-x", "fm", "-m", "512", "-M", "64",
             "-f", self.config, "-Y", self.dir, "-w", self.dir],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(3)
        if self.process.poll() is not None:
            raise SystemExit("kamailio did not start")

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def pids(self):
        return children(self.process.pid)


def children(pid):
    pids = [pid]
    for at in pids:
        out = subprocess.run(["ps", "--ppid", str(at), "-o", "pid="], capture_output=True, text=True)
        pids += [int(p) for p in out.stdout.split()]
    return pids


def cpu_seconds(pids):
    tick = os.sysconf("SC_CLK_TCK")
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / tick


def measure(peer, load, csv, mode):
    peer.start()
    try:
        pids = peer.pids()
        before = cpu_seconds(pids)
        out = subprocess.run(["taskset", "-c", "1", load, f"127.0.0.1:{peer.port}", DOMAIN, csv,
                              SECONDS, WINDOW, *mode], check=True, capture_output=True, text=True)
        result = json.loads(out.stdout)
        # The warm-up is a third of the counted time, at the same rate.
        result["cpu_us"] = (cpu_seconds(pids) - before) * 1e6 / (
            result["rate"] * float(SECONDS) * 4 / 3)
        if result["failed"]:
            raise SystemExit(f"{peer.name}: {result['failed']} requests failed")
        return result
    finally:
        peer.stop()


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    subprocess.run(["ninja", "-C", build, "bench/bench-load"], check=True,
                   stdout=subprocess.DEVNULL)
    lines = [f"Machine: {platform.machine()}, {os.cpu_count()} cores, {platform.release()}; "
             f"{time.strftime('%Y-%m-%d')}; {USERS} users, medians of {ROUNDS} interleaved rounds.",
             "Server on one core, generator on the other, UDP on loopback, MD5.", "",
             "| what | server | per second | server CPU us | p50 us | p99 us | generator CPU |",
             "|---|---|---|---|---|---|---|"]
    with tempfile.TemporaryDirectory(prefix="ownline-bench-") as name:
        work = pathlib.Path(name)
        csv = work / "users.csv"
        csv.write_text("".join(",".join(u) + "\n" for u in users(USERS)))
        peers = [Ownline(build, work), Kamailio(build, work)]
        for title, mode in (("REGISTER refresh", []), ("REGISTER challenged", ["fresh"])):
            rounds = {peer.name: [] for peer in peers}
            for _ in range(ROUNDS):
                for peer in peers:
                    rounds[peer.name].append(
                        measure(peer, build / "bench/bench-load", csv, mode))
            rate = {}
            for peer in peers:
                mid = {k: statistics.median(r[k] for r in rounds[peer.name])
                       for k in rounds[peer.name][0]}
                rate[peer.name] = mid["rate"]
                lines.append(f"| {title} | {peer.name} | {mid['rate']:.0f} | {mid['cpu_us']:.1f} | "
                             f"{mid['p50_us']:.0f} | {mid['p99_us']:.0f} | {mid['cpu']:.2f} |")
            lines.append(f"| {title} | ratio | {rate['Ownline'] / rate['Kamailio']:.2f} | | | | |")
    text = "# Measured by make bench\n\n" + "\n".join(lines) + "\n"
    (ROOT / "bench/RESULTS.md").write_text(text)
    print(text)


main()
