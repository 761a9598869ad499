"""Forms of approvals. They read what was typed; the operation decides."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from apps.approvals.rules import RULES, Level, Rule, Terms
from apps.approvals.subjects import KINDS, label_of
from apps.core.money import from_minor, to_minor
from apps.core.web.form_fields import DayField, NumberField
from apps.tenancy.permissions import ROLE_LABELS
from apps.tenancy.web.once import OnceField

EVERYTHING = ("", "Everything")
MOST = Decimal(10) ** 15
Choices = Sequence[tuple[str, str]]


def kind_choices() -> list[tuple[str, str]]:
    """Return the kinds of documents as a choice."""
    return [(kind, label_of(kind)) for kind in KINDS]


def approver_choices(members: Choices) -> list[tuple[str, str]]:
    """Return everybody whom a policy may name: roles, then people."""
    roles = [(f"role:{role}", f"{label} (role)") for role, label in ROLE_LABELS.items()]
    return [*roles, *((f"person:{key}", name) for key, name in members)]


class DelegationForm(forms.Form):
    """Who decides for whom, and when."""

    holder_id = forms.ChoiceField(label="For", required=False)
    delegate_id = forms.ChoiceField(label="Who decides meanwhile")
    subject_kind = forms.ChoiceField(label="What", required=False)
    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")
    reason = forms.CharField(max_length=500, required=False)
    once = OnceField()

    def __init__(self, *args: Any, members: Choices, may_choose: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["delegate_id"].choices = [("", ""), *members]
        fields["holder_id"].choices = [("", "Me"), *(members if may_choose else ())]
        fields["subject_kind"].choices = [EVERYTHING, *kind_choices()]


class LimitForm(forms.Form):
    """The most that one person may approve."""

    person_id = forms.ChoiceField(label="Person")
    subject_kind = forms.ChoiceField(label="What", required=False)
    limit = NumberField(
        label="At most", required=False, min_value=0, max_value=MOST, help_text="Empty takes the limit away."
    )

    def __init__(self, *args: Any, members: Choices, mark: str, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["person_id"].choices = [("", ""), *members]
        fields["subject_kind"].choices = [EVERYTHING, *kind_choices()]
        fields["limit"].mark = mark


class PolicyForm(forms.Form):
    """What a policy speaks about."""

    name = forms.CharField(max_length=120)
    subject_kind = forms.ChoiceField(label="What", choices=kind_choices)
    min_amount = NumberField(label="From amount", required=False, min_value=0, max_value=MOST)
    max_amount = NumberField(label="To amount", required=False, min_value=0, max_value=MOST,
                             help_text="Both ends belong to it; empty is without end.")  # fmt: skip
    parties = forms.CharField(label="Suppliers or customers", required=False, max_length=2000,
                              help_text="Codes with commas between; empty for all.")  # fmt: skip
    categories = forms.CharField(
        required=False, max_length=500, help_text="With commas between; empty for all."
    )
    position = forms.IntegerField(label="Order", min_value=1, max_value=9999, initial=1,
                                  help_text="The first that speaks decides.")  # fmt: skip
    answer_days = forms.IntegerField(label="Days to answer", min_value=1, max_value=365, initial=3)
    escalates_to = forms.ChoiceField(label="Then also", required=False,
                                     help_text="Who may decide once it is late.")  # fmt: skip
    is_active = forms.BooleanField(label="In force", required=False, initial=True)
    once = OnceField()

    def __init__(self, *args: Any, members: Choices, mark: str, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["escalates_to"].choices = [("", "Nobody else"), *approver_choices(members)]
        for name in ("min_amount", "max_amount"):
            fields[name].mark = mark


class LevelForm(forms.Form):
    """One level: left empty it is none."""

    rule = forms.ChoiceField(choices=list(RULES.items()), required=False)
    needed = forms.IntegerField(label="How many", min_value=1, max_value=50, required=False, initial=1)
    from_amount = NumberField(label="From amount", required=False, min_value=0, max_value=MOST)
    approvers = forms.MultipleChoiceField(required=False, widget=forms.SelectMultiple(attrs={"size": "5"}))

    def __init__(self, *args: Any, members: Choices, mark: str, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["approvers"].choices = approver_choices(members)
        fields["from_amount"].mark = mark


LevelFormSet = forms.formset_factory(LevelForm, extra=2, max_num=9, validate_max=True, absolute_max=9)


def terms_from(header: dict[str, Any], levels: Sequence[dict[str, Any]], parties: Sequence[UUID],
               currency: str) -> Terms:  # fmt: skip
    """Return what the forms say; amounts are in the book currency."""
    return Terms(
        kind=header["subject_kind"],
        levels=tuple(_level(each, currency) for each in levels if each.get("approvers")),
        min_minor=to_minor(header["min_amount"] or Decimal(0), currency),
        max_minor=None if header["max_amount"] is None else to_minor(header["max_amount"], currency),
        party_ids=tuple(parties),
        categories=tuple(text.strip() for text in header["categories"].split(",") if text.strip()),
        answer_days=header["answer_days"],
        escalates_to=header["escalates_to"],
    )


def _level(given: dict[str, Any], currency: str) -> Level:
    rule: Rule = given["rule"] or "any"
    needed = (given["needed"] or 1) if rule == "number" else 1
    return Level(
        rule, tuple(given["approvers"]), needed, to_minor(given["from_amount"] or Decimal(0), currency)
    )


def header_values(terms: Terms, currency: str) -> dict[str, Any]:
    """Return terms as the header form shows them."""
    return {
        "subject_kind": terms.kind,
        "min_amount": from_minor(terms.min_minor, currency) if terms.min_minor else None,
        "max_amount": None if terms.max_minor is None else from_minor(terms.max_minor, currency),
        "categories": ", ".join(terms.categories),
        "answer_days": terms.answer_days,
        "escalates_to": terms.escalates_to,
    }


def level_values(terms: Terms, currency: str) -> list[dict[str, Any]]:
    """Return levels as their forms show them."""
    return [
        {"rule": each.rule, "needed": each.needed, "approvers": list(each.approvers),
         "from_amount": from_minor(each.from_minor, currency) if each.from_minor else None}
        for each in terms.levels
    ]  # fmt: skip
