"""Writes and reads of the tree of categories. A category is named by its path: “Medicines > Painkillers”."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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


@dataclass(frozen=True)
class Node:
    """A category in its place: `path` from the top, `depth` 0 at the top, `products` directly in it."""

    id: UUID
    parent_id: UUID | None
    name: str
    path: str
    depth: int
    version: int
    products: int = 0


def list_tree() -> list[Node]:
    """Return all categories, each after its parent, by name."""
    children: dict[UUID | None, list[Category]] = {}
    for category in Category.objects.order_by("name", "id"):
        children.setdefault(category.parent_id, []).append(category)
    found: list[Node] = []

    def walk(parent: Node | None) -> None:
        for each in children.get(parent.id if parent else None, ()):
            path = f"{parent.path}{BETWEEN}{each.name}" if parent else each.name
            depth = parent.depth + 1 if parent else 0
            found.append(Node(each.id, each.parent_id, each.name, path, depth, each.version))
            walk(found[-1])

    walk(None)
    return found


def paths_by_id() -> dict[UUID, str]:
    """Return the path of each category."""
    return {node.id: node.path for node in list_tree()}


def ids_under(category_id: UUID) -> list[UUID]:
    """Return a category and all that lie under it."""
    # The tree lists each category after its parent.
    tree, found = list_tree(), {category_id}
    for node in tree:
        if node.parent_id in found:
            found.add(node.id)
    return [node.id for node in tree if node.id in found]


def create_category(*, name: str, actor: Actor, now: datetime, parent_id: UUID | None = None) -> Category:
    """Create a category. Raises CategoryTaken, InputError for an unknown parent or a tree too deep."""
    category = Category(name=_check_name(name), parent_id=parent_id, created_at=now)
    with write():
        _check_parent(parent_id, None)
        Category.objects.bulk_create([category], ignore_conflicts=True)
        if not Category.objects.filter(id=category.id).exists():
            raise CategoryTaken(f"A category “{category.name}” is there already.", field="name")
    return category


def change_category(
    *,
    category_id: UUID,
    name: str,
    parent_id: UUID | None,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> Category:
    """Rename a category or move it with all under it.

    Raises NotFound, StaleVersion, CategoryTaken, InputError for a place under itself.
    """
    name = _check_name(name)
    with write():
        # All of them: two moves at once could make a ring that neither sees.
        everything = {each.id: each for each in Category.objects.select_for_update().order_by("id")}
        category = everything.get(category_id)
        if category is None:
            raise NotFound("There is no such category.")
        if version is not None and version != category.version:
            raise StaleVersion("Somebody changed this category after you opened it.")
        if (name, parent_id) == (category.name, category.parent_id):
            return category
        _check_parent(parent_id, category_id)
        if Category.objects.filter(parent_id=parent_id, name=name).exclude(id=category_id).exists():
            raise CategoryTaken(f"A category “{name}” is there already.", field="name")
        category.name, category.parent_id, category.version = name, parent_id, category.version + 1
        category.save(update_fields=["name", "parent", "version"])
    return category


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


def _check_parent(parent_id: UUID | None, moved_id: UUID | None) -> None:
    """Raise InputError for a parent that is not there, lies under what is moved, or is too deep."""
    if parent_id is None:
        return
    nodes = {node.id: node for node in list_tree()}
    if parent_id not in nodes:
        raise InputError("There is no such category.", code="unknown_category", field="parent")
    height = 0
    if moved_id is not None:
        under = set(ids_under(moved_id))
        if parent_id in under:
            raise InputError("A category cannot lie under itself.", code="category_ring", field="parent")
        height = max(nodes[each].depth for each in under) - nodes[moved_id].depth
    if nodes[parent_id].depth + 1 + height >= DEEPEST:
        raise InputError(f"The tree is {DEEPEST} deep at most.", code="tree_too_deep", field="parent")
