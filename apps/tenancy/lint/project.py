"""What this project expects of its databases: the lists that stand in the repository."""

from django.apps import apps
from django.conf import settings

from apps.core.walls.open_tables import OPEN_TABLES
from apps.tenancy.lint.allowances import ALLOWANCES
from apps.tenancy.lint.finding import Expectations


def of_project() -> Expectations:
    """Return the open tables, published columns, allowances and declared tables of this project."""
    return Expectations(
        open_tables=OPEN_TABLES,
        published=getattr(settings, "PUBLISHED_COLUMNS", {}),
        allowances=ALLOWANCES,
        declared=_declared_tables(),
    )


def _declared_tables() -> tuple[str, ...]:
    """Return the tables of all models with a tenant: what the code believes, not what the catalog says."""
    options = (model._meta for model in apps.get_models())
    names = (
        o.db_table.replace('"', "")
        for o in options
        if any(f.column == "tenant_id" for f in o.concrete_fields)
    )
    return tuple(sorted({name if "." in name else f"public.{name}" for name in names}))
