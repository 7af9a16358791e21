#!/usr/bin/env python3
"""Runs every test and counts. Usage: run.py BUILD_DIR [GROUP...], groups: unit (all that
Meson knows: unit, torture, scenario, fuzz corpora), pages, e2e. The last line is
"N passed, N failed"."""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CI = os.environ.get("CI") == "true"
HANGS_S = 600 # no file takes a third of it
FAULT_LINES = 80 # of one case: what was missing, and what each child had said


class Count:
    def __init__(self):
        self.passed = self.failed = 0
        self.skipped = []

    def case(self, name, ok, output=""):
        if ok:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED {name}")
        if output:
            print("\n".join("    " + line for line in output.strip().splitlines()[-4 * FAULT_LINES:]))


def meson_tests(build, count):
    """cmocka programs count by case, all others by program."""
    log = build / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "--num-processes",
                    str(os.cpu_count() or 2)], stdout=subprocess.DEVNULL)
    if not log.exists():
        count.case("meson test", False, "it wrote no log")
        return
    for line in log.read_text().splitlines():
        test = json.loads(line)
        output = test.get("stdout", "") + test.get("stderr", "")
        name = test["name"]
        if test["result"] == "SKIP":
            count.skipped.append((name, output.strip().splitlines()[-1] if output else ""))
            continue
        passed = sum(int(n) for n in re.findall(r"\[  PASSED  \] (\d+) test", output))
        failed = sum(int(n) for n in re.findall(r"\[  FAILED  \] .*?(\d+) test\(s\), listed",
                                                output))
        for case in re.findall(r"\[  SKIPPED \] (\w+)", output):
            if (name, case) not in count.skipped and not case.isdigit():
                count.skipped.append((name, case))
        if test["result"] == "OK":
            count.passed += passed or 1
        else:
            count.passed += passed if failed else 0
            count.failed += (failed or 1) - 1
            count.case(name, False, output)


def faults(tap):
    """The failed cases of TAP output, each with its diagnosis."""
    lines = tap.splitlines()
    kept = []
    for at, line in enumerate(lines):
        if re.match(r"\s*not ok", line):
            end = next((i for i, entry in enumerate(lines[at:at + FAULT_LINES], at)
                        if entry.strip() == "..."), at + FAULT_LINES)
            kept += [entry for entry in lines[at:end]
                     if not re.match(r"\s*(---|type:|duration_ms:|location:)", entry)]
    return kept


def run_node(path, env):
    """One that hangs fails, with what it had said: coreutils' timeout ends its children, too."""
    began = time.monotonic()
    run = subprocess.run(["timeout", "-k", "10", str(HANGS_S), "node", "--test",
                          "--test-reporter=tap", str(path)], cwd=ROOT, env=env,
                         capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return run, time.monotonic() - began


def count_node(path, run, seconds, count):
    numbers = {k: int(v) for k, v in re.findall(r"^# (pass|fail|skipped|cancelled) (\d+)",
                                                run.stdout, re.M)}
    output = run.stdout + run.stderr
    failed = numbers.get("fail", 0) + numbers.get("cancelled", 0)
    if seconds >= HANGS_S:
        output += f"\nit had not ended after {HANGS_S} s\n"
    if run.returncode != 0 and failed == 0:
        failed = 1
    for reason in re.findall(r"^\s*ok \d+ - (.*# SKIP.*)$", run.stdout, re.M):
        count.skipped.append((path.name, reason))
    passed = numbers.get("pass", 0)
    if not failed and not passed and not numbers.get("skipped"):
        failed, output = 1, "it ran no test\n" + output
    count.passed += passed
    print(f"{path.relative_to(ROOT)}: {passed} passed, {failed} failed ({seconds:.0f} s)",
          flush=True)
    if failed:
        count.failed += failed - 1
        count.case(path.name, False, "\n".join(faults(run.stdout)) or output[-20000:])


def node_tests(files, count, build):
    """Two at once on two cores: they wait for browsers and phones more than they compute.
    The files come in the order given, so the longest ones go first."""
    env = dict(os.environ, OWNLINE=str((build / "ownline").resolve()))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        runs = {pool.submit(run_node, path, env): path for path in files}
        for done in concurrent.futures.as_completed(runs):
            count_node(runs[done], *done.result(), count)


def main():
    build = pathlib.Path(sys.argv[1])
    groups = sys.argv[2:] or ["unit", "pages", "e2e"]
    count = Count()
    if "unit" in groups:
        meson_tests(build, count)
        print(f"unit, torture, scenario, fuzz corpora: {count.passed} passed, "
              f"{count.failed} failed", flush=True)
    files = []
    if "pages" in groups:
        files += sorted((ROOT / "web" / "tests").glob("*.test.mjs"), reverse=True)
    if "e2e" in groups:
        files += sorted((ROOT / "tests" / "e2e").glob("*.test.mjs"))
    node_tests(files, count, build)
    for name, reason in count.skipped:
        print(f"skipped {name}: {reason}")
        if CI:
            count.failed += 1
    print(f"{count.passed} passed, {count.failed} failed")
    return 1 if count.failed or not count.passed else 0


sys.exit(main())
