"""The sets of rows that a draft's form sends, cut off before they become too many to draw."""

from django.http import HttpRequest

from apps.core.errors import InputError
from apps.invoices.drafting import MAX_ADJUSTMENTS
from apps.invoices.operations import MAX_LINES
from apps.invoices.web.forms import BaseLines, ExtraSet, LineSet


def sent_lines(request: HttpRequest, mark: str) -> BaseLines:
    """Return the lines of a sent form. Raises InputError when there are too many."""
    _check(request, "lines", MAX_LINES)
    return LineSet(request.POST, prefix="lines", form_kwargs={"mark": mark})


def sent_extras(request: HttpRequest, mark: str) -> BaseLines | None:
    """Return the allowances and charges of a sent form, None where the form has no such part."""
    if "extras-TOTAL_FORMS" not in request.POST:
        return None
    _check(request, "extras", MAX_ADJUSTMENTS)
    return ExtraSet(request.POST, prefix="extras", form_kwargs={"mark": mark})


def _check(request: HttpRequest, prefix: str, most: int) -> None:
    number = request.POST.get(f"{prefix}-TOTAL_FORMS", "")
    if number.isascii() and number.isdigit() and int(number[:9]) > most:
        # Not drawn again: the browser still has the page.
        raise InputError(
            f"A document has at most {most:,} lines. Nothing was saved.", code="too_many_lines", field="lines",
            cure="Go back in the browser: what you entered is still there. Split the document.",
        )  # fmt: skip
