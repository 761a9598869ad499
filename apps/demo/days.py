"""Spread documents over days: season, weekday, month's end, growth, and a little noise."""

from calendar import monthrange
from datetime import date, timedelta
from random import Random

from apps.demo.shapes import Rhythm

PERIOD = timedelta(days=730)
_MONTH_END_DAYS = 3


def document_days(*, today: date, count: int, rhythm: Rhythm, rng: Random) -> list[date]:
    """Return `count` days in order, from two years ago until today."""
    first = today - PERIOD
    days = [first + timedelta(days=n) for n in range(PERIOD.days + 1)]
    weights = [day_weight(day, first, rhythm) * rng.uniform(0.85, 1.15) for day in days]
    return [day for day, times in zip(days, _spread(count, weights), strict=True) for _ in range(times)]


def day_weight(day: date, first: date, rhythm: Rhythm) -> float:
    """Return how much is sold on a day, compared with other days."""
    grown: float = (1 + rhythm.growth) ** ((day - first).days / 365.25)
    is_month_end = day.day > monthrange(day.year, day.month)[1] - _MONTH_END_DAYS
    season = rhythm.months[day.month - 1] * rhythm.weekdays[day.weekday()]
    return season * grown * (rhythm.month_end if is_month_end else 1.0)


def _spread(count: int, weights: list[float]) -> list[int]:
    """Spread a count so that it adds up exactly (largest remainder, earlier days first among equals)."""
    total = sum(weights)
    exact = [weight * count / total for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: count - sum(parts)]:
        parts[index] += 1
    return parts
