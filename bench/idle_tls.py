#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# bench/idle_tls.py BUILD [COUNT] - holds so many idle TLS connections (default: what the limit
# of open files allows, less some) against the release build and prints what one costs the
# server in memory.
import json, os, resource, shutil, subprocess, sys, tempfile

build = sys.argv[1]
LIMIT_BYTES = 15000
LEAST = 15000

resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
count = int(sys.argv[2]) if len(sys.argv) > 2 else resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 500
if count > 60000:
    count = 60000

CONFIG = """domain: voip.example.ch
state_dir: {dir}/state
log: error
edge: {{listen: ["tls:127.0.0.1:0"]}}
portal: {{listen: "http:127.0.0.1:0", origin: "http://localhost"}}
"""


def core_of(parent):
    """The child that is not the web process."""
    children = open(f"/proc/{parent}/task/{parent}/children").read().split()
    for pid in children:
        if b"web-process" not in open(f"/proc/{pid}/cmdline", "rb").read():
            return pid
    raise SystemExit("no core process")


def anonymous_kb(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("RssAnon:"):
            return int(line.split()[1])


class Devices:
    def __init__(self, port, n):
        self.child = subprocess.Popen([f"{build}/bench/idle-tls", str(port), str(n)],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.line = self.child.stdout.readline().strip()
        if not self.line.startswith("up"):
            raise SystemExit("the devices could not all connect")

    def end(self):
        self.child.stdin.close()
        return self.child.wait(30)


def measure(work, server):
    listeners = json.load(open(f"{work}/state/listeners.json"))
    port = int(listeners["edge"][0].rsplit(":", 1)[1])
    core = core_of(server.pid)
    Devices(port, 200).end()            # what every first time costs
    before = anonymous_kb(core)
    devices = Devices(port, count)
    after = anonymous_kb(core)
    each = (after - before) * 1024 / count
    print(f"{count} idle TLS connections, {devices.line}: {before} kB before, {after} kB with "
          f"them, {each:.0f} bytes each")
    if devices.end():
        raise SystemExit("some connections did not live")
    return each


def main():
    if count < LEAST:
        print(f"the limit of open files allows {count} connections only")
    work = tempfile.mkdtemp(prefix="ownline-idle-")
    try:
        with open(f"{work}/ownline.yaml", "w") as f:
            f.write(CONFIG.format(dir=work))
        command = [f"{build}/ownline", "--config", f"{work}/ownline.yaml"]
        subprocess.run(command + ["init"], check=True, stdout=subprocess.DEVNULL)
        server = subprocess.Popen(command + ["serve"], stdout=subprocess.PIPE, text=True,
                                  stderr=subprocess.DEVNULL)
        try:
            if "ready" not in server.stdout.readline():
                raise SystemExit("the server did not start")
            each = measure(work, server)
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(work)
    if each > LIMIT_BYTES:
        raise SystemExit(f"more than {LIMIT_BYTES} bytes each")


main()
