"""Values of records as pages print them, by their description."""

from collections.abc import Callable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.templatetags import bulkhead
from apps.core.templatetags.bulkhead import ABSENT
from apps.tenancy.web.records.description import Fact

register = template.Library()
Writer = Callable[[template.Context, Any, str], str]

_WRITERS: dict[str, Writer] = {
    "text": lambda _, value, __: str(value),
    "mono": lambda _, value, __: format_html('<span class="mono">{}</span>', value),
    "count": lambda context, value, _: bulkhead.count(context, value),
    "quantity": lambda context, value, _: bulkhead.quantity(context, value),
    "price": lambda context, value, currency: _with_code(bulkhead.price(context, value, currency), currency),
    "money": lambda context, value, currency: _with_code(bulkhead.money(context, value, currency), currency),
    "percent": lambda context, value, _: f"{bulkhead.quantity(context, value)} %",
    "day": lambda context, value, _: bulkhead.day(context, value),
    "moment": lambda context, value, _: bulkhead.moment(context, value),
    "country": lambda _, value, __: bulkhead.country(value),
    "flag": lambda _, value, __: "Yes" if value else "No",
}


@register.simple_tag(takes_context=True)
def fact(context: template.Context, wanted: Fact, row: Any) -> SafeString | str:
    """Write a value of a row; a missing one is a dash."""
    value = wanted.of(row)
    if value is None or value == "":
        return ABSENT
    if wanted.kind == "badge":
        words, tone = wanted.words.get(value, (str(value), "plain"))
        return format_html('<span class="badge {}">{}</span>', tone, words)
    currency = getattr(row, wanted.beside) if wanted.beside else ""
    text = _WRITERS[wanted.kind](context, value, currency)
    address = wanted.link(row) if wanted.link else ""
    return format_html('<a href="{}">{}</a>', address, text) if address else text


def _with_code(amount: str, currency: str) -> SafeString:
    return format_html('{} <span class="faint small">{}</span>', amount, currency)
