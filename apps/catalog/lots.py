"""Writes of lots: what stands on the label. How much of a lot lies where is said by movements alone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from apps.catalog.models import Lot
from apps.core.db import write
from apps.core.errors import InputError, NotFound, StaleVersion
from apps.core.scope import Actor


def change_lot(
    *, lot_id: UUID, changes: dict[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Lot:
    """Correct the expiry date of a lot (`expires_on`; None = it does not expire).

    Raises NotFound, StaleVersion, InputError.
    """
    if unknown := changes.keys() - {"expires_on"}:
        raise InputError(f"“{min(unknown)}” cannot be changed.", code="not_changeable", field=min(unknown))
    with write():
        lot = Lot.objects.select_for_update().filter(id=lot_id).first()
        if lot is None:
            raise NotFound("There is no such lot.")
        if version is not None and version != lot.version:
            raise StaleVersion("Somebody changed this lot after you opened it.")
        if changes and lot.expires_on != changes["expires_on"]:
            lot.expires_on, lot.version = changes["expires_on"], lot.version + 1
            lot.save(update_fields=["expires_on", "version"])
    return lot
