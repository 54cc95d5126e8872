#!/usr/bin/env python3
"""Makes a large ELF file for AArch64 from generated C: 96,000 functions and 32,000 variables in 320 units, with debug information."""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import tempfile

UNITS = 320
FUNCTIONS = 300


def header() -> str:
    """Types that every unit has, as a kernel's headers give it."""
    lines = ["typedef unsigned long size;"]
    for index in range(150):
        lines.append(f"struct record_{index} {{ size a, b; int c[4]; char *name; ")
        if index:
            lines.append(f"  struct record_{index - 1} *next; struct record_{index // 2} inner;" if index < 8 else
                         f"  struct record_{index - 1} *next; struct record_{index % 8} inner;")
        lines += [f"  union {{ size word_{index}; unsigned char bytes_{index}[8]; }}; unsigned flags : {index % 31 + 1}; }};",
                  f"enum kind_{index} {{ first_{index}, second_{index}, third_{index} }};",
                  f"typedef size (*callback_{index})(struct record_{index} *, enum kind_{index});"]
    return "\n".join(lines)


def unit(number: int) -> str:
    lines = ['#include "records.h"']
    # Every type is used, so that it is described.
    lines += [f"struct record_{i} global_{number}_{i}; callback_{i} call_{number}_{i};" for i in range(0, 150, 3)]
    for index in range(FUNCTIONS):
        name = f"subsystem_{number:03}_handle_request_{index:03}"
        record = f"struct record_{index % 150}"
        lines += [f"size {name}({record} *request, size count, enum kind_{index % 150} kind) {{",
                  "  size total = count; char *text = request->name;",
                  "  for (int step = 0; step < (int)count; step++) {",
                  "    int value = request->c[step & 3]; total += value * (kind + 1);",
                  "  }",
                  "  return total + (text ? *text : 0) + request->flags;",
                  "}"]
    if number == 0:
        lines.append("void _start(void) { for (;;) ; }")
    return "\n".join(lines)


def main(path: str) -> None:
    target = pathlib.Path(path)
    if target.exists() and target.stat().st_mtime > pathlib.Path(__file__).stat().st_mtime:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    clang = ["clang", "--target=aarch64-none-elf", "-ffreestanding", "-g", "-gdwarf-5", "-O1"]
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        pathlib.Path(folder, "records.h").write_text(header())

        def build(number: int) -> str:
            source = f"{folder}/unit{number:03}.c"
            pathlib.Path(source).write_text(unit(number))
            subprocess.run([*clang, "-c", source, "-o", source + ".o"], check=True)
            return source + ".o"

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            objects = list(pool.map(build, range(UNITS)))
        arguments = pathlib.Path(folder, "objects")
        arguments.write_text("\n".join(objects))
        subprocess.run(["ld.lld", "-Ttext=0x40080000", "--build-id", f"@{arguments}", "-o", path + ".new"], check=True)
        os.replace(path + ".new", path)


main(sys.argv[1])
