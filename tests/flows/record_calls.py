"""The calls of the pages that an entity's description makes (apps/tenancy/web/records/)."""

from collections.abc import Callable

from apps.tenancy.web.records.description import Entity
from tests.factories.row_files import as_upload
from tests.flows.calls import Call, Sent, World


def calls_of_record(
    entity: Entity,
    record: str,
    *,
    new: Callable[[World], Sent] | None = None,
    edit: Callable[[World], Sent] | None = None,
    file: str = "",
) -> list[Call]:
    """Return the calls of an entity's pages; `record` and `file` name ids of the world."""
    reads, writes, page = entity.listing.reads, entity.writes, entity.page
    found = [Call(entity.listing.page, (reads,)), Call(page("detail"), (reads,), record)]
    if entity.listing.columns:
        found.append(Call(page("export"), ("exports.run", reads)))
    if entity.suggest:
        found.append(Call(page("suggest"), (reads,)))
    if entity.personal:
        found.append(Call(page("personal"), (reads,), record))
    if new:
        found += [
            Call(page("create"), (writes,)),
            Call(page("create"), (writes,), method="POST", send=new, ok=(302,)),
        ]
    if edit:
        found += [
            Call(page("edit"), (writes,), record),
            Call(page("edit"), (writes,), record, method="POST", send=edit, ok=(302,)),
        ]
    return [*found, *(_import_calls(entity, file) if entity.rows else [])]


def _import_calls(entity: Entity, file: str) -> list[Call]:
    """Return the calls of an import; `file` names a checked file with a refused row."""
    needs, kind = ("imports.run", entity.writes), entity.rows
    assert kind is not None
    headings = [column.heading for column in kind.columns if column.is_required]

    def send(_: World) -> Sent:
        return {"file": as_upload(headings, ["\x07"] * len(headings))}

    return [
        Call(entity.page("import"), needs),
        Call(entity.page("import"), needs, method="POST", send=send, ok=(302,)),
        Call(entity.page("import_file"), needs, file),
        Call(entity.page("import_file"), needs, file, method="POST", ok=(302,)),
        Call(entity.page("import_refused"), needs, file),
    ]
