"""Running one command to its end: output into a log, its last line on the screen, an end when asked."""

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.core.services.child import tail, wait_until
from apps.core.services.failure import ServiceError
from apps.core.services.layout import CHECKOUT

STOP_SECONDS = 10.0


class Stopped(Exception):
    """Raised in a waiting step when the person asked to stop."""


@dataclass(frozen=True, slots=True)
class Job:
    """A command that ends by itself."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]


def python_command(command: Sequence[str]) -> list[str]:
    """Return a command with `python` replaced by the interpreter that runs us."""
    return [sys.executable if part == "python" else part for part in command]


def run_job(job: Job, *, stopping: Callable[[], bool], doing: Callable[[str], None]) -> None:
    """Run a command and wait for it.

    Raises ServiceError with the end of its output when it fails, Stopped when asked to stop.
    """
    process = subprocess.Popen(
        python_command(job.command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=CHECKOUT,
        env=dict(job.environment),
        start_new_session=True,
    )
    reader = threading.Thread(target=_copy_output, args=(process, job.log, doing), daemon=True)
    reader.start()
    wait_until(lambda: process.poll() is not None or stopping(), float("inf"))
    stopped = process.poll() is None
    if stopped:
        _end(process)
    reader.join(STOP_SECONDS)
    if stopped:
        raise Stopped
    if process.returncode:
        raise ServiceError(
            f"{job.name} failed ({process.returncode}):\n{tail(job.log, 25)}", cure=f"Its log is {job.log}."
        )


def _copy_output(process: subprocess.Popen[bytes], log: Path, doing: Callable[[str], None]) -> None:
    with process, log.open("ab") as file:
        for line in process.stdout or ():
            file.write(line)
            file.flush()
            text = line.decode(errors="replace").strip()
            if text:
                doing(text)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
