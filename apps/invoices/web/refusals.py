"""Where a refusal of a draft is shown: at the header's field, at the line's field, or above the form."""

import re

from django import forms

from apps.core.errors import DomainError, InputError
from apps.core.web.form_fields import place_error
from apps.invoices.web.forms import BaseLines

_LINE_FIELD = re.compile(r"lines\[(\d+)\]\.(\w+)")


def show_refusal(error: DomainError, form: forms.Form, lines: BaseLines) -> DomainError:
    """Put an operation's refusal at the field it names; return it for the summary above the form."""
    named = _LINE_FIELD.fullmatch(error.field or "")
    if named is None:
        place_error(form, error)
        return error
    entered, position, name = lines.entered(), int(named[1]), named[2]
    if position < len(entered) and name in entered[position].fields:
        entered[position].add_error(name, error.message)
    return InputError(f"Line {position + 1}: {error.message}", cure=error.cure, code=error.code)
