"""The supervisor: starts everything in order, keeps it running, stops everything in order."""

import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

import psycopg

from apps.core.services.application import AppProcess
from apps.core.services.child import tail
from apps.core.services.commands import Job, Stopped, run_job
from apps.core.services.environment import write_environment
from apps.core.services.failure import ServiceError
from apps.core.services.instance import Instance, own_facts
from apps.core.services.keeper import Keeper, Kept
from apps.core.services.layout import Layout, remove_socket_directory
from apps.core.services.log_files import rotate
from apps.core.services.orphans import MARK, end_orphans, forget_child, record_child
from apps.core.services.ports import HeldPort
from apps.core.services.processes import (
    EVERY_PROCESS,
    LINT_WALLS,
    LOAD_DEMO,
    PREPARE,
    PREPARE_KEYS,
    PROCESSES,
    Process,
)
from apps.core.services.screen import Screen
from apps.core.services.stack import Stack, process_environment
from apps.core.services.welcome import print_welcome

HEALTHY_SECONDS = 90.0
ROUND_SECONDS = 0.5
CHECK_SECONDS = 5.0


@dataclass(slots=True)
class Options:
    """What the person chose, and what tests replace."""

    host: str = "127.0.0.1"
    port: int = 8000
    processes: Sequence[Process] = PROCESSES
    prepare: Sequence[str] = (*PREPARE, "--static-files")
    load_demo: Sequence[str] = LOAD_DEMO
    check_walls: Sequence[str] = LINT_WALLS
    screen: Screen = field(default_factory=Screen)


class Supervisor:
    """Runs one checkout until it is told to stop."""

    def __init__(self, layout: Layout, options: Options | None = None) -> None:
        self.layout = layout
        self.options = options or Options()
        self.screen = self.options.screen
        self._instance = Instance(layout)
        self._stop = threading.Event()
        self._keepers: list[Keeper] = []
        self._began = time.monotonic()

    def run(self) -> int:
        """Start, watch, stop. Return the exit code. Raises ServiceError when the checkout is taken."""
        self.layout.create()
        self._instance.claim()
        self._catch_signals()
        code = 0
        try:
            self._start()
            self._watch()
        except Stopped:
            pass
        except ServiceError as error:
            self.screen.fail(error.message, error.cure)
            code = 1
        except (OSError, psycopg.Error) as error:
            self.screen.fail(f"The start failed: {error}", f"The logs are in {self.layout.logs}.")
            code = 1
        finally:
            self._end_all()
            self._instance.release()
        return code

    def ask_to_stop(self) -> None:
        """Stop as soon as the present step allows."""
        self._stop.set()

    # Start

    def _start(self) -> None:
        self.screen.say(f"Bulkhead starts; data, logs and secrets are in {self.layout.var}")
        self._clear_up()
        rotate(self.layout.logs)
        stack = Stack.of_environment(self.layout, self.screen.warn)
        for server in stack.servers:
            self._start_server(server)
        stack.ensure_databases()
        held = self._hold_port()
        url = f"http://{_shown(held.host)}:{held.port}"
        self._instance.tell(own_facts(url=url))
        variables = stack.variables(url)
        write_environment(self.layout.environment_file, variables)
        self._prepare(stack, variables)
        self._start_processes(variables, held)
        self._instance.tell(own_facts(url=url, ready=True))
        print_welcome(self.screen, self.layout, variables["PUBLIC_URL"], time.monotonic() - self._began)

    def _clear_up(self) -> None:
        ended = end_orphans(self.layout)
        if ended:
            self.screen.warn(f"Ended what an earlier start had left running: {', '.join(ended)}.")

    def _hold_port(self) -> HeldPort:
        held = HeldPort(self.options.host, self.options.port)
        if held.port != self.options.port:
            self.screen.warn(f"Port {self.options.port} is taken by another program: {held.port} is used.")
        return held

    def _start_server(self, server: Kept) -> None:
        self._pause_for_stop()
        with self.screen.step(server.name):
            keeper = self._keep(server)
            server.start()
            self._note_start(keeper)

    def _prepare(self, stack: Stack, variables: dict[str, str]) -> None:
        environment = self._environment(variables, PREPARE_KEYS)
        if stack.prepares and self.options.prepare:
            self._run("prepare", "database", self.options.prepare, environment)
        loaded = self.layout.var / "demo-loaded"
        if self.options.load_demo and not loaded.exists():
            self.screen.say("    The demo businesses are loaded now: once, about a minute.", "dim")
            self._run("load-demo", "demo businesses", self.options.load_demo, environment)
            loaded.touch()

    def _environment(self, variables: dict[str, str], wanted: tuple[str, ...]) -> dict[str, str]:
        return process_environment(variables, wanted, {MARK: str(self.layout.var)})

    def _run(self, name: str, title: str, command: Sequence[str], environment: dict[str, str]) -> None:
        self._pause_for_stop()
        job = Job(title, command, self.layout.logs / f"{name}.log", environment)
        with self.screen.step(title) as step:
            run_job(job, stopping=self._stop.is_set, doing=step.doing)

    def _start_processes(self, variables: dict[str, str], held: HeldPort) -> None:
        mark = {MARK: str(self.layout.var)}
        for process in self.options.processes:
            kept = AppProcess(process, layout=self.layout, variables=variables, held=held, extra=mark)
            keeper = self._keep(kept)
            kept.start()
            self._note_start(keeper)
        if self.options.check_walls:  # while the processes wake up; nobody is told the address before
            self._run("walls", "walls", self.options.check_walls, self._environment(variables, EVERY_PROCESS))
        for keeper in self._keepers:
            if isinstance(keeper.kept, AppProcess):
                with self.screen.step(keeper.kept.name):
                    self._wait_healthy(keeper.kept)

    def _wait_healthy(self, kept: Kept) -> None:
        deadline = time.monotonic() + HEALTHY_SECONDS
        while (fault := kept.fault()) is not None:
            self._pause_for_stop()
            if not kept.child.running:
                fault = f"ended with code {kept.child.exit_code}"
            elif time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            log = kept.child.log
            raise ServiceError(f"{kept.name} {fault}.\n{tail(log, 25)}", cure=f"Its log is {log}.")

    def _keep(self, kept: Kept) -> Keeper:
        keeper = Keeper(kept)
        self._keepers.append(keeper)
        return keeper

    def _note_start(self, keeper: Keeper) -> None:
        keeper.started()
        record_child(self.layout, keeper.kept.child)

    def _pause_for_stop(self) -> None:
        if self._stop.is_set():
            raise Stopped

    # Watch

    def _watch(self) -> None:
        next_check = time.monotonic() + CHECK_SECONDS
        while not self._stop.wait(ROUND_SECONDS):
            for keeper in self._keepers:
                self._tend(keeper)
            if time.monotonic() >= next_check:
                for keeper in self._keepers:
                    self._check(keeper)
                next_check = time.monotonic() + CHECK_SECONDS

    def _tend(self, keeper: Keeper) -> None:
        kept = keeper.kept
        if keeper.next_start is None and not kept.child.running:
            pause = keeper.ended()
            self.screen.warn(
                f"{kept.name} ended ({_exit(kept.child.exit_code)}); it is started again in {pause:.0f} s. "
                f"Log: {kept.child.log}"
            )
        elif keeper.due:
            self._restart(keeper)

    def _restart(self, keeper: Keeper) -> None:
        try:
            keeper.kept.start()
        except ServiceError as error:
            pause = keeper.ended()
            self.screen.warn(f"{error.message} Next try in {pause:.0f} s.")
            return
        self._note_start(keeper)
        self.screen.warn(f"{keeper.kept.name} runs again.")

    def _check(self, keeper: Keeper) -> None:
        if keeper.next_start is not None or time.monotonic() - keeper.started_at < HEALTHY_SECONDS / 3:
            return
        fault = keeper.kept.fault()
        if fault and not keeper.fault:
            self.screen.warn(f"{keeper.kept.name} {fault}.")
        elif keeper.fault and not fault:
            self.screen.warn(f"{keeper.kept.name} works again.")
        keeper.fault = fault

    # Stop

    def _end_all(self) -> None:
        if not self._keepers:
            return
        self.screen.say("Stopping …" if self._stop.is_set() else "Stopping what was started …")
        kept = [keeper.kept for keeper in reversed(self._keepers)]
        for one in kept:
            if isinstance(one, AppProcess):
                one.child.signal(one.child.stop_signal)  # all at once; then each is waited for
        for one in kept:
            self._end(one)
        self._keepers.clear()
        end_orphans(self.layout)
        remove_socket_directory(self.layout.socket_name)

    def _end(self, kept: Kept) -> None:
        if kept.child.pid is None:
            return
        with self.screen.step(f"{kept.name} stopped") as step:
            polite = kept.stop()
            step.note = "" if polite else "by force: it did not end in time"
            forget_child(self.layout, kept.name)

    def _catch_signals(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stop.is_set():
            for keeper in self._keepers:  # asked twice: no more patience
                keeper.kept.child.signal(signal.SIGQUIT if _is_postgres(keeper) else signal.SIGKILL)
        self._stop.set()


def _is_postgres(keeper: Keeper) -> bool:
    return keeper.kept.name.startswith("postgres")


def _exit(code: int | None) -> str:
    if code is not None and code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"code {code}"


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 compared, not bound
