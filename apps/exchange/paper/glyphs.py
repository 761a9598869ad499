"""Which characters the fonts on paper have. PDF/A allows none that is not there, so others are shown as a box."""

import json
from functools import lru_cache
from typing import Any, Final

import typst

BOX: Final = "□"
# Latin letters of Europe, Brazil and Vietnam, and what stands around them: there, as a test proves.
_KNOWN: Final = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x17F), *range(0x1EA0, 0x1EFA))))
_PROBE: Final = (
    '#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n'
    "#for each in json(bytes(sys.inputs.text)) [#each]"
)


def drawable(data: Any) -> tuple[Any, bool]:
    """Return texts with a box for each character that cannot be drawn, and whether there was one."""
    missing = _missing("".join(sorted(set(_letters(data)) - _KNOWN)))
    return (_boxed(data, str.maketrans(dict.fromkeys(missing, BOX))), True) if missing else (data, False)


@lru_cache(maxsize=512)
def _missing(letters: str) -> str:
    """Return which of some characters cannot be drawn: all are tried at once, then halves of what fails."""
    if not letters or _draws(letters):
        return ""
    if len(letters) == 1:
        return letters
    middle = len(letters) // 2
    return _missing(letters[:middle]) + _missing(letters[middle:])


def _draws(letters: str) -> bool:
    try:
        typst.compile(
            _PROBE.encode(), format="pdf", ignore_system_fonts=True, pdf_standards=["a-3b"],
            sys_inputs={"text": json.dumps(list(letters))},
        )  # fmt: skip
    except typst.TypstError:
        return False
    return True


def _letters(data: Any) -> str:
    if isinstance(data, str):
        return data
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return "".join(map(_letters, inner))


def _boxed(data: Any, table: dict[int, str]) -> Any:
    if isinstance(data, str):
        return data.translate(table)
    if isinstance(data, dict):
        return {key: _boxed(each, table) for key, each in data.items()}
    return [_boxed(each, table) for each in data] if isinstance(data, list) else data
