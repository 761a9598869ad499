"""Text from outside, made fit to be stored."""

import unicodedata

from apps.core.errors import InputError


def clean_text(value: str, *, field: str, limit: int, required: bool = True, lines: bool = False) -> str:
    """Return a text trimmed and normalised (NFC). Raises InputError for control characters, excess length, nothing."""
    text = unicodedata.normalize("NFC", value).strip()
    allowed = "\n\t" if lines else ""
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed for c in text):
        raise InputError(
            "The text holds characters that cannot be stored.", code="control_characters", field=field
        )
    if len(text) > limit:
        raise InputError(f"The text is longer than {limit} characters.", code="too_long", field=field)
    if required and not text:
        raise InputError("This is needed.", code="missing", field=field)
    return text
