"""Lock dates: whether a day is open for a kind of entry and a person (books.md 34)."""

from collections.abc import Collection
from datetime import date

from apps.core.db import write
from apps.core.scope import Actor
from apps.ledger.posting import closed_error


def check_open(*, kind: str, day: date, actor: Actor) -> None:
    """Raise PeriodClosed when the open scope's actor may not book a kind of entry on a day.

    Holds off whoever closes until the caller's transaction ends, so that both cannot win: call it inside one.
    `kind` is a kind of entry: settlement counts as payment, stock as general.
    """
    check_all_open([(kind, day)])


def check_all_open(days: Collection[tuple[str, date]]) -> None:
    """Raise PeriodClosed for the first of some kinds and days that is closed; holds off the closer alike."""
    if not days:
        return
    kinds, dates = [kind for kind, _ in days], [day for _, day in days]
    with write() as connection, connection.cursor() as cursor:
        cursor.execute("select day, lock_kind, through from public.ledger_closed(%s, %s)", [kinds, dates])
        met = cursor.fetchone()
    if met is not None:
        raise closed_error(day=met[0], lock_kind=met[1], through=met[2])
