"""Text from outside, made fit to be stored."""

import unicodedata

from apps.core.errors import InputError

# Control characters, halves of characters, line and paragraph separators.
UNFIT = frozenset({"Cc", "Cs", "Zl", "Zp"})
# What turns the direction of the text after it, so that it reads as something else than it is.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = frozenset({"Cf", "Zs"})


def clean_text(value: str, *, field: str, limit: int, required: bool = True, lines: bool = False) -> str:
    """Return a text trimmed and normalised (NFC). Raises InputError for control characters, excess length, nothing."""
    text = unicodedata.normalize("NFC", value).strip()
    allowed = "\n\t" if lines else ""
    if any((unicodedata.category(c) in UNFIT and c not in allowed) or c in TURNING for c in text):
        raise InputError(
            "The text holds characters that cannot be stored.", code="control_characters", field=field
        )
    if len(text) > limit:
        raise InputError(f"The text is longer than {limit} characters.", code="too_long", field=field)
    if required and not any(unicodedata.category(c) not in UNSEEN for c in text):
        raise InputError("This is needed.", code="missing", field=field)
    return text
