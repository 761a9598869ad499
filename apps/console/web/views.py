"""The home page and the pulse that keeps it young."""

import json

from django.utils.safestring import SafeString, mark_safe

from apps.console.charts import Figure

# What would end a script block or open a comment inside it; JSON reads the escapes as the same characters.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def block(figure: Figure) -> SafeString:
    """Return a figure as JSON that may stand in a script element of type application/json."""
    return mark_safe(json.dumps(figure, ensure_ascii=False).translate(ESCAPES))  # noqa: S308 - escaped above
