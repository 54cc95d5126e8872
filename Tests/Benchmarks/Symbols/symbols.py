#!/usr/bin/env python3
"""Debug information of a large file: how soon it can be used, and how much memory that takes, beside GDB on the same file.

    symbols.py SHELL LARGE [VMLINUX]

SHELL is a release build; LARGE is what large.py makes; VMLINUX is Debian's. Each program is at a terminal, with the same
machine that hasn't started. Prints lines for the table of scripts/bench: name, number, unit and bar, with tabs between
them. GDB's numbers have no bar; those of it and the shell are from the same run.
"""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

LIMIT = 120


class Program:
    """A program at a terminal of its own."""

    def __init__(self, arguments, prompt):
        self.prompt = prompt
        self.start = time.monotonic()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="dumb", DEBUGINFOD_URLS="", COLUMNS="500")
            os.execvp(arguments[0], arguments)

    def expect(self, pattern):
        """Waits for a text; the time and the output up to it."""
        start, output = time.monotonic(), ""
        while not re.search(pattern, output):
            if not select.select([self.terminal], [], [], LIMIT)[0]:
                raise SystemExit(f"no {pattern!r} in {output[-2000:]!r}")
            output += os.read(self.terminal, 65536).decode(errors="replace")
        return time.monotonic() - start, output

    def drain(self):
        while select.select([self.terminal], [], [], 0.2)[0]:
            os.read(self.terminal, 65536)

    def run(self, line):
        self.drain()
        os.write(self.terminal, (line + "\n").encode())
        seconds, output = self.expect(r"\n" + re.escape(self.prompt) + "$")
        if "VERBOSE" in os.environ:
            print(output[:400], file=sys.stderr)
        return seconds, output

    def complete(self, text, rest):
        """The time from the Tab key to the rest of the word."""
        self.drain()
        os.write(self.terminal, text.encode())
        self.expect(re.escape(text) + "$")
        os.write(self.terminal, b"\t")
        seconds, _ = self.expect(re.escape(rest))
        os.write(self.terminal, b"\x15")
        return seconds

    def memory(self):
        """Private memory in MB, without mapped pages."""
        with open(f"/proc/{self.pid}/status") as status:
            return int(re.search(r"RssAnon:\s*(\d+)", status.read())[1]) / 1024

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


class Machine:
    """QEMU before its first instruction."""

    def __init__(self, folder):
        self.socket = f"{folder}/gdb"
        self.process = subprocess.Popen(
            ["timeout", "600", "qemu-system-aarch64", "-M", "virt", "-cpu", "max", "-m", "64M", "-S", "-nic", "none",
             "-display", "none", "-monitor", "none", "-serial", "none", "-gdb", f"unix:{self.socket},server,nowait"])
        while not os.path.exists(self.socket):
            time.sleep(0.02)

    def end(self):
        self.process.terminate()
        self.process.wait()


def report(name, value, unit, bar=""):
    print(f"{name}\t{value:.4g}\t{unit}\t{bar}", flush=True)


def measure(label, arguments, prompt, connect, subject, is_ours):
    """Start, the first breakpoint, a type, a line, completion."""
    function, line, kind, (prefix, rest) = subject
    bar = (lambda text: text) if is_ours else (lambda text: "")
    program = Program(arguments, prompt)
    try:
        seconds, _ = program.expect(re.escape(prompt) + "$")
        report(f"{label}: start", seconds, "s", bar("<= 1"))
        for command in connect:
            program.run(command)
        report(f"{label}: break NAME, the first", program.run(f"break {function}")[0], "s")
        report(f"{label}: ptype, the first", program.run(f"ptype struct {kind}")[0], "s")
        report(f"{label}: info line", program.run(f"info line {function}")[0], "s")
        report(f"{label}: break FILE:LINE, the first", program.run(f"break {line}")[0], "s")
        program.complete(f"break {prefix}", rest)
        report(f"{label}: completion", program.complete(f"break {prefix}", rest) * 1000, "ms", bar("<= 50"))
        report(f"{label}: private memory", program.memory(), "MB", bar("<= 300"))
    finally:
        program.end()
    if not is_ours:
        return
    # Again, while nothing is asked for: everything is read in slices.
    program = Program(arguments, prompt)
    try:
        program.expect(re.escape(prompt) + "$")
        worst = 0.0
        for _ in range(10):
            os.write(program.terminal, b"x")
            worst = max(worst, program.expect("x")[0])
            time.sleep(0.1)
        report(f"{label}: a key while it is read, worst", worst * 1000, "ms", "<= 50")
        os.write(program.terminal, b"\x15")
        ticks = -1
        while ticks != (ticks := sum(map(int, open(f"/proc/{program.pid}/stat").read().split()[13:15]))):
            time.sleep(0.5)
        report(f"{label}: read in slices", ticks / os.sysconf("SC_CLK_TCK"), "s of CPU")
        report(f"{label}: break NAME, all read", program.run(f"break {function}")[0], "s")
        report(f"{label}: private memory, all read", program.memory(), "MB", "<= 300")
    finally:
        program.end()


def main(shell, large, vmlinux=None):
    subjects = [(f"{os.path.getsize(large) >> 20} MB", large, ("subsystem_123_handle_request_177", "unit100.c:500", "record_77", ("_sta", "rt")))]
    if vmlinux:
        subjects.append(
            ("vmlinux", vmlinux, ("schedule", "fs/read_write.c:450", "task_struct", ("kernel_init_free", "able"))))
    gdb = shutil.which("gdb-multiarch")
    with tempfile.TemporaryDirectory() as folder:
        for name, path, subject in subjects:
            machine = Machine(folder)
            try:
                measure(f"{name}, shell", [shell, "attach", "unix:" + machine.socket, "--symbols", path, "--no-history", "-q"],
                        "(vcpu) ", [], subject, True)
                if gdb:
                    connect = ["set pagination off", "set confirm off", "target remote " + machine.socket]
                    measure(f"{name}, gdb", [gdb, "-nx", "-q", path], "(gdb) ", connect, subject, False)
            finally:
                machine.end()
                if os.path.exists(machine.socket):
                    os.unlink(machine.socket)


main(*sys.argv[1:])
