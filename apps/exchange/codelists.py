"""Code lists of EN 16931, as release 1.3.16 of its public test files has them; each file names its source."""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "codes"


@cache
def codes(name: str) -> frozenset[str]:
    """Return the codes of a list, by the name of its file."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(code for line in lines if not line.startswith("#") for code in line.split())
