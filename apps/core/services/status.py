"""`make status`: what runs in this checkout, and whether it works."""

import sys

from apps.core.services.health import fault_of
from apps.core.services.instance import Instance
from apps.core.services.layout import Layout
from apps.core.services.processes import PROCESSES


def print_status(layout: Layout) -> int:
    """Print one line a process; return 0 when all work."""
    instance = Instance(layout)
    if not layout.run.exists() or not instance.alive:
        sys.stdout.write("Bulkhead does not run in this checkout. Start it with `make run`.\n")
        return 1
    facts = instance.facts()
    sys.stdout.write(f"{facts.url or 'starting'}  (supervisor: process {facts.pid})\n")
    port = int(facts.url.rpartition(":")[2] or 0) if facts.url else 0
    faults = {process.name: fault_of(process, layout=layout, port=port) for process in PROCESSES}
    for name, fault in faults.items():
        sys.stdout.write(f"  {name:<10}{fault or 'works'}\n")
    return 1 if any(faults.values()) else 0
