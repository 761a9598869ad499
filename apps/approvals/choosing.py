"""Which policy speaks about a document."""

from collections.abc import Iterable

from apps.approvals.desk import current_versions
from apps.approvals.models import PolicyVersion
from apps.approvals.rules import Facts, Level, Terms, levels_from_json, levels_of
from apps.approvals.subjects import Subject


def find_policy(facts: Facts) -> tuple[PolicyVersion, tuple[Level, ...]] | None:
    """Return the policy version that speaks about a document, with the levels it asks for, or None."""
    return choose(current_versions().filter(subject_kind=facts.kind), facts)


def choose(versions: Iterable[PolicyVersion], facts: Facts) -> tuple[PolicyVersion, tuple[Level, ...]] | None:
    """Return the first of some policy versions that speaks about a document, with the levels it asks for, or None."""
    for version in versions:
        levels = levels_of(terms_of(version), facts)
        if levels:
            return version, levels
    return None


def terms_of(version: PolicyVersion) -> Terms:
    """Return what a stored policy version says."""
    return Terms(
        version.subject_kind, levels_from_json(version.levels), version.min_minor, version.max_minor,
        tuple(version.party_ids), tuple(version.categories), version.answer_days, version.escalates_to,
    )  # fmt: skip


def facts_of(subject: Subject) -> Facts:
    """Return what policies look at in a document."""
    return Facts(subject.kind, subject.book_minor, subject.party_id, subject.category)
