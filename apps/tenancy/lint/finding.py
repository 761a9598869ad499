"""What the lint finds, and what it expects to find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Finding:
    """One flaw in the walls of one database: where, which rule, what is wrong there, how to mend it."""

    rule: str
    object: str
    detail: str
    says: str
    cure: str

    def as_dict(self) -> dict[str, str]:
        """Return the finding as plain data for programs."""
        return {
            "rule": self.rule,
            "object": self.object,
            "detail": self.detail,
            "says": self.says,
            "cure": self.cure,
        }


@dataclass(frozen=True)
class Allowance:
    """A finding that is right as it is, and why. One that allows nothing any more is a finding itself."""

    rule: str
    object: str
    reason: str
    detail: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Say whether this allowance speaks of that finding."""
        return (
            self.rule == finding.rule
            and self.object == finding.object
            and self.detail in {None, finding.detail}
        )


# Publication -> table -> columns that may leave through the event stream.
Published = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class Expectations:
    """What the catalog is compared with. `of_project()` in this package gives the project's own."""

    open_tables: Mapping[str, str] = field(default_factory=dict)
    published: Published = field(default_factory=dict)
    allowances: Sequence[Allowance] = ()
    # Tables with tenants as the models declare them, as `schema.table`.
    declared: Sequence[str] = ()
