"""Figures for Plotly as plain JSON. A colour is written as var(--token): the page puts in its theme's own."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from apps.console.queries import Bar, CountryBar
from apps.core.countries import country_name
from apps.core.money import exponent, from_minor

Figure = dict[str, Any]
SHOWN_COUNTRIES = 10


def revenue_figure(bars: Sequence[Bar], *, currency: str, grain: str, locale: Locale) -> Figure:
    """Return bars of revenue over time, with the period before as an outline behind each."""
    words = [_label(bar.day, grain, locale) for bar in bars]
    before_words = [_label(bar.before_day, grain, locale) if bar.before_day else "" for bar in bars]
    before = _trace(
        "Period before",
        [bar.day.isoformat() for bar in bars],
        [_amount(bar.before_minor, currency) for bar in bars],
        _texts(before_words, [bar.before_minor for bar in bars], currency, locale),
        {"color": "rgba(0,0,0,0)", "line": {"color": "var(--chart-prior)", "width": 1.5}},
    )
    now = _trace(
        "Revenue",
        [bar.day.isoformat() for bar in bars],
        [_amount(bar.revenue_minor, currency) for bar in bars],
        _texts(words, [bar.revenue_minor for bar in bars], currency, locale),
        {"color": "var(--chart-1)"},
    ) | {"customdata": [bar.href for bar in bars]}
    ticks = _ticks(bars, grain, locale)
    layout = _layout() | {
        "barmode": "overlay",
        "hovermode": "x",
        "bargap": 0.3,
        "xaxis": {"type": "category", "tickmode": "array", "showgrid": False, "fixedrange": True,
                  "linecolor": "var(--line-control)", "automargin": True, "tickangle": 0, **ticks},
        "yaxis": _value_axis(),
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    }  # fmt: skip
    return {"data": [now | {"width": 0.62}, before | {"width": 0.8}], "layout": layout}


def country_figure(countries: Sequence[CountryBar], *, currency: str, locale: Locale) -> Figure:
    """Return horizontal bars of the countries that bring most; the rest stands in the table."""
    shown = list(countries[:SHOWN_COUNTRIES])[::-1]
    names = [country_name(bar.code) for bar in shown]
    trace = _trace(
        "Revenue",
        [_amount(bar.revenue_minor, currency) for bar in shown],
        names,
        _texts(names, [bar.revenue_minor for bar in shown], currency, locale),
        {"color": "var(--chart-1)"},
    ) | {"orientation": "h", "customdata": [bar.href for bar in shown]}
    layout = _layout() | {
        "bargap": 0.35,
        "xaxis": _value_axis() | {"nticks": 5},
        "yaxis": {
            "type": "category",
            "showgrid": False,
            "fixedrange": True,
            "automargin": True,
            "ticksuffix": "  ",
        },
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8},
    }
    return {"data": [trace], "layout": layout}


def _trace(name: str, x: list[Any], y: list[Any], texts: list[str], marker: Figure) -> Figure:
    return {"type": "bar", "name": name, "x": x, "y": y, "text": texts, "textposition": "none",
            "hovertemplate": "%{text}<extra></extra>", "marker": marker}  # fmt: skip


def _layout() -> Figure:
    return {"showlegend": False, "dragmode": False, "hovermode": "closest", "separators": ".,"}


def _value_axis() -> Figure:
    return {"gridcolor": "var(--chart-grid)", "zerolinecolor": "var(--line-control)", "fixedrange": True,
            "automargin": True, "exponentformat": "B", "ticksuffix": " ", "nticks": 6}  # fmt: skip


def _amount(minor: int | None, currency: str) -> float | None:
    """A float is near enough for the length of a bar; every amount in words comes from the minor units."""
    return None if minor is None else float(from_minor(minor, currency))


def _texts(words: Sequence[str], amounts: Sequence[int | None], currency: str, locale: Locale) -> list[str]:
    pattern = "#,##0" + ("." + "0" * exponent(currency) if exponent(currency) else "")
    return [
        f"{word}: {format_decimal(from_minor(minor, currency), format=pattern, locale=locale)} {currency}"
        if minor is not None
        else word
        for word, minor in zip(words, amounts, strict=True)
    ]


def _label(day: date, grain: str, locale: Locale) -> str:
    return format_date(day, format="d MMM y" if grain == "day" else "MMM y", locale=locale)


def _ticks(bars: Sequence[Bar], grain: str, locale: Locale) -> Figure:
    """Name every bar where there is room, else every n-th; the year stands where it begins."""
    every = max(1, -(-len(bars) // 13))
    chosen = [bar.day for index, bar in enumerate(bars) if index % every == 0]
    texts, year = [], None
    for day in chosen:
        text = format_date(day, format="d MMM" if grain == "day" else "MMM", locale=locale)
        texts.append(text if day.year == year else f"{text}<br>{day.year}")
        year = day.year
    return {"tickvals": [day.isoformat() for day in chosen], "ticktext": texts}
