"""Writes and reads of the tree of categories. A category is named by its path: “Medicines > Painkillers”."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from apps.catalog.models import Category, Product
from apps.core.db import write
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.scope import Actor
from apps.core.text import clean_text

BETWEEN = " > "
DEEPEST = 8


class CategoryTaken(DomainError):
    """Two categories in one place never share a name."""

    code = "category_taken"
    cure = "Choose another name, or use the category that is there."


class CategoryInUse(DomainError):
    """A category that holds something is not deleted."""

    code = "category_in_use"
    cure = "Move its products and categories elsewhere first."


def list_categories() -> QuerySet[Category]:
    """Return all categories."""
    return Category.objects.all()


def ids_under(category_id: UUID) -> list[UUID]:
    """Return a category and all that lie under it."""
    top = Category.objects.filter(id=category_id).first()
    return [] if top is None else [category_id, *_under(top).values_list("id", flat=True)]


def _under(top: Category) -> QuerySet[Category]:
    return Category.objects.filter(path__startswith=f"{top.path}{BETWEEN}")


def create_category(*, name: str, actor: Actor, now: datetime, parent_id: UUID | None = None) -> Category:
    """Create a category. Raises CategoryTaken, InputError for an unknown parent or a tree too deep."""
    name = _check_name(name)
    with write():
        category = Category(
            name=name, parent_id=parent_id, path=_path(name, _find_parent(parent_id)), created_at=now
        )
        Category.objects.bulk_create([category], ignore_conflicts=True)
        if not Category.objects.filter(id=category.id).exists():
            raise CategoryTaken(f"A category “{category.path}” is there already.", field="name")
    return category


def change_category(
    *, category_id: UUID, changes: dict[str, Any], actor: Actor, now: datetime, version: int | None = None
) -> Category:
    """Rename a category (`name`) or move it (`parent_id`) with all under it.

    Raises NotFound, StaleVersion, CategoryTaken, InputError for a place under itself.
    """
    if unknown := changes.keys() - {"name", "parent_id"}:
        raise InputError(f"“{min(unknown)}” cannot be changed.", code="not_changeable", field=min(unknown))
    with write():
        # All of them: two moves at once could make a ring that neither sees.
        everything = {each.id: each for each in Category.objects.select_for_update().order_by("id")}
        category = everything.get(category_id)
        if category is None:
            raise NotFound("There is no such category.")
        if version is not None and version != category.version:
            raise StaleVersion("Somebody changed this category after you opened it.")
        name = _check_name(changes.get("name", category.name))
        parent_id = changes.get("parent_id", category.parent_id)
        if (name, parent_id) == (category.name, category.parent_id):
            return category
        if any((each.parent_id, each.name) == (parent_id, name) for each in everything.values()):
            raise CategoryTaken(f"A category “{name}” is there already.", field="name")
        _move(category, name, _find_parent(parent_id, category))
    return category


def _move(category: Category, name: str, parent: Category | None) -> None:
    before, after = category.path, _path(name, parent)
    moved = list(_under(category))
    for each in moved:
        each.path = after + each.path[len(before) :]
    category.name, category.parent, category.path, category.version = (
        name,
        parent,
        after,
        category.version + 1,
    )
    # One statement for all: the database compares each path with the one above when it ends.
    for each in moved:
        each.version += 1
    Category.objects.bulk_update([category, *moved], ["name", "parent", "path", "version"])


def delete_category(*, category_id: UUID, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Delete an empty category. Raises NotFound, StaleVersion, CategoryInUse."""
    with write():
        category = Category.objects.select_for_update().filter(id=category_id).first()
        if category is None:
            raise NotFound("There is no such category.")
        if version is not None and version != category.version:
            raise StaleVersion("Somebody changed this category after you opened it.")
        is_used = Product.objects.filter(category_id=category_id).exists()
        if is_used or Category.objects.filter(parent_id=category_id).exists():
            raise CategoryInUse(f"“{category.name}” is not empty.")
        Category.objects.filter(id=category_id).delete()


def find_or_create_path(*, path: str, actor: Actor, now: datetime) -> UUID | None:
    """Return the category at a path, made where it was not there; an empty path is no category."""
    parent_id: UUID | None = None
    if not path.strip():
        return None
    for part in path.split(BETWEEN.strip()):
        name = _check_name(part)
        parent_id = _child(name, parent_id, actor, now)
    return parent_id


def _child(name: str, parent_id: UUID | None, actor: Actor, now: datetime) -> UUID:
    place = Category.objects.filter(parent_id=parent_id, name=name)
    if known := place.first():
        return known.id
    try:
        return create_category(name=name, parent_id=parent_id, actor=actor, now=now).id
    except CategoryTaken:
        # Somebody made it just now.
        return place.get().id


def _check_name(name: str) -> str:
    name = clean_text(name, field="name", limit=100)
    if BETWEEN.strip() in name:
        raise InputError(f"A name holds no “{BETWEEN.strip()}”: it stands between categories.", code="bad_name",
                         field="name")  # fmt: skip
    return name


def _path(name: str, parent: Category | None) -> str:
    return f"{parent.path}{BETWEEN}{name}" if parent else name


def _find_parent(parent_id: UUID | None, moved: Category | None = None) -> Category | None:
    """Return the parent. Raises InputError for one that is not there, lies under what is moved, or is too deep."""
    if parent_id is None:
        return None
    # Locked, so that it neither moves nor goes while its path is copied.
    parent = Category.objects.select_for_update().filter(id=parent_id).first()
    if parent is None:
        raise InputError("There is no such category.", code="unknown_category", field="parent")
    depth, height = parent.path.count(BETWEEN) + 2, 0
    if moved is not None:
        if parent.id == moved.id or parent.path.startswith(f"{moved.path}{BETWEEN}"):
            raise InputError("A category cannot lie under itself.", code="category_ring", field="parent")
        height = max((each.path.count(BETWEEN) for each in _under(moved)), default=0)
        height = max(height - moved.path.count(BETWEEN), 0)
    if depth + height > DEEPEST:
        raise InputError(f"The tree is {DEEPEST} deep at most.", code="tree_too_deep", field="parent")
    return parent
