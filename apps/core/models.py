"""What every tenant table has in common."""

from typing import Any

from django.db import models

from apps.core.ids import new_id
from apps.core.scope import current_tenant_id


class TenantModel(models.Model):
    """A row of one tenant. The database makes (tenant_id, id) the key; see `apps.core.walls.wall`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant_id = models.UUIDField(default=current_tenant_id, editable=False)

    class Meta:
        abstract = True


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A reference inside the tenant; the constraint over (tenant_id, id) is made by `wall()`."""

    def __init__(self, to: Any, on_delete: Any = models.DO_NOTHING, **options: Any) -> None:
        options.setdefault("db_constraint", False)
        options.setdefault("db_index", False)
        super().__init__(to, on_delete, **options)
