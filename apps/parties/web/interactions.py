"""The pages of interactions, as a description."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from apps.core.errors import InputError
from apps.core.web.list_query import read_choice, read_id, read_text
from apps.core.web.listing import Filter, fixed_filter, options_filter
from apps.parties.interactions import (
    access_interaction,
    change_interaction,
    list_interactions,
    record_interaction,
)
from apps.parties.models import CHANNELS, HANDLERS, KINDS, Interaction
from apps.parties.queries import find_customer, find_customer_code, get_customer_names
from apps.parties.web.forms import InteractionForm, NewInteractionForm
from apps.parties.wording import INTERACTION
from apps.tenancy.rowfiles.columns import MOMENT_DAY, TEXT, WHOLE, Column
from apps.tenancy.web.records.description import Entity, Fact, Listing, cleaned

STATES = {"open": "Open", "resolved": "Resolved"}
STATE_WORDS = {"open": ("Open", "warn"), "resolved": ("Resolved", "good")}


@dataclass(frozen=True)
class InteractionInfo:
    """An interaction as pages show it."""

    id: UUID
    name: str
    customer_id: UUID
    customer: str
    channel: str
    kind: str
    handled_by: str
    who: str
    minutes: int
    state: str
    occurred_at: datetime
    resolved_at: datetime | None
    version: int


def info_of(row: Interaction) -> InteractionInfo:
    """Return an interaction as pages show it."""
    return InteractionInfo(
        row.id, row.subject, row.customer_id, row.customer.name, CHANNELS[row.channel], KINDS[row.kind],
        HANDLERS[row.handled_by], row.who, row.minutes, "resolved" if row.resolved_at else "open",
        row.occurred_at, row.resolved_at, row.version,
    )  # fmt: skip


def _find(query: QueryDict) -> QuerySet[Interaction]:
    state = read_choice(query, "state", STATES)
    return list_interactions(
        customer_id=read_id(query, "customer"),
        text=read_text(query),
        channel=read_choice(query, "channel", CHANNELS),
        kind=read_choice(query, "kind", KINDS),
        is_open=(state == "open") if state else None,
    )


def _filters(query: QueryDict) -> tuple[Filter, ...]:
    customer = read_id(query, "customer")
    names = get_customer_names({customer}) if customer else {}
    found = (
        options_filter(query, "state", "State", STATES),
        options_filter(query, "channel", "Channel", CHANNELS),
        options_filter(query, "kind", "About", KINDS),
    )
    return (
        *(fixed_filter(query, "customer", "Customer", name) for name in names.values()),
        *found,
    )


def _read(form: forms.Form) -> dict[str, Any]:
    values = cleaned(form)
    if "customer" in values:
        customer = find_customer(values.pop("customer"))
        if customer is None:
            raise InputError("No customer has this code or name.", code="unknown_customer", field="customer")
        values["customer_id"] = customer.id
    return values


def _values(row: Interaction) -> dict[str, Any]:
    names = [name for name in InteractionForm.base_fields if name != "is_resolved"]
    return {name: getattr(row, name) for name in names} | {"is_resolved": row.resolved_at is not None}


def _customer(info: InteractionInfo) -> str:
    return reverse("parties:detail", args=[info.customer_id])


INTERACTIONS = Entity(
    listing=Listing(
        page="parties:interactions",
        name="interactions",
        title="Interactions",
        reads="interactions.read",
        find=_find,
        sorts={"occurred_at": "occurred_at", "minutes": "minutes"},
        sort="-occurred_at",
        filters=_filters,
        show=info_of,
        facts=(
            Fact("Subject", "name"),
            Fact("Customer", "customer", link=_customer),
            Fact("Channel", "channel", css="col-mid"),
            Fact("About", "kind", css="col-wide"),
            Fact("Handled by", "handled_by", css="col-wide"),
            Fact("Minutes", "minutes", "count", sort="minutes", css="num col-wide"),
            Fact("State", "state", "badge", words=STATE_WORDS),
            Fact("When", "occurred_at", "moment", sort="occurred_at", css="col-mid"),
        ),
        columns=(
            Column("When", "occurred_at", MOMENT_DAY),
            Column("Customer", "customer", TEXT, path="customer__code"),
            Column("Channel", "channel", TEXT),
            Column("About", "kind", TEXT),
            Column("Subject", "subject", TEXT),
            Column("Handled by", "handled_by", TEXT),
            Column("Who", "who", TEXT),
            Column("Minutes", "minutes", WHOLE),
            Column("Resolved", "resolved_at", MOMENT_DAY),
        ),
        empty="Write down what customers ask, and how it ended.",
    ),
    pages="parties:interaction_",
    one="interaction",
    writes="interactions.write",
    access=access_interaction,
    wording=INTERACTION,
    form=InteractionForm,
    new_form=NewInteractionForm,
    create=record_interaction,
    change=change_interaction,
    id_name="interaction_id",
    read=_read,
    values=_values,
    initial=lambda request: {"customer": find_customer_code(request.GET.get("customer", ""))},
    facts=(
        Fact("Customer", "customer", link=_customer),
        Fact("Channel", "channel"),
        Fact("About", "kind"),
        Fact("Handled by", "handled_by"),
        Fact("Who", "who"),
        Fact("Minutes", "minutes", "count"),
        Fact("When", "occurred_at", "moment"),
        Fact("Resolved", "resolved_at", "moment"),
    ),
    badge=Fact("State", "state", "badge", words=STATE_WORDS),
    form_template="parties/interaction_form.html",
)
