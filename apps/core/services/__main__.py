"""`python -m apps.core.services <command>`: what the Makefile and the containers call."""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from apps.core.services.failure import ServiceError
from apps.core.services.layout import CHECKOUT, MARKER, Layout, delete_tree, remove_socket_directory


def _run(arguments: argparse.Namespace) -> int:
    from apps.core.services.supervisor import Options, Supervisor

    return Supervisor(Layout.of_environment(), Options(host=arguments.host, port=arguments.port)).run()


def _stop(_arguments: argparse.Namespace) -> int:
    from apps.core.services.instance import Instance

    layout = Layout.of_environment()
    if not layout.run.exists() or not Instance(layout).stop_other():
        sys.stdout.write("Bulkhead does not run in this checkout.\n")
        return _end_leftovers(layout)
    sys.stdout.write("Stopped.\n")
    return 0


def _end_leftovers(layout: Layout) -> int:
    """End what a killed supervisor left running."""
    from apps.core.services.orphans import end_orphans

    ended = end_orphans(layout)
    if ended:
        sys.stdout.write(f"Ended what an earlier start had left running: {', '.join(ended)}.\n")
    return 0


def _reset(arguments: argparse.Namespace) -> int:
    layout = Layout.of_environment()
    if not (layout.var / MARKER).exists():
        sys.stdout.write(f"There is nothing to delete in {layout.var}.\n")
        return 0
    if not arguments.yes and not _confirmed(layout):
        sys.stdout.write("Nothing was deleted.\n")
        return 1
    _stop(arguments)
    for path in sorted(layout.var.iterdir(), key=lambda path: path.name == MARKER):
        if path.is_dir() or path.is_symlink():
            delete_tree(path)
        else:
            path.unlink()
    delete_tree(layout.shared_home)
    remove_socket_directory(layout.socket_name)
    sys.stdout.write("Deleted. `make run` begins anew.\n")
    return 0


def _confirmed(layout: Layout) -> bool:
    if not sys.stdin.isatty():
        sys.stderr.write("Deleting all data needs a terminal to ask in, or YES=1.\n")
        return False
    sys.stdout.write(f"All books, secrets and logs in {layout.var} will be deleted. Type yes to go on: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() == "yes"


def _logs(_arguments: argparse.Namespace) -> int:
    from apps.core.services.log_files import follow

    follow(Layout.of_environment().logs)
    return 0


def _status(_arguments: argparse.Namespace) -> int:
    from apps.core.services.status import print_status

    return print_status(Layout.of_environment())


def _healthy(arguments: argparse.Namespace) -> int:
    from apps.core.services.health import fault_of
    from apps.core.services.processes import PROCESSES

    process = next(process for process in PROCESSES if process.name == arguments.process)
    fault = fault_of(
        process, layout=Layout.of_environment(), port=int(os.environ.get("GRANIAN_PORT", "8000"))
    )
    sys.stdout.write(f"{process.name} {fault or 'works'}\n")
    return 1 if fault else 0


def _shell(_arguments: argparse.Namespace) -> int:
    from apps.core.services.environment import read_environment
    from apps.core.services.processes import EVERY_PROCESS
    from apps.core.services.stack import process_environment

    variables = read_environment(Layout.of_environment().environment_file)
    environment = process_environment(variables, EVERY_PROCESS, {}) if variables else dict(os.environ)
    command = [sys.executable, "manage.py", "shell"]
    return subprocess.run(command, cwd=CHECKOUT, env=environment, check=False).returncode


def _with_cluster(arguments: argparse.Namespace) -> int:
    from apps.core.services.prepared import run_with_cluster

    return run_with_cluster(arguments.command)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m apps.core.services", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, act: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(act=act)
        return command

    run = add("run", _run, "start everything and keep it running until Ctrl-C")
    run.add_argument("--host", default="127.0.0.1", help="address to listen on")
    run.add_argument("--port", type=int, default=8000, help="first port to try")
    add("stop", _stop, "stop what `run` started in another terminal")
    add("reset", _reset, "delete all data of this checkout").add_argument("--yes", action="store_true")
    add("logs", _logs, "follow all logs")
    add("status", _status, "show what runs and whether it works")
    add("shell", _shell, "open a Python shell inside the application")
    add("healthy", _healthy, "exit 0 when a process works").add_argument(
        "process", choices=("web", "worker", "beat", "relay")
    )
    add(
        "with-cluster", _with_cluster, "run a command against a fresh, prepared, throw-away cluster"
    ).add_argument("command", nargs=argparse.REMAINDER)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.act(chosen))
    except ServiceError as error:
        sys.stderr.write(f"{error.message}\n{error.cure}\n".rstrip() + "\n")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
