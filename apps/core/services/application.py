"""The application's processes as things that the supervisor keeps running."""

from collections.abc import Mapping

from apps.core.services.child import Child
from apps.core.services.commands import python_command
from apps.core.services.health import fault_of
from apps.core.services.heartbeat import forget_heartbeat
from apps.core.services.layout import CHECKOUT, Layout
from apps.core.services.ports import HeldPort
from apps.core.services.processes import Process
from apps.core.services.stack import process_environment


class AppProcess:
    """One of `PROCESSES`, running with the variables that it may know and no others."""

    def __init__(
        self,
        process: Process,
        *,
        layout: Layout,
        variables: Mapping[str, str],
        held: HeldPort,
        extra: Mapping[str, str],
    ) -> None:
        self.process = process
        self.name = process.name
        self.stop_seconds = process.stop_seconds
        self._layout = layout
        self._port = held.port
        address = {"GRANIAN_HOST": held.host, "GRANIAN_PORT": str(held.port)}
        own = address if process.heartbeat_seconds is None else {}
        self.child = Child(
            process.name,
            python_command(process.command),
            log=layout.logs / f"{process.name}.log",
            environment=process_environment(variables, process.variables, {**own, **extra}),
            directory=CHECKOUT,
        )

    def start(self) -> None:
        """Start the process; whether it works is asked by `fault`."""
        self.child.kill()  # children of an earlier life that outlived it
        forget_heartbeat(self._layout, self.name)
        self.child.start()

    def stop(self) -> bool:
        """Stop the process; tell whether it went politely."""
        return self.child.stop(self.stop_seconds)

    def fault(self) -> str | None:
        """Return what is wrong; None when it works."""
        if not self.child.running:
            return "does not run"
        return fault_of(self.process, layout=self._layout, port=self._port)
