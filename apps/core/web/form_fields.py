"""Fields of pages' forms, and how a refusal by an operation finds its field."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import get_decimal_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from apps.core.countries import country_codes, country_name
from apps.core.errors import DomainError, InputError

# One point and three digits after it: 1500 or one and a half, depending on where somebody grew up.
_AMBIGUOUS = re.compile(r"-?\d{1,3}\.\d{3}")


@lru_cache(maxsize=32)
def decimal_mark(locale: str) -> str:
    """Return the decimal mark of a locale: a point or a comma."""
    try:
        return "," if get_decimal_symbol(Locale.parse(locale.replace("-", "_"))) == "," else "."
    except (UnknownLocaleError, ValueError):
        return "."


def write_number(value: Decimal, mark: str) -> str:
    """Return a number as it stands in a field: no more decimals than it has, no thousands separators."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", mark)


class NumberField(forms.DecimalField):
    """A number with a decimal mark of its own; what could mean two numbers is refused, never guessed."""

    def __init__(self, *, mark: str = ".", **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**options)
        self.mark = mark

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = self._plain(value.strip().replace("\u2212", "-"))
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return write_number(value, self.mark) if isinstance(value, Decimal) else value

    def _plain(self, text: str) -> str:
        if self.mark == ".":
            if "," in text:
                raise ValidationError("Write decimals with a point and no thousands separator, as 1500.5.")
            return text
        if _AMBIGUOUS.fullmatch(text) or ("." in text and "," in text):
            raise ValidationError("Write decimals with a comma and no thousands separator, as 1500,5.")
        return text.replace(",", ".")


class DayField(forms.DateField):
    """A calendar day, as a browser's date field sends it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)


def country_field(**options: Any) -> forms.ChoiceField:
    """Return a choice of all countries by name."""
    named = sorted((country_name(code), code) for code in country_codes())
    return forms.ChoiceField(choices=[("", ""), *((code, name) for name, code in named)], **options)


def read_version(sent: QueryDict) -> int:
    """Return the version that a form was opened at. Raises InputError when the form does not say it."""
    text = sent.get("version", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InputError("The form does not say which version it changes.", cure="Open the page again.")
    return int(text)


def place_error(
    form: forms.Form, error: DomainError, names: dict[str, str] | None = None
) -> DomainError | None:
    """Put a refusal at the field at fault; return it when the form has no such field.

    `names` maps the operation's names of fields to the form's.
    """
    name = (names or {}).get(error.field or "", error.field or "")
    if name not in form.fields:
        return error
    form.add_error(name, " ".join(part for part in (error.message, error.cure) if part))
    return None
