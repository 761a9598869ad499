"""What every template needs: icons, money, counts, dates, form fields, sortable headings."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Textarea
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.countries import country_name
from apps.core.money import exponent, from_minor

register = template.Library()
ABSENT = "–"


@lru_cache(maxsize=32)
def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def _locale_of(context: template.Context) -> Locale:
    return _locale(getattr(context.get("frame"), "locale", "") or "en_GB")


def _number(value: Decimal | int, pattern: str, context: template.Context) -> str:
    """Write a number with a true minus sign, which is as wide as a plus and is read as one."""
    return format_decimal(value, format=pattern, locale=_locale_of(context)).replace("-", "−")


@lru_cache(maxsize=16)
def _money_pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it is never read aloud, so the control needs words of its own."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("icons/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def money(context: template.Context, minor: int | None, currency: str) -> str:
    """Write an amount of minor units with exactly the currency's decimals, without its code."""
    if minor is None:
        return ABSENT
    pattern = _money_pattern(exponent(currency))
    return _number(from_minor(minor, currency), pattern, context)


@register.simple_tag(takes_context=True)
def count(context: template.Context, value: int | None) -> str:
    """Write a whole number with the tenant's separators."""
    return ABSENT if value is None else _number(value, "#,##0", context)


@register.simple_tag(takes_context=True)
def quantity(context: template.Context, value: Decimal | None, decimals: int = 6) -> str:
    """Write a quantity, price or rate with as many decimals as it has, at most `decimals`."""
    if value is None:
        return ABSENT
    return _number(value, "#,##0." + "#" * decimals, context)


@register.simple_tag(takes_context=True)
def price(context: template.Context, value: Decimal | None, currency: str) -> str:
    """Write a unit price with at least the currency's decimals; prices may have more."""
    if value is None:
        return ABSENT
    least = exponent(currency)
    pattern = "#,##0." + "0" * least + "#" * (6 - least)
    return _number(value, pattern, context)


@register.simple_tag(takes_context=True)
def percent(context: template.Context, value: Decimal | float | None) -> str:
    """Write a ratio such as 0.123 as `12.3 %`, with a true minus sign."""
    if value is None:
        return ABSENT
    return _number(Decimal(str(value)) * 100, "#,##0.0", context) + " %"


@register.simple_tag(takes_context=True)
def day(context: template.Context, value: date | None) -> SafeString | str:
    """Write a date for people, with the exact one for programs."""
    if value is None:
        return ABSENT
    words = format_date(value, format="d MMM y", locale=_locale_of(context))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag(takes_context=True)
def month(context: template.Context, value: date) -> SafeString:
    """Write the month of a date."""
    words = format_date(value, format="MMMM y", locale=_locale_of(context))
    return format_html('<time datetime="{}">{}</time>', value.strftime("%Y-%m"), words)


@register.simple_tag(takes_context=True)
def moment(context: template.Context, value: datetime | None, seconds: bool = False) -> SafeString | str:
    """Write a moment in the tenant's time zone."""
    if value is None:
        return ABSENT
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    pattern = "d MMM y, HH:mm:ss" if seconds else "d MMM y, HH:mm"
    words = format_datetime(local, format=pattern, locale=_locale_of(context))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), words)


@register.simple_tag
def country(code: str) -> str:
    """Name a country by its ISO 3166 code; an unknown code stays as it is."""
    return country_name(code) if code else ABSENT


@register.filter
def duration(seconds: int) -> str:
    """Write seconds as people say them: `8 s`, `3 min`, `2 h 5 min`."""
    if seconds < 90:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


@register.filter
def initials(name: str) -> str:
    """Give the one or two letters that stand for a person."""
    words = [word for word in (name or "?").replace("@", " ").replace(".", " ").split() if word]
    chosen = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0] for word in chosen).upper()


@register.inclusion_tag("partials/_field.html")
def field(bound: BoundField, wide: bool = False) -> dict[str, Any]:
    """Render a form field with its label, help and errors tied to it."""
    widget = bound.field.widget
    return {
        "field": bound,
        "wide": wide or isinstance(widget, Textarea),
        "checkbox": isinstance(widget, CheckboxInput),
        "group": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
    }


@register.inclusion_tag("partials/_sort.html", takes_context=True)
def sort_heading(context: template.Context, name: str, label: str, css: str = "") -> dict[str, Any]:
    """Render a column heading that sorts the list by `?sort=name`, then by `?sort=-name`."""
    current = str(context.get("sort", ""))
    ascending, descending = current == name, current == f"-{name}"
    first = f"-{name}" if "num" in css or name.endswith(("_date", "_at")) else name
    second = name if first.startswith("-") else f"-{name}"
    return {
        "request": context.get("request"),
        "label": label,
        "css": css,
        "direction": "ascending" if ascending else "descending" if descending else "none",
        "target": second if current == first else first,
    }
