# SPDX-License-Identifier: Apache-2.0
"""The servers that the benchmark drives, each with start, stop, and clocks to read: Ownline,
Kamailio, and stubs that show what the kernel takes. A server lives in a directory of its own
and is pinned to the cores that start() is given."""
import contextlib
import hashlib
import json
import math
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOMAIN = "bench.example"
USERS = int(os.environ.get("USERS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "5"))
START_S = 600
os.environ["PATH"] += ":/usr/sbin"  # kamailio, kamcmd
SETTLE_S = 600
RECEIVE_BUFFER = 4 << 20
QUIET_S = 0.3  # without work: it is at rest


def users(count):
    """number, auth name, password: of the same lengths whatever the count."""
    for n in range(count):
        yield f"+4144{5000000 + n}", f"bench{n:07d}", hashlib.sha256(b"%d" % n).hexdigest()[:24]


def users_csv(work, count):
    path = work / f"users-{count}.csv"
    if not path.exists():
        path.write_text("".join(",".join(u) + "\n" for u in users(count)))
    return path


def free_port():
    """One that is free for datagrams and for connections."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            with contextlib.suppress(OSError):
                udp.bind(tcp.getsockname())
                return tcp.getsockname()[1]


def tree(pid):
    """The process and all below it."""
    pids = [pid]
    for at in pids:
        with contextlib.suppress(FileNotFoundError):
            for task in os.listdir(f"/proc/{at}/task"):
                pids += map(int, pathlib.Path(f"/proc/{at}/task/{task}/children")
                            .read_text().split())
    return pids


def pinned(cores, command):
    return ["taskset", "-c", cores, *map(str, command)] if cores else list(map(str, command))


class Usage:
    """CPU seconds by thread: of those that take messages, and of all others."""

    def __init__(self, workers_s, others):
        self.workers_s = workers_s
        self.others = others  # seconds by name

    @property
    def others_s(self):
        return sum(self.others.values())


class Server:
    """What they have in common. Subclasses say how they start and who their workers are."""
    name = None

    def __init__(self, work, workers=1):
        if workers > 1:
            self.name += f" with {workers} workers"
        self.work = pathlib.Path(work)
        self.work.mkdir(parents=True, exist_ok=True)
        self.workers = workers
        self.port = free_port()
        self.tls_port = free_port()
        self.process = None

    def start(self, cores="0"):
        raise NotImplementedError

    def is_worker(self, thread):
        raise NotImplementedError

    def spawn(self, cores, command, **how):
        self.process = subprocess.Popen(pinned(cores, command), **how)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def kill(self):
        """As a power cut would: nothing is flushed."""
        for pid in reversed(tree(self.process.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.stop()

    def address(self, transport="udp"):
        return f"127.0.0.1:{self.tls_port if transport == 'tls' else self.port}"

    def cpu(self):
        """Seconds that each thread has run, by (pid, tid, name)."""
        seconds = {}
        for pid in tree(self.process.pid):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                for tid in os.listdir(f"/proc/{pid}/task"):
                    at = pathlib.Path(f"/proc/{pid}/task/{tid}")
                    name = (at / "comm").read_text().strip()
                    seconds[pid, int(tid), name] = int((at / "schedstat").read_text()
                                                       .split()[0]) / 1e9
        return seconds

    def usage(self, before, after):
        ran = {thread: s - before.get(thread, 0) for thread, s in after.items()}
        workers = self.pick_workers(ran)
        others = {}
        for thread, s in ran.items():
            if thread not in workers:
                others[thread[2]] = others.get(thread[2], 0) + s
        return Usage(sum(ran[w] for w in workers), others)

    def pick_workers(self, ran):
        return [thread for thread in ran if self.is_worker(thread)]

    def settle(self):
        """Waits until what was left behind (rows to write) is done; returns when it is quiet."""
        end = time.monotonic() + SETTLE_S
        before, quiet_s = sum(self.cpu().values()), 0
        while quiet_s < QUIET_S:
            if time.monotonic() > end:
                raise SystemExit(f"{self.name} does not come to rest")
            time.sleep(0.1)
            now = sum(self.cpu().values())
            quiet_s = quiet_s + 0.1 if now - before < 0.005 else 0
            before = now

    def memory_bytes(self):
        """Memory of its own and shared among its processes, each page once."""
        total = 0
        for pid in tree(self.process.pid):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                for line in open(f"/proc/{pid}/smaps_rollup"):
                    if line.startswith(("Pss_Anon:", "Pss_Shmem:")):
                        total += int(line.split()[1]) * 1024
        return total

    def drops(self):
        """Datagrams that the kernel dropped as the server's queue was full."""
        at = f"0100007F:{self.port:04X}"
        lines = pathlib.Path("/proc/net/udp").read_text().splitlines()[1:]
        return sum(int(line.split()[-1]) for line in lines if line.split()[1] == at)

    def wait_for_udp(self):
        """Until it answers; what it answers is of no matter."""
        ask = (f"OPTIONS sip:{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;rport;"
               "branch=z9hG4bK-ready\r\nMax-Forwards: 70\r\nFrom: <sip:ready@localhost>;tag=r\r\n"
               f"To: <sip:{DOMAIN}>\r\nCall-ID: ready\r\nCSeq: 1 OPTIONS\r\n"
               "Content-Length: 0\r\n\r\n").encode()
        end = time.monotonic() + START_S
        with socket.socket(type=socket.SOCK_DGRAM) as s:
            s.settimeout(0.1)
            s.connect(("127.0.0.1", self.port))
            while time.monotonic() < end and self.process.poll() is None:
                with contextlib.suppress(ConnectionRefusedError, TimeoutError):
                    s.send(ask)
                    s.recv(4096)
                    return
        raise SystemExit(f"{self.name} did not start: see {self.work}")


class Ownline(Server):
    """As an operator has it: vault, replay window, events, journal, SQLite on the disk. extra is
    added to the configuration (YAML, whole keys)."""
    name = "Ownline"

    def __init__(self, build, work, count, workers=1, extra="", transports=("udp", "tcp", "tls")):
        super().__init__(work, workers)
        self.command = [build / "ownline", "--config", self.work / "ownline.yaml"]
        self.environment = {}
        self.state = self.work / "state"
        listen = [f'"{t}:{self.address(t)}"' for t in transports]
        (self.work / "ownline.yaml").write_text(f"""domain: {DOMAIN}
state_dir: {self.state}
edge: {{listen: [{", ".join(listen)}], workers: {workers}}}
portal: {{listen: "http:127.0.0.1:{free_port()}"}}
media: direct
{extra}""")
        if not self.state.exists():
            provision(self.command, self.state, build, self.work.parent, count)

    def start(self, cores="0"):
        log = open(self.work / "log", "w")
        if self.environment:
            self.heap.write_bytes(bytes(8))
        self.spawn(cores, [*self.command, "serve"], stdout=subprocess.PIPE, stderr=log, text=True,
                   env=os.environ | self.environment)
        for line in self.process.stdout:
            if line.strip() == "ready":
                return
        raise SystemExit("ownline did not start: " + (self.work / "log").read_text()[-2000:])

    def is_worker(self, thread):
        return thread[2].startswith("edge-")

    def count_heap(self, build):
        """From the next start on, for heap_bytes."""
        self.heap = self.work / "heap"
        self.environment = {"LD_PRELOAD": str(build / "bench/bench-heap.so"),
                            "HEAP_COUNT": str(self.heap)}

    def heap_bytes(self):
        """Allocated and not freed."""
        return int.from_bytes(self.heap.read_bytes(), "little")

    def status(self):
        out = subprocess.run([*self.command, "status", "--json"], check=True, capture_output=True)
        return json.loads(out.stdout)

    def ask(self, sql):
        """One value out of the database, read beside the server."""
        with contextlib.closing(sqlite3.connect(f"file:{self.state}/ownline.db?mode=ro",
                                                uri=True)) as db:
            return db.execute(sql).fetchone()[0]


def provision(command, state, build, shared, count):
    """Customers, lines and credentials, imported once for each count and then copied."""
    kept = shared / f"provisioned-{count}"
    if not kept.exists():
        subprocess.run([*command, "init"], check=True, stdout=subprocess.DEVNULL)
        for kind, text in accounts(count):
            path = state.parent / f"{kind}.csv"
            path.write_text("".join(text))
            subprocess.run([*command, "import", kind, path], check=True, stdout=subprocess.DEVNULL)
            path.unlink()
        state.rename(kept)
    shutil.copytree(kept, state)


def accounts(count):
    yield "tariffs", ("tariff,prefix,class,setup,per_minute,first_s,next_s,valid_from\n"
                      "bench,+41,fixed,0,0.08,60,60,2017-01-01\n")
    yield "products", "product,segment,tariff,credentials_from\nBench,RES,bench,2017-04-01\n"
    yield "customers", ["customer,name,segment,product,number,login,password,mobile,language\n",
                        *(f"c{n},Bench,RES,Bench,{number},,,,de\n"
                          for n, (number, _, _) in enumerate(users(count)))]
    yield "credentials", ["number,auth_name,password,label\n",
                          *(f"{number},{auth},{password},bench\n"
                            for number, auth, password in users(count))]


class Kamailio(Server):
    """Debian's package, tuned: kamailio.cfg says how. database: HA1 from SQLite instead of
    memory. config: another file than kamailio.cfg; defines: what it is to be read with."""
    name = "Kamailio"

    def __init__(self, work, count, workers=1, database=False, config="kamailio.cfg",
                 defines=(), certificate=None):
        super().__init__(work, workers)
        self.count = count
        if database:
            self.name += " with SQLite"
        self.defines = [*defines, *(["WITH_SQLITE"] if database else []),
                        *(["WITH_TLS"] if certificate else [])]
        rows = [(auth, hashlib.md5(f"{auth}:{DOMAIN}:{password}".encode()).hexdigest())
                for _, auth, password in users(count)]
        if database:
            self.write_database(rows)
        else:
            self.write_table(rows)
        size = max(10, math.ceil(math.log2(count)) - 1)
        text = (ROOT / "bench" / config).read_text()
        for key, value in (("@PORT@", self.port), ("@TLS_PORT@", self.tls_port),
                           ("@DOMAIN@", DOMAIN), ("@DIR@", self.work), ("@SIZE@", size),
                           ("@WORKERS@", workers), ("@CERTIFICATE@", certificate)):
            text = text.replace(key, str(value))
        (self.work / "kamailio.cfg").write_text(text)

    def write_table(self, rows):
        """For htable, through db_text."""
        (self.work / "version").write_text("table_name(str) table_version(int)\nha1:2\n")
        with open(self.work / "ha1", "w") as f:
            f.write("id(int,auto) key_name(str) key_type(int) value_type(int) "
                    "key_value(str) expires(int)\n")
            f.writelines(f"{n}:{auth}:0:0:{ha1}:0\n" for n, (auth, ha1) in enumerate(rows))

    def write_database(self, rows):
        with contextlib.closing(sqlite3.connect(self.work / "users.db")) as db:
            db.executescript("""
                CREATE TABLE version (table_name TEXT PRIMARY KEY, table_version INTEGER);
                INSERT INTO version VALUES ('subscriber', 7);
                CREATE TABLE subscriber (id INTEGER PRIMARY KEY, username TEXT, domain TEXT,
                                         ha1 TEXT, UNIQUE (username, domain));""")
            db.executemany("INSERT INTO subscriber (username, domain, ha1) VALUES (?, ?, ?)",
                           ((auth, DOMAIN, ha1) for auth, ha1 in rows))
            db.commit()

    def start(self, cores="0"):
        defines = [word for name in self.defines for word in ("-A", name)]
        log = open(self.work / "log", "w")
        self.spawn(cores, ["kamailio", "-DD", "-E", "-x", "fm", "-m", 512 + self.count // 300,
                           "-M", 64, "-b", RECEIVE_BUFFER, "-Y", self.work, "-w", self.work,
                           "-f", self.work / "kamailio.cfg", *defines], stdout=log, stderr=log)
        self.wait_for_udp()

    def memory_bytes(self):
        """What its allocator has given out: what it freed when it had read the users would
        hide the first bindings."""
        out = subprocess.run(["kamcmd", "-s", f"unix:{self.work}/ctl", "core.shmmem"], check=True,
                             capture_output=True, text=True)
        return int(re.search(r"real_used: (\d+)", out.stdout)[1])

    def pick_workers(self, ran):
        """Its processes all have one name: the busiest are the ones."""
        return sorted(ran, key=ran.get)[-self.workers:]


class Stub(Server):
    """What the kernel takes: stub.c. how is "echo" or "digest"."""

    def __init__(self, build, work, csv, how):
        self.name = "echo" if how == "echo" else "stub"
        super().__init__(work)
        self.command = [build / "bench/bench-stub", self.port, how, DOMAIN, csv]

    def start(self, cores="0"):
        self.spawn(cores, self.command)
        self.wait_for_udp()

    def is_worker(self, thread):
        return True
