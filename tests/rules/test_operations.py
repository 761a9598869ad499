"""Every write has the same shape: keyword-only, typed, with who acts and when."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Writes that are part of another operation, or bookkeeping without an author; each says so in its docstring.
WITHOUT_ACTOR = {"note_key_use", "report_progress", "finish_job", "fail_job", "release_job", "claim_job"}
# Rooms whose operations stand in modules by subject.
MORE = [
    *(f"catalog/{name}.py" for name in ("categories", "lots", "prices", "warehouses")),
    *(
        f"orders/operations/{name}.py"
        for name in (
            "charging",
            "fulfilment",
            "policy",
            "purchases",
            "receiving",
            "sales",
            "shipping",
        )
    ),
    *(f"catalog/stock/{name}.py" for name in ("by_hand", "counting", "receiving", "reserving", "shipping")),
]


def operations() -> Iterator[tuple[str, ast.FunctionDef]]:
    # The log stands below the actors: its database function takes them from the signed context.
    found = set(ROOT.glob("apps/*/operations.py")) - {ROOT / "apps/audit/operations.py"}
    for path in sorted(found | {ROOT / "apps" / name for name in MORE}):
        for node in ast.parse(path.read_text()).body:
            # Other rooms of operations hold reads and arithmetic too; who writes takes an actor.
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and (path.name == "operations.py" or "actor" in {a.arg for a in node.args.kwonlyargs})
            ):
                yield f"{path.relative_to(ROOT).parts[1]}.{node.name}", node


def faults(node: ast.FunctionDef) -> list[str]:
    names = {argument.arg for argument in node.args.kwonlyargs}
    found = []
    if node.args.args and [a.arg for a in node.args.args] != ["secret"]:
        found.append("takes positional arguments")
    if any(argument.annotation is None for argument in node.args.kwonlyargs) or node.returns is None:
        found.append("is not typed")
    if node.name not in WITHOUT_ACTOR and node.args.kwonlyargs and not {"actor", "now"} <= names:
        found.append("does not say who acts and when")
    if not (ast.get_docstring(node) or "").split("\n")[0].rstrip().endswith((".", ":")):
        found.append("does not begin with one sentence that says what it does")
    return found


@pytest.mark.parametrize("name,node", list(operations()), ids=[name for name, _ in operations()])
def test_an_operation_has_the_house_shape(name: str, node: ast.FunctionDef) -> None:
    if name.startswith("audit."):
        pytest.skip(
            "the log stands below the actors: its database function takes them from the signed context"
        )
    assert faults(node) == []


def test_a_careless_operation_would_be_found() -> None:
    (node,) = ast.parse("def pay(invoice, *, amount): ...").body
    assert isinstance(node, ast.FunctionDef)
    assert len(faults(node)) == 4
