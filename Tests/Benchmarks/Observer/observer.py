#!/usr/bin/env python3
"""What watches exits without stopping them, against a free run of the same guest on the same QEMU.

    observer.py filter IMAGE SHELL     conditions that are false, in the target and in the debugger, and GDB's
    observer.py recorder IMAGE         the recorder

IMAGE is the hypervisor. The guest makes hypercalls, and writes [ to its console before them and ] after; the time is from
mark to mark: how long QEMU ran, which other work on the machine hardly changes, or what the clock says where the target
waits for a debugger. Runs of each kind take turns, and a ratio is the median of the rounds' ratios. Prints lines for the
table of scripts/bench: name, number, unit and bar, with tabs between them. VERBOSE shows every run.
"""

import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SOURCES = pathlib.Path(__file__).resolve().parent
ROUNDS = 5
# The hypercalls of a run at full speed, and of one that stops at each.
CALLS, STOPPED_CALLS = 200_000, 500
LIMIT = 120


def clang(*arguments):
    swift = pathlib.Path(shutil.which("swift")).resolve()
    subprocess.run(
        [swift.parent / "clang", "--target=aarch64-none-elf", "-march=armv8-a", "-nostdlib", "-static", "-fuse-ld=lld",
         "-Wl,--build-id=none", "-Wl,--image-base=0x40200000", "-Wl,-Ttext=0x40200000", *arguments], check=True)


class Machine:
    """A QEMU with a guest that makes hypercalls; a debugger starts it, unless it is free."""

    def __init__(self, folder, image, calls, flags=0, is_free=True):
        self.calls = calls
        self.socket = os.path.join(folder, "stub")
        # launch_block.h: magic, version and vCPUs, the guest's memory, its IPA, its entry and argument, no interrupts,
        # the recorder's memory and flags, the console.
        words = [0x68636E75616C6376, 0x1_0000_0004, 0x41000000, 0x4000000, 0x40000000, 0x40200000, calls, 0, 0x45000000,
                 flags, 0x9000000, 0x1000]
        loaders = [f"loader,file={folder}/guest,addr=0x41200000,force-raw=on"] + [
            f"loader,addr={0x40FFF000 + 8 * index:#x},data={word:#x},data-len=8" for index, word in enumerate(words)]
        debugger = [] if is_free else ["-S", "-gdb", f"unix:{self.socket},server=on,wait=off"]
        self.process = subprocess.Popen(
            ["timeout", "--kill-after=5", str(LIMIT), "qemu-system-aarch64", "-M", "virt,virtualization=on,gic-version=3",
             "-cpu", "max", "-m", "256M", "-nic", "none", "-display", "none", "-monitor", "none", "-serial", "stdio",
             "-no-reboot", "-kernel", image, *debugger]
            + [argument for loader in loaders for argument in ("-device", loader)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = time.monotonic() + LIMIT
        while not is_free and not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit("observer.py: QEMU's stub doesn't answer")
            time.sleep(0.01)

    def answers(self):
        """Whether the stub answers: its socket exists before it listens."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(LIMIT)
            try:
                connection.connect(self.socket)
                connection.sendall(b"$qSupported#37")
                return bool(connection.recv(1))
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit(f"QEMU ended: {self.process.stderr.read().decode()}")
                return False

    def cpu_seconds(self):
        """The time for which QEMU has run."""
        child = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        pid = int(pathlib.Path(child).read_text())
        return time.clock_gettime(~pid << 3 | 2)  # clock_getcpuclockid

    def rates(self):
        """Hypercalls per second of QEMU's threads, and per elapsed second."""
        times, output = [], b""
        while data := os.read(self.process.stdout.fileno(), 64):
            output += data
            times += [(self.cpu_seconds(), time.monotonic())] * (data.count(b"[") + data.count(b"]"))
        self.process.wait()
        if len(times) != 2:
            raise SystemExit(f"the guest did not finish: {output} {self.process.stderr.read().decode()}")
        if os.path.exists(self.socket):
            os.unlink(self.socket)
        return tuple(self.calls / (end - start) for start, end in zip(*times))


class Bench:
    def __init__(self, folder, image, shell=None):
        self.folder, self.image, self.shell = folder, image, shell
        clang("-Wl,--oformat=binary", SOURCES / "guest.S", "-o", f"{folder}/guest")

    def free(self, flags=0):
        """A run without a debugger."""
        return Machine(self.folder, self.image, CALLS, flags).rates()

    def attached(self, calls, program, expected=None):
        """A run with a debugger that sets a condition and continues."""
        machine = Machine(self.folder, self.image, calls, is_free=False)
        # A file, which isn't full as a pipe is when nobody reads it.
        with tempfile.TemporaryFile("w+") as file:
            debugger = subprocess.Popen(program(machine.socket), stdin=subprocess.DEVNULL, stdout=file,
                                        stderr=subprocess.STDOUT)
            rates = machine.rates()
            debugger.wait(timeout=LIMIT)
            file.seek(0)
            output = file.read()
        if expected and expected not in output:
            raise SystemExit(f"no {expected!r} in {output!r}")
        return rates

    def shell_run(self, catch, calls=CALLS, expected="the hypervisor "):
        """A catchpoint of the shell that isn't hit; `info catch` says where it is evaluated."""
        script = os.path.join(self.folder, "script")
        pathlib.Path(script).write_text(f"{catch}\ninfo catch\ncontinue\n")
        return self.attached(
            calls, lambda address: [self.shell, "attach", f"unix:{address}", "--symbols", self.image, "--batch", "-x", script],
            expected)

    def gdb_run(self):
        """A conditional breakpoint of GDB that isn't hit."""
        return self.attached(
            STOPPED_CALLS,
            lambda address: ["gdb-multiarch", "-nx", "-batch", "-ex", "set confirm off", "-ex", f"file {self.image}",
                            "-ex", f"target remote {address}", "-ex",
                            # w0 of the guest is the head of the context.
                            "break *(&vmexit_trampoline) if *(unsigned int *)$sp == 0x12345678", "-ex", "continue"])


def report(name, value, unit, bar=""):
    print(f"{name}\t{value:.0f}\t{unit}\t{bar}" if value >= 100 else f"{name}\t{value:.2f}\t{unit}\t{bar}", flush=True)


class Rates:
    """Runs by name, in rounds."""

    def __init__(self, runs):
        self.runs = {name: [] for name in runs}
        for _ in range(ROUNDS):
            for name, run in runs.items():
                self.runs[name].append(run())
                if "VERBOSE" in os.environ:
                    print(name, *self.runs[name][-1], file=sys.stderr, flush=True)

    def report(self, name, what, bar=""):
        """The rate by the time for which QEMU ran, alone and as a ratio to the free run."""
        report(f"exits, {what}", statistics.median(run for run, _ in self.runs[name]), "/s")
        if name != "free":
            report(f"exits, {what}, of the free run", self.ratio(name, "free", 0), "times", bar)

    def report_elapsed(self, name, what):
        report(f"exits, {what}, elapsed", statistics.median(elapsed for _, elapsed in self.runs[name]), "/s")

    def ratio(self, one, other, index):
        return statistics.median(a[index] / b[index] for a, b in zip(self.runs[one], self.runs[other]))


def measure_filter(bench):
    false = "$exit.number == 0x12345678"
    # A condition that reads memory isn't for the target.
    host = "*(unsigned int *)pa:0x41200000 == 0x12345678"
    rates = Rates({
        "free": bench.free,
        "field": lambda: bench.shell_run(f"catch exit any if {false}"),
        "register": lambda: bench.shell_run("catch exit any if $x0 == 0x12345678"),
        "two": lambda: bench.shell_run("catch exit any if $x0 == 5 || $x1 == 7"),
        "class": lambda: bench.shell_run(f"catch exit mmio if {false}"),
        "host": lambda: bench.shell_run(f"catch exit any if {host}", STOPPED_CALLS, "the debugger "),
        "gdb": bench.gdb_run,
    })
    rates.report("free", "free")
    rates.report("field", "false condition, call's number", ">= 0.9")
    rates.report("register", "false condition, register", ">= 0.9")
    rates.report("two", "false condition, two registers", ">= 0.9")
    rates.report("class", "condition for another class", ">= 0.9")
    rates.report_elapsed("field", "false condition, call's number")
    rates.report_elapsed("host", "false condition in the debugger")
    rates.report_elapsed("gdb", "false condition of GDB")
    report("exits, false condition, times the debugger's", rates.ratio("field", "host", 1), "times")
    report("exits, false condition, times GDB's, QEMU's time", rates.ratio("field", "gdb", 0), "times")
    report("exits, false condition, times GDB's", rates.ratio("field", "gdb", 1), "times", ">= 1000")


def measure_recorder(bench):
    rates = Rates({"free": bench.free, "recorder": lambda: bench.free(flags=1)})
    rates.report("free", "recorder off")
    rates.report("recorder", "recorder on", ">= 0.9")


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    folder = tempfile.mkdtemp()
    try:
        bench = Bench(folder, *sys.argv[2:])
        {"filter": measure_filter, "recorder": measure_recorder}[sys.argv[1]](bench)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
