"""What the person sees: one line a step, plain in a pipe, with a spinner in a terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status
from rich.text import Text

WIDTH = 26


class Step:
    """A step under way: its closing note, and what it is doing at the moment."""

    def __init__(self, title: str, status: Status) -> None:
        self.note = ""
        self._title = title
        self._status = status

    def doing(self, text: str) -> None:
        """Show the present activity beside the spinner."""
        self._status.update(Text(f"{self._title:<{WIDTH}}{text[:80]}"))


class Screen:
    """Prints steps and messages."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        unicode = self.console.encoding.lower().startswith("utf")
        self._done, self._failed = ("✓", "✗") if unicode else ("+", "x")

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show a step with its time; a failing one is marked and its error passed on."""
        began = time.monotonic()
        spinner = "dots" if self._done == "✓" else "line"
        with self.console.status(Text(title), spinner=spinner) as status:
            step = Step(title, status)
            try:
                yield step
            except BaseException:
                self._line(self._failed, "red", title, time.monotonic() - began, "")
                raise
        self._line(self._done, "green", title, time.monotonic() - began, step.note)

    def _line(self, mark: str, style: str, title: str, seconds: float, note: str) -> None:
        line = Text.assemble("  ", (mark, style), f" {title:<{WIDTH}}", (f"{seconds:6.1f} s", "dim"))
        self.console.print(line.append(f"  {note}" if note else ""))

    def say(self, message: str, style: str = "") -> None:
        """Print a message as it is."""
        self.console.print(Text(message, style=style))

    def warn(self, message: str) -> None:
        """Print a message about something that went wrong, with the time of day."""
        self.console.print(Text.assemble((time.strftime("%H:%M:%S "), "dim"), (message, "yellow")))

    def fail(self, message: str, cure: str) -> None:
        """Print an error and what to do about it."""
        self.console.print(Text(message, style="red"))
        if cure:
            self.console.print(Text(cure))
