"""One call of one route of the API."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Call:
    """One method of one route: `{name}` in path and body stands for an id of the company's books."""

    route: str
    method: str
    path: str
    needs: str
    status: int = 200
    body: Any = None
    names_record: bool = True
    room: str = ""
    by_person: bool = False  # what only people may do, with a token of their own
