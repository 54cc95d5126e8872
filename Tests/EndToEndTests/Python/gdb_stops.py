"""Records what GDB shows at each stop of a plan: run by GDB itself, with its Python.

    gdb-multiarch -nx -batch -ex 'python arguments = ["ELF", "ENDPOINT", "PLAN", "OUTPUT"]' -x gdb_stops.py

A plan has a line for each stop: "go ADDRESS" continues to an address, "go ADDRESS LEVEL" to one at an exception level,
"step N" steps instructions. The output is a line of JSON for each stop.
"""

import json
import re

import gdb

FRAME_LIMIT = 12
RANGE = re.compile(r"Range (0x[0-9a-f]+)-(0x[0-9a-f]+): (.*)")
BRANCH = re.compile(r"(b|bl|br|blr|ret|eret|cbn?z|tbn?z|b\..*)$")
# What makes a function's frame, and what takes it down, with the registers of AAPCS64.
MAKING = re.compile(r"(stp|str)\t.*\[sp|(sub|mov)\tsp,|(add|mov)\tx29,")
TAKING = re.compile(r"ldp?r?\t.*x(19|29|30).*\[sp|(add|mov)\tsp,")


def function_block(frame):
    """The block of a frame's function that isn't inlined; None without one."""
    try:
        block = frame.block()
    except RuntimeError:
        return None
    found = None
    while block is not None and not block.is_static and not block.is_global:
        found = block if block.function is not None else found
        block = block.superblock
    return found


def is_moving():
    """Whether the innermost function is making its frame, or taking it down: clang's rules aren't exact there."""
    frame = gdb.newest_frame()
    block = function_block(frame)
    if block is None:
        return False
    listing = frame.architecture().disassemble(block.start, block.end - 1)
    before = [one["asm"] for one in listing if one["addr"] < frame.pc()]
    after = [one["asm"] for one in listing if one["addr"] >= frame.pc()]

    def up_to_branch(lines):
        for line in lines:
            if BRANCH.match(line.split("\t")[0]):
                return
            yield line

    is_making = len(before) == len(list(up_to_branch(before))) and any(
        MAKING.match(line) for line in up_to_branch(after)
    )
    is_taking = any(TAKING.match(line) for line in up_to_branch(reversed(before)))
    return is_making or is_taking


def text(symbol, frame):
    """A variable's value as 'info locals' shows it."""
    try:
        return symbol.value(frame).format_string()
    except (gdb.error, gdb.MemoryError, RuntimeError) as error:
        return "<error: %s>" % error


def alignment(kind):
    kind = kind.strip_typedefs()
    if kind.code == gdb.TYPE_CODE_STRUCT:
        return max([alignment(field.type) for field in kind.fields()], default=1)
    return max(kind.target().sizeof if kind.code == gdb.TYPE_CODE_ARRAY else kind.sizeof, 1)


def is_misplaced(kind):
    """Whether a member of a structure isn't at its alignment, or on another one: Swift 6.3 says so of some."""
    kind = kind.strip_typedefs()
    if kind.code != gdb.TYPE_CODE_STRUCT:
        return False
    end = 0
    for field in kind.fields():
        if not hasattr(field, "bitpos") or field.bitsize:
            continue
        start = field.bitpos // 8
        if start < end or start % alignment(field.type) or is_misplaced(field.type):
            return True
        end = start + field.type.sizeof
    return False


def place(symbol, frame):
    """Where a variable is, in words: what 'info address' says for the frame's instruction."""
    frame.select()
    try:
        lines = gdb.execute("info address " + symbol.name, to_string=True)
    except gdb.error:
        return None
    address = frame.pc() - (1 if frame.level() > 0 else 0)
    for start, end, words in RANGE.findall(lines):
        if int(start, 16) <= address < int(end, 16):
            return words
    return None


def variables(frame):
    """The parameters and variables of a frame, those of the innermost block first."""
    found = []
    try:
        block = frame.block()
    except RuntimeError:
        return None
    while block is not None:
        for symbol in block:
            if symbol.is_argument or symbol.is_variable:
                found.append(
                    {
                        "name": symbol.name,
                        "isParameter": symbol.is_argument,
                        "text": text(symbol, frame),
                        "place": place(symbol, frame),
                        "isMisplaced": is_misplaced(symbol.type),
                    }
                )
        if block.function is not None:
            break
        block = block.superblock
    return found


def frames():
    found = []
    frame = gdb.newest_frame()
    while frame is not None and len(found) < FRAME_LIMIT:
        line = frame.find_sal()
        function = frame.function()
        found.append(
            {
                "pc": frame.pc(),
                "function": frame.name(),
                "linkageName": function.linkage_name if function else None,
                "isInlined": frame.type() == gdb.INLINE_FRAME,
                "file": line.symtab.filename if line.symtab else None,
                "line": line.line or None,
                "variables": variables(frame) if function else None,
            }
        )
        frame = frame.older()
    gdb.newest_frame().select()
    return found


def stop():
    registers = {
        name: int(gdb.selected_frame().read_register(name)) & 0xFFFFFFFFFFFFFFFF
        for name in ["pc", "sp", "x0"]
    }
    return {"registers": registers, "isMoving": is_moving(), "frames": frames()}


def go(address, level=None):
    """GDB's breakpoints are of all exception levels."""
    breakpoint = gdb.Breakpoint("*" + address, internal=True)
    while True:
        gdb.execute("continue", to_string=True)
        state = int(gdb.selected_frame().read_register("cpsr"))
        if level is None or state >> 2 & 3 == int(level):
            break
    breakpoint.delete()


def run(elf, endpoint, plan, output):
    for setting in [
        "confirm off", "pagination off", "width 0", "height 0", "architecture aarch64",
        "backtrace past-main on", "debuginfod enabled off", "charset ASCII",
    ]:
        gdb.execute("set " + setting, to_string=True)
    gdb.execute("file " + elf, to_string=True)
    gdb.execute("target remote " + endpoint, to_string=True)
    with open(plan) as lines, open(output, "w") as results:
        for line in lines:
            verb, *arguments = line.split()
            if verb == "go":
                go(*arguments)
            else:
                gdb.execute("stepi " + arguments[0], to_string=True)
            results.write(json.dumps(stop()) + "\n")
    gdb.execute("kill", to_string=True)


run(*arguments)
