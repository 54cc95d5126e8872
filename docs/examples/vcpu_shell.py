"""A client of vcpu-shell: a debug session as an object. Python 3.11, no dependencies.

    from vcpu_shell import Session

    with Session("launch", "tour") as session:
        session.run("catch exit mmio")
        stop = session.continue_()
        print(stop.exit["summary"], hex(stop.number("exit", "pc")))

However the `with` block ends, nothing is left running. docs/schema/answers-1.0.json describes the shell's JSON output
and, as `Request`, its requests.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self

SCHEMA = "1."
"""The version that this client knows. A higher number after the dot has more keys."""


# What goes wrong


class ShellError(Exception):
    """Something went wrong."""


class Timeout(ShellError):
    """The wait took too long. The session is unchanged; the target may still run."""


class Ended(ShellError):
    """The shell has ended; `status` is its exit status, negative for a signal."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"the shell has ended with status {status}" + (f": {words}" if words else ""))
        self.status = status


class CommandError(ShellError):
    """A command failed.

    `code` is a word for programs, such as `memoryInaccessible`; `status` the class of the error as an exit status; `place`
    the line of a script; `partial` the command's result up to the error.
    """

    def __init__(self, event: Event, partial: Answer | None = None) -> None:
        super().__init__(event.text("text"))
        self.code = event.text("code")
        self.status = int(event.values["status"])
        self.place: str | None = event.values.get("place")
        self.partial = partial


# What the shell says


@dataclasses.dataclass(frozen=True)
class Event:
    """A line of the shell's output."""

    name: str
    sequence: int
    time: float
    """Seconds since the start of the shell."""
    request: int | None
    """The request that the event belongs to."""
    values: Mapping[str, Any]
    """All of its keys."""

    @staticmethod
    def of(line: bytes) -> Event:
        values = json.loads(line)
        if not values["schema"].startswith(SCHEMA):
            raise ShellError(f"the shell speaks version {values['schema']} of the schema, and this client {SCHEMA}x")
        return Event(values["event"], values["sequence"], values["time"], values.get("request"), values)

    def text(self, key: str) -> str:
        return str(self.values[key])


@dataclasses.dataclass(frozen=True)
class Answer:
    """A command's result: its kind, and the keys that the schema has for that kind."""

    kind: str
    values: Mapping[str, Any]

    @staticmethod
    def of(values: Mapping[str, Any]) -> Answer:
        kind = str(values["kind"])
        return (Stop if kind == "stop" else Answer)(kind, values)

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def get(self, key: str) -> Any:
        """The value of a key that may be left out, or None."""
        return self.values.get(key)

    def number(self, *keys: str | int) -> int:
        """A register or an address, which is a string in JSON: `number("exit", "pc")`."""
        value: Any = self.values
        for key in keys:
            value = value[key]
        return int(value, 16)


@dataclasses.dataclass(frozen=True)
class Stop(Answer):
    """Why the target has stopped."""

    @property
    def reason(self) -> str:
        """`exit`, `breakpoint`, `interrupt`, `ended`, …"""
        return str(self.values["reason"])

    @property
    def breakpoints(self) -> list[int]:
        """The numbers of the breakpoints that stopped the target."""
        return list(self.values["breakpoints"])

    @property
    def exit(self) -> Mapping[str, Any]:
        """The guest's exit; empty if the stop isn't an exit."""
        found: Mapping[str, Any] = self.values.get("exit", {})
        return found


# The session


class Session:
    """A run of `vcpu-shell ARGUMENTS --interpreter json`.

    `timeout` is how many seconds an answer may take, unless a call sets its own; a running target may run forever.
    `on_event` gets every event as it comes.
    """

    def __init__(
        self,
        *arguments: str,
        program: str = "vcpu-shell",
        timeout: float = 30.0,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self.timeout = timeout
        self.on_event = on_event
        self.is_running = False
        """Whether the target is running."""
        self.stop: Stop | None = None
        """Why the target has stopped; None while it runs, and before it has."""
        self._request = 0
        self._buffer = bytearray()
        self._unsent = b""
        self._has_ended = False
        self._untaken: collections.deque[Event] = collections.deque(maxlen=100_000)
        self._errors = tempfile.TemporaryFile()
        # Its own process group: a Ctrl-C at this program's terminal goes only to this program.
        self._process = subprocess.Popen(
            [program, *arguments, "--interpreter", "json"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            bufsize=0,
        )
        assert self._process.stdin and self._process.stdout
        self._input = self._process.stdin.fileno()
        self._output = self._process.stdout.fileno()
        os.set_blocking(self._input, False)
        try:
            self.begin = self._first()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _first(self) -> Event:
        """The first event. If the session could not be opened, an error follows it."""
        deadline = self._deadline(None)
        begin = self._next(deadline)
        if "target" not in begin.values:
            while (event := self._next(deadline)).name != "error":
                pass
            raise CommandError(event)
        return begin

    # Commands

    def run(self, command: str, timeout: float | None = None) -> Answer | None:
        """Runs a command, written as at the prompt.

        If the command resumes the target, this waits for the stop, which is the answer. Lines after the first belong to
        a command that takes them: `"commands 1\\nsilent\\nend"`.

        Returns the command's result, or None.
        """
        return self._carry_out({"command": command}, timeout)

    def call(self, name: str, *arguments: str, timeout: float | None = None) -> Answer | None:
        """Runs a command, given as its name and its arguments."""
        return self._carry_out({"name": name, "arguments": list(arguments)}, timeout)

    def continue_(self, timeout: float | None = None) -> Stop:
        """Resumes the target and waits for the next stop."""
        self.start("continue")
        return self.wait(timeout)

    def start(self, command: str = "continue") -> None:
        """Resumes the target without waiting for a stop."""
        self._answer(self._send({"command": command}), self._deadline(None))

    def wait(self, timeout: float | None = None) -> Stop:
        """Waits for the running target to stop. Breakpoints' commands run, and may resume it.

        Raises Timeout if the target does not stop in time; it keeps running.
        """
        deadline = time.monotonic() + timeout if timeout is not None else None
        while True:
            while self.is_running:
                event = self._next(deadline)
                if event.name == "error" and event.request is None:
                    raise CommandError(event)
            stop = self.stop
            if stop is None:
                raise ShellError("the target does not run")
            if not stop.breakpoints:
                return stop
            # The answer comes after the breakpoints' commands have run. If they have resumed the target, it is running
            # now, or has stopped again.
            self._answer(self._send({"name": "echo"}), self._deadline(None))
            if self.stop is stop:
                return stop

    def interrupt(self, timeout: float | None = None) -> Stop:
        """Stops the running target."""
        self._answer(self._send({"command": "interrupt"}), self._deadline(timeout))
        return self.wait(self.timeout if timeout is None else timeout)

    def events(self, timeout: float | None = 0.0) -> Iterator[Event]:
        """The events that belong to no request: stops, the guest's console, notes, warnings, the end.

        First the events that have already come, then new ones until none comes for `timeout` seconds; None waits until
        the end of the session.
        """
        while True:
            while self._untaken:
                yield self._untaken.popleft()
            if self._has_ended:
                return
            try:
                self._next(time.monotonic() + timeout if timeout is not None else None)
            except Timeout:
                return

    def close(self, timeout: float = 5.0) -> int:
        """Ends the session, and the machine if the shell has started it.

        Returns the exit status; negative for a signal.
        """
        process = self._process
        assert process.stdin and process.stdout
        if process.stdout.closed:
            return process.wait()
        # The end of its input means `quit`.
        process.stdin.close()
        deadline = time.monotonic() + timeout
        try:
            while not self._has_ended:
                self._next(deadline)
            process.wait(max(0.0, deadline - time.monotonic()))
        except (ShellError, subprocess.TimeoutExpired, ValueError):
            pass
        if process.poll() is None:
            # It cleans up within a second.
            process.terminate()
            try:
                process.wait(2.0)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        process.stdout.close()
        self._errors.close()
        return process.returncode

    # Requests

    def _carry_out(self, request: dict[str, Any], timeout: float | None) -> Answer | None:
        event, answer = self._answer(self._send(request), self._deadline(timeout))
        return self.wait(timeout) if event.name == "running" else answer

    def _answer(self, request: int, deadline: float) -> tuple[Event, Answer | None]:
        """The event that ends a request, and its answer."""
        answer: Answer | None = None
        for event in self._answering(request, deadline):
            if event.request == request and event.name == "answer":
                answer = Answer.of(event.values["answer"])
        if event.name == "error":
            raise CommandError(event, answer)
        return event, answer

    def _answering(self, request: int, deadline: float) -> Iterator[Event]:
        """The events up to the one that ends a request."""
        while True:
            event = self._next(deadline)
            yield event
            if event.request == request and not event.values.get("isPartial", False):
                return

    def _send(self, request: dict[str, Any]) -> int:
        self._request += 1
        request["id"] = self._request
        self._unsent += json.dumps(request).encode() + b"\n"
        return self._request

    def _deadline(self, timeout: float | None) -> float:
        return time.monotonic() + (self.timeout if timeout is None else timeout)

    # Lines

    def _next(self, deadline: float | None) -> Event:
        """The next event; unsent requests are sent meanwhile."""
        while b"\n" not in self._buffer:
            self._transfer(deadline)
        end = self._buffer.index(b"\n")
        event = Event.of(bytes(self._buffer[:end]))
        del self._buffer[: end + 1]
        if event.name == "running":
            self.is_running, self.stop = True, None
        elif event.name == "stop":
            values = event.values["stop"]
            self.is_running, self.stop = False, Stop(values["kind"], values)
        elif event.name == "error" and event.text("code") in ("targetLost", "targetEnded"):
            self.is_running = False
        elif event.name == "end":
            self._has_ended = True
        if event.request is None:
            self._untaken.append(event)
        if self.on_event:
            self.on_event(event)
        return event

    def _transfer(self, deadline: float | None) -> None:
        """Reads and writes as much as possible; neither side may wait for the other while its pipe is full."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._output, selectors.EVENT_READ)
            if self._unsent:
                selector.register(self._input, selectors.EVENT_WRITE)
            ready = selector.select(None if deadline is None else max(0.0, deadline - time.monotonic()))
        if not ready:
            raise Timeout("the shell did not answer in time" if not self.is_running else "the target runs")
        for key, _ in ready:
            if key.fd == self._output:
                piece = os.read(self._output, 1 << 16)
                if not piece:
                    raise self._ended()
                self._buffer += piece
            else:
                try:
                    self._unsent = self._unsent[os.write(self._input, self._unsent) :]
                except BrokenPipeError:
                    # Its last output is still to be read.
                    self._unsent = b""

    def _ended(self) -> Ended:
        self._has_ended = True
        try:
            status = self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            return Ended(0, "it has closed its output")
        self._errors.seek(0)
        return Ended(status, self._errors.read().decode(errors="replace").strip())
