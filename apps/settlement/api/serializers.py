"""Open items and the ageing as the API shows them. Amounts are strings in major units ("12.30")."""

from functools import partial
from typing import Any
from uuid import UUID

from rest_framework import serializers

from apps.core.api.fields import Amount, Day, Text
from apps.core.api.serializers import Body, Shown
from apps.core.money import from_minor
from apps.settlement.ageing import BUCKETS, Ageing
from apps.settlement.models import DIRECTIONS, HOLDS, SIDES


class OpenItemShown(Shown):
    """What a posted document or a payment leaves open: a charge is owed, a credit settles charges."""

    id = serializers.UUIDField()
    side = serializers.ChoiceField(choices=list(SIDES.items()))
    direction = serializers.ChoiceField(choices=list(DIRECTIONS.items()))
    customer = serializers.UUIDField(source="customer_id", allow_null=True)
    supplier = serializers.UUIDField(source="supplier_id", allow_null=True)
    source_kind = serializers.CharField()
    source_id = serializers.UUIDField()
    number = serializers.CharField()
    position = serializers.IntegerField(help_text="The instalment, from 1.")
    issue_date = serializers.DateField()
    due_date = serializers.DateField()
    currency = serializers.CharField()
    amount = Amount()
    open = Amount()
    discount_until = serializers.DateField(allow_null=True)
    discount = Amount(help_text="What may be left out when it is paid by then.")
    hold = serializers.ChoiceField(choices=list(HOLDS.items()), allow_blank=True)
    version = serializers.IntegerField()


class AgeingAsked(Body):
    """Which ageing."""

    side = serializers.ChoiceField(choices=list(SIDES.items()), required=False)
    as_of = Day(required=False)
    currency = Text(min_length=3, max_length=3, required=False)


class AgeingRowShown(Shown):
    """One party's balance by how late it is; credits are negative."""

    party = serializers.UUIDField()
    name = serializers.CharField()
    not_due = serializers.CharField()
    d1_30 = serializers.CharField()
    d31_60 = serializers.CharField()
    d61_90 = serializers.CharField()
    over_90 = serializers.CharField()
    credits = serializers.CharField()
    total = serializers.CharField()


class AgeingShown(Shown):
    """What was open on a day: the buckets add up to the balance."""

    side = serializers.ChoiceField(choices=list(SIDES.items()))
    as_of = serializers.DateField()
    currency = serializers.CharField()
    total = serializers.CharField()
    parties = AgeingRowShown(many=True)


def show_ageing(found: Ageing, currency: str, names: dict[UUID, str]) -> dict[str, Any]:
    """Return an ageing as it is shown."""
    say = partial(_text, currency)
    return {
        "side": found.side, "as_of": found.as_of, "currency": currency, "total": say(found.total),
        "parties": [
            {"party": row.party_id, "name": names.get(row.party_id, ""), "total": say(row.total),
             **{name: say(row.parts.get(name, 0)) for name in BUCKETS}}
            for row in found.rows
        ],
    }  # fmt: skip


def _text(currency: str, minor: int) -> str:
    return format(from_minor(minor, currency), "f")
