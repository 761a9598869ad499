"""The last words of a start: address, sign-ins, logs."""

import json
from typing import Any

from rich.box import SIMPLE
from rich.table import Table

from apps.core.services.layout import Layout
from apps.core.services.screen import Screen


def print_welcome(screen: Screen, layout: Layout, url: str, seconds: float) -> None:
    """Print where the person goes now."""
    screen.say(f"\nReady after {seconds:.1f} s.", "bold green")
    screen.say(f"  Address   {url}")
    screen.say(f"  Logs      {layout.logs}  (make logs)")
    screen.say("  Stop      Ctrl-C here, or `make stop` in another terminal")
    sign_ins = read_sign_ins(layout)
    if sign_ins:
        screen.say("\nSign in as")
        screen.console.print(_table(sign_ins))


def read_sign_ins(layout: Layout) -> list[dict[str, Any]]:
    """Return the demo's sign-ins: a list of objects with equal keys, as `load_demo` wrote it."""
    try:
        found = json.loads((layout.run / "signins.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    rows = found.get("signins", []) if isinstance(found, dict) else found
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=SIMPLE, show_edge=False, pad_edge=True)
    columns = list(rows[0])
    for column in columns:
        table.add_column(column.replace("_", " ").capitalize(), overflow="fold")
    for row in rows:
        table.add_row(*(str(row.get(column, "")) for column in columns))
    return table
