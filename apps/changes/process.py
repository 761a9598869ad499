"""The relay process: one thread for each database, a sign of life, an orderly end."""

import logging
import threading
import time
from collections.abc import Sequence

from apps.changes.relay import Relay
from apps.core.services.heartbeat import EVERY_SECONDS, leave_heartbeat

log = logging.getLogger(__name__)

# A thread that has not said anything for so long hangs; the process then leaves no sign of life.
SILENCE_SECONDS = 30.0
JOIN_SECONDS = 8.0


class RelayProcess:
    """Runs the relays of some databases until `stop` is set or one of them dies."""

    def __init__(self, aliases: Sequence[str], stop: threading.Event) -> None:
        self._stop = stop
        self._states = dict.fromkeys(aliases, "starting")
        self._heard = dict.fromkeys(aliases, time.monotonic())
        self._threads = [
            threading.Thread(target=self._relay(alias).run, name=f"relay-{alias}", daemon=True)
            for alias in aliases
        ]

    def run(self) -> bool:
        """Work until told to stop; return whether all went well to the end."""
        for thread in self._threads:
            thread.start()
        while not self._stop.is_set() and all(thread.is_alive() for thread in self._threads):
            if all(time.monotonic() - heard < SILENCE_SECONDS for heard in self._heard.values()):
                leave_heartbeat("relay")
            self._stop.wait(EVERY_SECONDS)
        died = [thread.name for thread in self._threads if not thread.is_alive()]
        asked = self._stop.is_set()
        self._stop.set()
        for thread in self._threads:
            thread.join(JOIN_SECONDS)
        if not asked:
            log.error("ended because of %s; its error stands above", ", ".join(died))
        return asked

    def _relay(self, alias: str) -> Relay:
        return Relay(alias, self._stop, lambda state: self._hear(alias, state))

    def _hear(self, alias: str, state: str) -> None:
        self._heard[alias] = time.monotonic()
        if self._states[alias] != state:
            self._states[alias] = state
            log.info("%s: %s", alias, state)
