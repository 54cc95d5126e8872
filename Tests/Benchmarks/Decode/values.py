#!/usr/bin/env python3
"""How many values a second `vcpu-shell decode esr` decodes, through the whole program: from a pipe to a file.

    values.py SHELL     the shell of a release build

Prints lines for the table of scripts/bench: name, number, unit and bar, with tabs between them. Speed is by the CPU time of the
shell, the best of several runs: other work on the machine only slows down.
"""

import os
import resource
import subprocess
import sys
import tempfile

COUNT = 200_000
RUNS = 3


def syndromes(count):
    """Syndromes of the most frequent exits: data aborts, accesses to system registers, HVC, WFI, instruction aborts."""
    state = 14
    for index in range(count):
        # Knuth's generator (TAOCP, volume 2, 3.3.4).
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        bits = state >> 32
        match index % 8:
            case 0 | 1 | 2 | 3:
                yield 0x9300_0004 | bits & 0x00DF_8043
            case 4 | 5:
                yield 0x6230_0000 | bits & 0x000F_FFFF
            case 6:
                yield 0x5A00_0000 | bits & 0xFFFF
            case _:
                yield (0x07E0_0000 | bits & 1) if bits & 2 else 0x8200_0004 | bits & 3


def run(shell, values, file_format):
    """The CPU time in seconds and the memory in KiB of one run."""
    with tempfile.TemporaryFile() as output:
        feeder = subprocess.Popen(["cat", values], stdout=subprocess.PIPE)
        decoder = subprocess.Popen(
            [shell, "decode", "esr", "--format", file_format], stdin=feeder.stdout, stdout=output)
        feeder.stdout.close()
        _, status, usage = os.wait4(decoder.pid, 0)
        feeder.wait()
        if status != 0:
            sys.exit(f"values.py: the shell ended with status {status}")
        lines = os.fstat(output.fileno()).st_size
        if lines < COUNT * 100:
            sys.exit(f"values.py: the shell wrote {lines} bytes for {COUNT} values")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.strip())
    shell = sys.argv[1]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as values:
        values.writelines(f"{value:#010x}\n" for value in syndromes(COUNT))
        values.flush()
        memory = 0
        for file_format, name, bar in [("text", "text", 300), ("jsonl", "JSON lines", 150), ("json", "JSON", 150)]:
            runs = [run(shell, values.name, file_format) for _ in range(RUNS)]
            best = min(seconds for seconds, _ in runs)
            memory = max([memory] + [kibibytes for _, kibibytes in runs])
            print(f"values decoded as {name}, the shell\t{COUNT / best / 1000:.0f}\tthousand/s\t>= {bar}")
        print(f"values decoded: memory of the shell\t{memory / 1024:.0f}\tMiB\t<= 64")


main()
