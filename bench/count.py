# SPDX-License-Identifier: Apache-2.0
"""Plays against the real stack on virtual time, to be counted by valgrind: the server in one
process, without sockets and threads."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get("BUILD", "build-count")
SCENARIO = BUILD / "tests/scenario/scenario"
TRUNK_NUMBER, BOB_NUMBER = "0791112233", "0445550102"
SDP_BYTES = 202  # of the play's phones

ALICE = "include standard.setup\n\npeer alice 198.51.100.7:5060 with phone\n"
BOB = "peer bob 198.51.100.8:5060 with meier\nregister bob\n"


def answered_call(number, callee):
    return (f"send alice INVITE sip:{number}@voip.example.ch authorized\n\tsdp\n"
            f"expect {callee} INVITE\nsend {callee} 180\nexpect alice 180\n"
            f"send {callee} 200\n\tsdp\nexpect {callee} ACK\nexpect alice 200\n"
            "send alice ACK\n")


def live_call(number, callee):
    """Until its transactions are over."""
    return answered_call(number, callee) + "advance 40s\n"


def whole_call(number, callee):
    return (answered_call(number, callee) + "send alice BYE\nexpect alice 200\n"
            f"expect {callee} BYE\nsend {callee} 200 to BYE\nadvance 40s\n")


def build():
    """Optimised, but with tests and without link-time optimisation, so that functions have
    names."""
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["meson", "setup", BUILD, "--buildtype=release", "-Db_lto=false"],
                       cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", BUILD, "tests/scenario/scenario"], check=True,
                   stdout=subprocess.DEVNULL)
