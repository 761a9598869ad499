"""Samples for the living page of components; none of it is anybody's data."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from babel import Locale
from django import forms
from django.utils.safestring import SafeString

from apps.console.charts import Figure, revenue_figure
from apps.console.queries import Bar
from apps.core.web.listing import Page
from config.env import ROOT

TOKENS = (
    ("Grounds", ("page", "surface", "sunken", "hover", "line", "line-control")),
    ("Words", ("text", "text-2", "text-3", "accent", "mark")),
    ("Signs", ("good", "good-soft", "warn", "warn-soft", "bad", "bad-soft", "accent-soft")),
    ("Charts", ("chart-1", "chart-2", "chart-prior", "chart-grid")),
)
SPRITE = ROOT / "static" / "icons" / "icons.svg"
ICON = re.compile(r'<symbol id="([a-z-]+)"')


class SampleForm(forms.Form):
    """One field of each kind, one of them refused."""

    name = forms.CharField(label="Name", help_text="As it stands on the invoice.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label="Kind", choices=[("a", "Company"), ("b", "Person")])
    day = forms.DateField(label="Issued", widget=forms.DateInput(attrs={"type": "date"}))
    agreed = forms.BooleanField(
        label="Send a copy by e-mail", required=False, help_text="To the address above."
    )


@dataclass(frozen=True)
class SampleChange:
    """A change as the timeline prints it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class SampleEvent:
    """A line of the timeline."""

    at: datetime
    who: str
    kind: str
    what: str
    changes: tuple[SampleChange, ...] = ()
    reason: str = ""
    href: str = ""


@dataclass(frozen=True)
class SampleRow:
    """A row of a list."""

    number: str
    state: str
    customer: str
    day: date
    total_minor: int


def samples(figure: SafeString) -> dict[str, Any]:
    """Return what the page shows; `figure` is a chart as JSON."""
    at = datetime(2025, 11, 20, 10, 42, 7, tzinfo=UTC)
    return {
        "tokens": TOKENS,
        "icons": ICON.findall(SPRITE.read_text()),
        "form": SampleForm({"name": "", "kind": "a", "day": "2025-02-31"}),
        "page": Page(_rows(), previous="", next="later", total=4321),
        "timeline": [
            SampleEvent(at, "Ana Pereira", "person", "voided the invoice", reason="Sent twice by mistake"),
            SampleEvent(at, "shop-sync", "key", "posted it", (SampleChange("state", "draft", "posted"),)),
        ],
        "figure": figure,
    }


def sample_figure() -> Figure:
    """Return a year of bars beside the year before."""
    months = [date(2025, month, 1) for month in range(1, 13)]
    bars = [
        Bar(
            day,
            (90 + 7 * day.month % 40) * 1_000_00,
            day,
            (80 + 11 * day.month % 50) * 1_000_00,
            "/styleguide#chart",
        )
        for day in months
    ]
    return revenue_figure(bars, currency="GBP", grain="month", locale=Locale("en", "GB"))


def _rows() -> list[SampleRow]:
    return [
        SampleRow("INV-2025-04321", "posted", "Northwind Trading Ltd", date(2025, 11, 20), 1_029_51),
        SampleRow("", "draft", "De Vries Cadeaus B.V.", date(2025, 11, 19), 88_00),
        SampleRow("INV-2025-04319", "void", "Eire Homewares", date(2025, 11, 18), 12_345_67),
    ]
