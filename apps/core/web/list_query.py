"""What a list's address asks for, read with care: nothing in it can break the page."""

from datetime import date
from uuid import UUID

from django.http import QueryDict

from apps.core.errors import NotFound

LONGEST_TEXT = 100


def read_text(query: QueryDict) -> str:
    """Return the text that is searched for, without what no stored text contains."""
    text = "".join(character for character in query.get("q", "") if character.isprintable())
    return text.strip()[:LONGEST_TEXT]


def read_choice(query: QueryDict, name: str, choices: object) -> str:
    """Return a filter's value when it is one of its choices, else nothing."""
    value = query.get(name, "")
    return value if value in choices else ""  # type: ignore[operator]


def read_day(query: QueryDict, name: str) -> date | None:
    """Return a day, or None where there is none or it cannot be read."""
    try:
        return date.fromisoformat(query.get(name, ""))
    except ValueError:
        return None


def read_id(query: QueryDict, name: str) -> UUID | None:
    """Return an id, or None where the address has none. Raises NotFound for what cannot be one."""
    text = query.get(name, "")
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("There is no such record.") from None
