# SPDX-License-Identifier: Apache-2.0
"""What it costs to hand a message to another worker; a second"""
import json
import subprocess

import table


def rows(build, _work):
    out = subprocess.run([build / "bench/bench-hand"], check=True, capture_output=True, text=True)
    *batches, wake = [json.loads(line) for line in out.stdout.splitlines()]
    both = ", ".join(f"{b['give_ns'] + b['take_ns']:,.0f} ns in batches of {b['batch']}"
                     for b in batches)
    return [table.Row("a message handed to another worker, CPU of both", both),
            table.Row("a worker that sleeps has it after", f"{wake['wake_us']:.1f} us")], []
