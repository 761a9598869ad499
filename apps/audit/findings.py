"""What a verification found, and which exit code that is."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["tamper", "anchor", "gap", "unsealed"]
# The worst kind counts: what is known to be changed, then what cannot be proven, then what is late.
EXIT_CODES: dict[Kind, int] = {"tamper": 1, "anchor": 3, "gap": 2, "unsealed": 2}
MOST_FINDINGS = 50


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was sealed, and where."""

    kind: Kind
    what: str
    checkpoint: int | None = None
    tenant: str | None = None
    entry_id: int | None = None

    def __str__(self) -> str:
        place = {"checkpoint": self.checkpoint, "tenant": self.tenant, "entry": self.entry_id}
        named = ", ".join(f"{name} {value}" for name, value in place.items() if value is not None)
        return f"{named}: {self.what}" if named else self.what


@dataclass
class Report:
    """What a verification saw. Counts are of what was read and checked."""

    database: str
    entries: int = 0
    seals: int = 0
    checkpoints: int = 0
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 ok, 1 tampered, 2 a gap or unsealed for too long, 3 an anchor is missing or different."""
        kinds = {finding.kind for finding in self.findings}
        return next((code for kind, code in EXIT_CODES.items() if kind in kinds), 0)

    @property
    def first(self) -> Finding | None:
        """The first finding of the kind that gives the exit code."""
        return next((f for f in self.findings if EXIT_CODES[f.kind] == self.exit_code), None)

    def add(self, finding: Finding) -> None:
        """Keep a finding; of each kind the first fifty."""
        if sum(one.kind == finding.kind for one in self.findings) < MOST_FINDINGS:
            self.findings.append(finding)
