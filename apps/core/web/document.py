"""What a document's page shows beside its figures: what may be done with it, and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Action:
    """Something that may be done now. A `get` action is a link; a `post` one a button.

    `tone` is `primary`, `danger` or nothing. With `confirm` the button first asks, in these words;
    with `asks_reason` the question has a field `reason` that must be filled.
    """

    name: str
    label: str
    url: str
    method: str = "post"
    tone: str = ""
    confirm: str = ""
    asks_reason: bool = False


@dataclass(frozen=True)
class FieldChange:
    """A field's value before and after, in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Happening:
    """One line of a record's timeline, from the audit log."""

    at: datetime
    who: str
    kind: str
    what: str
    changes: Sequence[FieldChange] = field(default_factory=tuple)
    reason: str = ""
    href: str = ""
