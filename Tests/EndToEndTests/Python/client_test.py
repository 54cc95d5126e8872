"""Sessions with the Python client, and with clients that behave badly. Run by PythonClientTests.swift:

    client_test.py CASE SHELL SCHEMA [COMMAND...]

Each line of the shell's output is validated against the schema.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "docs/examples"))
from vcpu_shell import CommandError, Ended, Event, Session, ShellError, Timeout  # noqa: E402

# The test runner may have blocked signals; a machine that must end on a signal would inherit that.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
case, shell, schema_path, *commands = sys.argv[1:]
schema = json.loads(Path(schema_path).read_text())
jsonschema.Draft202012Validator.check_schema(schema)


def validator(definition):
    return jsonschema.Draft202012Validator({**schema, "anyOf": [{"$ref": f"#/$defs/{definition}"}]})


# One branch each: the error of a `oneOf` for an invalid line isn't helpful.
events = {
    branch["$ref"].rsplit("/", 1)[1]: validator(branch["$ref"].rsplit("/", 1)[1])
    for branch in schema["$defs"]["Event"]["oneOf"]
}
validators = {schema["$defs"][name]["properties"]["event"]["const"]: found for name, found in events.items()}
whole = jsonschema.Draft202012Validator(schema)
seen = []


def check(event):
    """Each line is valid and in order, and time never goes backwards."""
    values = dict(event.values)
    validators[event.name].validate(values)
    if values["event"] in ("begin", "stop", "answer"):
        whole.validate(values)
    assert event.sequence == len(seen) + 1, values
    assert not seen or event.time >= seen[-1].time, values
    seen.append(event)


def session(*arguments, **options):
    seen.clear()
    return Session(*arguments, program=shell, on_event=check, **options)


def children(name):
    """Processes of a program that this one has started, in any generation."""
    found = subprocess.run(["ps", "-eo", "pid=,ppid=,comm="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in found.stdout.splitlines()]
    parents = {row[0]: row[1] for row in rows}

    def is_ours(process):
        while process in parents:
            if parents[process] == str(os.getpid()):
                return True
            process = parents[process]
        return False

    return [row[0] for row in rows if row[2].startswith(name[:15]) and is_ours(row[0])]


def raises(kind, body, code=None):
    try:
        body()
    except kind as error:
        assert code is None or error.code == code, (error.code, str(error))
        return error
    raise AssertionError(f"no {kind.__name__}")


def a_whole_session():
    with session("launch", "tour") as shell:
        assert shell.begin.values["target"] == {"architecture": "AArch64", "isMachine": True, "hasHypervisor": True}
        assert children("qemu-system-aarch64")
        assert shell.run("catch exit mmio")["breakpoint"]["type"] == "exit"
        stop = shell.continue_()
        assert stop.reason == "exit" and stop.breakpoints == [1], stop
        assert stop.exit["class"] == "mmio-write" and stop.exit["access"]["value"] == "0x5a", stop
        assert shell.run("info exit").values == stop.exit
        names = {register["name"] for register in shell.run("info registers")["sections"][0]["registers"]}
        assert {"x0", "x30", "pc"} <= names, names

        # A value that was set is there.
        assert shell.run("set $guest.x5 = 0x1234").number("value") == 0x1234
        assert shell.call("print", "$guest.x5").number("value") == 0x1234
        pc = stop.number("exit", "pc")
        assert shell.run("skip")["place"]["address"] == hex(pc + 4)
        assert shell.run("x/2i $pc")["content"] == "instructions"

        # Errors are exceptions, and nothing is lost after one.
        assert raises(CommandError, lambda: shell.run("print 1 +"), "badExpression").status == 1
        raises(CommandError, lambda: shell.run("delete 99"), "noSuchBreakpoint")
        raises(CommandError, lambda: shell.run("nonsense\nquit"), "commandFailed")
        raises(CommandError, lambda: shell.run("print 1\nprint 2"), "malformedRequest")

        # A catchpoint's commands resume the target five times.
        shell.run("delete")
        shell.run("catch exit mmio if $exit.count < 5")
        shell.run("commands\nsilent\ninfo exit --brief\ncontinue\nend")
        shell.run("tcatch exit wfi")
        stop = shell.continue_()
        assert stop.exit["class"] == "wfi", stop
        briefs = [event for event in seen if event.name == "answer" and event.values["command"] == "info exit --brief"]
        assert briefs and all(event.request is None for event in briefs)

        # A guest that runs forever is interrupted: it is made to branch to itself.
        shell.run("delete")
        after = stop.number("exit", "pc") + 4
        [word] = shell.run(f"x/xw guest:{after:#x}")["rows"][0]["values"]
        shell.run(f"set /w guest:{after:#x} = 0x14000000")
        shell.start()
        raises(CommandError, lambda: shell.run("info registers"), "targetRunning")
        assert shell.run("info breakpoints")["breakpoints"] == []
        stop = shell.interrupt()
        assert stop.reason == "interrupt" and stop.number("place", "address") == after, stop
        assert shell.run("stepi").number("place", "address") == after
        shell.run(f"set /w guest:{after:#x} = {word}")

        # To the end.
        stop = shell.continue_()
        assert stop.reason == "ended", stop
        raises(CommandError, lambda: shell.run("info exit"), "targetEnded")
        console = [event.text("text") for event in shell.events() if event.name == "console"]
        # An exit was skipped, and a register changed: the tour notices.
        assert any(line.startswith("tour: done") for line in console), console[-3:]
    # The guest has ended successfully: commands that fail after that don't fail the session.
    assert shell.close() == 0
    assert seen[-1].name == "end" and seen[-1].values["status"] == 0
    assert not children("qemu-system-aarch64")


def a_timeout_leaves_the_target_running():
    with session("launch", "tour") as shell:
        raises(ShellError, lambda: shell.wait(0.0))
        shell.start()
        raises(Timeout, lambda: shell.wait(0.0))
        assert shell.is_running
        stop = shell.wait(60.0)
        assert stop.reason == "ended"
    assert shell.close() == 0


def an_exception_leaves_nothing_running():
    def fail():
        with session("launch", "tour") as shell:
            shell.run("catch exit")
            shell.start()
            raise KeyError("of the user")

    raises(KeyError, fail)
    assert not children("qemu-system-aarch64") and not children("vcpu-shell")


def a_session_that_cannot_be_opened():
    error = raises(CommandError, lambda: session("launch", "/nonexistent"))
    assert "/nonexistent" in str(error), error
    error = raises(Ended, lambda: session("launch", "--nonsense"))
    assert error.status == 2 and "--nonsense" in str(error), error
    error = raises(CommandError, lambda: session("attach", "localhost:1"), "targetLost")
    assert error.status == 4
    assert not children("vcpu-shell")


def the_loss_of_the_machine():
    with session("launch", "tour") as shell:
        shell.run("catch exit")
        shell.continue_()
        [machine] = children("qemu-system-aarch64")
        os.kill(int(machine), signal.SIGKILL)
        raises(CommandError, lambda: [shell.run("info exit"), shell.continue_(20.0)], "targetLost")
    assert shell.close() == 4


# Clients that behave badly


def start(*arguments, **options):
    return subprocess.Popen(
        [shell, *(arguments or ("launch", "tour")), "--interpreter", "json"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, **options)


def answers(process, data=b""):
    """The output up to the end, each line whole and valid; the exit status; how long it took."""
    seen.clear()
    begin = time.monotonic()
    output, errors = process.communicate(data, timeout=60)
    assert output.endswith(b"\n") and errors == b"", (output[-100:], errors)
    lines = [Event.of(line) for line in output.splitlines()]
    for line in lines:
        check(line)
    return lines, process.returncode, time.monotonic() - begin


def summary(lines):
    return [(line.name, line.request) for line in lines]


def half_a_line():
    lines, status, _ = answers(start(), b'{"id": 1, "command": "print 1"}\n{"id": 2, "comm')
    assert summary(lines) == [("begin", None), ("answer", 1), ("error", None), ("end", None)], summary(lines)
    assert status == 0


def a_line_of_100_MB():
    process = start()
    assert process.stdout.readline()
    piece = b"x" * (1 << 20)
    for _ in range(100):
        process.stdin.write(piece)
    process.stdin.write(b'\n{"id": 1, "command": "print 1"}\n')
    answer = [json.loads(process.stdout.readline()) for _ in range(2)]
    assert answer[0]["code"] == "malformedRequest" and answer[1]["request"] == 1, answer
    peak = next(line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    assert int(peak.split()[1]) < 200_000, peak
    process.stdin.close()
    assert process.wait(10) == 0


def what_is_no_request():
    data = b"\xff\xfe{\x00\n" + b"[" * 100_000 + b'\n{"id": 1}\n\n{"id": 2, "command": 7}\n\x00\n{"id": 3, "command": "print 3"}\n'
    lines, status, _ = answers(start(), data)
    expected = [("begin", None), ("error", None), ("error", None), ("error", 1), ("error", 2), ("error", None), ("answer", 3)]
    assert summary(lines) == expected + [("end", None)], summary(lines)
    assert status == 0


def a_client_that_goes_away_while_the_target_runs():
    process = start()
    assert process.stdout.readline()
    process.stdin.write(b'{"id": 1, "command": "continue"}\n')
    lines, status, duration = answers_after_begin(process)
    assert lines[0].name == "running" and lines[-1].name == "end" and status == 0, (lines[-1], status)
    assert duration < 10, duration
    assert not children("qemu-system-aarch64")


def answers_after_begin(process):
    begin = time.monotonic()
    output, errors = process.communicate(timeout=60)
    assert output.endswith(b"\n") and errors == b"", (output[-100:], errors)
    return [Event.of(line) for line in output.splitlines()], process.returncode, time.monotonic() - begin


def a_client_that_no_longer_reads():
    process = start()
    assert process.stdout.readline()
    process.stdout.close()
    process.stdin.write(b'{"id": 1, "command": "print 1"}\n')
    # When its reader ends, SIGPIPE ends it, like any program in a pipeline.
    assert process.wait(10) == -signal.SIGPIPE
    assert process.stderr.read() == b""
    assert not children("qemu-system-aarch64")


def a_signal_that_ends_the_shell():
    for command in (b"", b'{"id": 1, "command": "continue"}\n'):
        process = start("launch", "tour", "-ex", "catch exit wfi")
        assert process.stdout.readline()
        process.stdin.write(command)
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        lines, status, duration = answers_after_begin(process)
        assert status == -signal.SIGTERM, status
        # It has 0.8 seconds for its last output, which can be too short on a busy machine.
        assert duration > 0.7 or lines[-1].name == "end", (duration, lines[-1:])
        assert duration < 2, duration
        assert not children("qemu-system-aarch64")


def wait_until(condition, words, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so after {seconds} seconds: {words}"
        time.sleep(0.01)


def is_output_full(process):
    """Whether the pipe that a process writes its output to is full."""
    descriptor = os.open(f"/proc/{process.pid}/fd/1", os.O_WRONLY | os.O_NONBLOCK)
    try:
        return not select.select([], [descriptor], [], 0)[1]
    finally:
        os.close(descriptor)


def a_signal_while_nobody_reads():
    """The pipe is full; the signal still ends the shell."""
    process = start("launch", "tour", "-ex", "catch exit")
    process.stdin.write(b"".join(b'{"id": %d, "command": "help"}\n' % number for number in range(100)))
    wait_until(lambda: is_output_full(process), "the pipe is full")
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == -signal.SIGTERM
    assert time.monotonic() - begin < 2
    assert not children("qemu-system-aarch64")


def told_by(*commands, status=0):
    """The names of the events that `--format jsonl` prints for a session without a client, except the console's."""
    seen.clear()
    options = [word for command in commands for word in ("-ex", command)]
    run = subprocess.run(
        [shell, "launch", "tour", "--format", "jsonl", "--batch", *options], capture_output=True, timeout=60)
    assert run.stderr == b"" and run.returncode == status, run
    for line in run.stdout.splitlines():
        check(Event.of(line))
    return [event.name for event in seen if event.name != "console"]


def lines_of_commands():
    """The commands of the command line; their results are printed for whoever gave them."""
    print(*told_by(*commands))


def lines_of_a_script():
    names = told_by("catch exit wfi", "continue", "info exit", "print 1 +", status=1)
    assert names == ["begin", "answer", "running", "stop", "answer", "error", "end"], names
    assert seen[-1].values["status"] == 1


globals()[case]()
