"""Finding and ending what a killed supervisor left running, and nothing else."""

import contextlib
import json
import os
from pathlib import Path

import psutil

from apps.core.services.child import Child
from apps.core.services.layout import Layout
from apps.core.services.postgres_server import end_leftovers

MARK = "BULKHEAD_SUPERVISED_BY"  # in the environment of all that we start: the var directory
POSTGRES = "postgres-"
SAME_START_SECONDS = 2.0
POLITE_SECONDS = 10.0


def record_child(layout: Layout, child: Child) -> None:
    """Note a started process: number, moment of its start, command line."""
    try:
        process = psutil.Process(child.pid)
        facts = {"pid": process.pid, "created": process.create_time(), "command": process.cmdline()}
    except psutil.Error:
        return  # it has ended already
    path = _record(layout, child.name)
    path.parent.mkdir(exist_ok=True)
    making = path.with_suffix(".making")
    making.write_text(json.dumps({**facts, "var": str(layout.var)}))
    making.replace(path)


def forget_child(layout: Layout, name: str) -> None:
    """Drop the note of a process that was stopped."""
    _record(layout, name).unlink(missing_ok=True)


def end_orphans(layout: Layout) -> list[str]:
    """End the processes of an earlier supervisor of this checkout; return what they were.

    A process is one of them if number, start and command line are as noted, or if its environment bears our
    mark (children of children whose parent is gone). PostgreSQL is found by its data directory and asked in
    its own way; it comes last, as in every stop.
    """
    found = {process.pid: (process, name) for process, name in _marked(layout) + _recorded(layout)}
    for process, _ in found.values():
        with contextlib.suppress(psutil.Error):
            process.terminate()
    processes = [process for process, _ in found.values()]
    _, alive = psutil.wait_procs(processes, timeout=POLITE_SECONDS)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    for path in (layout.run / "pids").glob("*.json"):
        path.unlink()
    return sorted({name for _, name in found.values()}) + _end_postgres(layout)


def _end_postgres(layout: Layout) -> list[str]:
    names = ("replica", "primary")
    data = {name: (layout.postgres / name).resolve() for name in names}
    return [f"{POSTGRES}{name}" for name in names if data[name].exists() and end_leftovers(data[name])]


def _record(layout: Layout, name: str) -> Path:
    return layout.run / "pids" / f"{name}.json"


def _recorded(layout: Layout) -> list[tuple[psutil.Process, str]]:
    found = []
    for path in (layout.run / "pids").glob("*.json"):
        if path.stem.startswith(POSTGRES):
            continue
        with contextlib.suppress(psutil.Error, OSError, ValueError, KeyError):
            facts = json.loads(path.read_text())
            process = psutil.Process(facts["pid"])
            same_start = abs(process.create_time() - facts["created"]) < SAME_START_SECONDS
            same_place = facts["var"] == str(layout.var)  # a copied checkout brings the other's notes along
            if same_start and same_place and process.cmdline() == facts["command"]:
                found.append((process, path.stem))
    return found


def _marked(layout: Layout) -> list[tuple[psutil.Process, str]]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get(MARK) == str(layout.var):
                found.append((process, process.name()))
    return found
