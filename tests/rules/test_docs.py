"""Every link in the documentation leads somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

from apps.core.services.layout import CHECKOUT

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
ELSEWHERE = ("http://", "https://", "mailto:")
NOT_OURS = {".venv", ".git", "var", "node_modules"}


def documents(root: Path) -> Iterator[Path]:
    """Return the Markdown files of a checkout."""
    for path in sorted(root.rglob("*.md")):
        if not NOT_OURS & set(path.relative_to(root).parts):
            yield path


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub makes of headings."""
    found = set()
    for heading in HEADING.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())
        found.add(plain.replace(" ", "-"))
    return found


def broken_links(root: Path) -> list[str]:
    """Return each link to a file or heading that is not there."""
    found = []
    for path in documents(root):
        targets = LINK.findall(CODE.sub("", path.read_text(encoding="utf-8")))
        inside = [target for target in targets if not target.startswith(ELSEWHERE)]
        broken = [target for target in inside if not _leads_somewhere(path, target)]
        found += [f"{path.relative_to(root)}: {target}" for target in broken]
    return found


def _leads_somewhere(path: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    file = (path.parent / name) if name else path
    if not file.exists():
        return False
    return not anchor or anchor in anchors(file.read_text(encoding="utf-8"))


def test_links_lead_somewhere() -> None:
    assert broken_links(CHECKOUT) == []


def test_broken_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# A heading, with `code`\n")
    (tmp_path / "page.md").write_text(
        "# Here\n[good](other.md) [good](other.md#a-heading-with-code) [good](#here) [good](https://example.org)\n"
        "`[no link](nowhere.md)` [bad](missing.md) [bad](other.md#missing) ![bad](missing.png)\n"
    )
    assert broken_links(tmp_path) == [
        "page.md: missing.md",
        "page.md: other.md#missing",
        "page.md: missing.png",
    ]
