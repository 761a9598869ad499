"""What pages of records are described by: values to show, a list, an entity with its record and form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from apps.core.web.listing import Filter
from apps.tenancy.rowfiles.answers import RowKind
from apps.tenancy.rowfiles.columns import Column
from apps.tenancy.timeline import Wording

Words = Mapping[Any, tuple[str, str]]


@dataclass(frozen=True)
class Fact:
    """A value as pages print it, in a list's column or among a record's facts.

    `name` is the attribute of the shown row, or a function of it. `kind`: text, mono, count, quantity, price, money,
    percent, day, moment, country, flag, badge. `beside` names the attribute with the currency of price and money;
    `words` tells a badge's value in words with its tone (good, warn, bad, plain or nothing); `link` leads to another
    record. In a list, `sort` is the name in `sorts`, `css` the column's classes (num, col-mid, col-wide).
    """

    label: str
    name: str | Callable[[Any], Any]
    kind: str = "text"
    sort: str = ""
    css: str = ""
    beside: str = ""
    words: Words = field(default_factory=dict)
    link: Callable[[Any], str] | None = None

    def of(self, row: Any) -> Any:
        """Return the value that a row has."""
        return getattr(row, self.name) if isinstance(self.name, str) else self.name(row)


def _itself(row: Any) -> Any:
    return row


def _nothing(*_: Any) -> dict[str, Any]:
    return {}


def _no_filters(_: QueryDict) -> tuple[Filter, ...]:
    return ()


def cleaned(form: forms.Form) -> dict[str, Any]:
    """Return what a form holds, without its token."""
    return {name: value for name, value in form.cleaned_data.items() if name != "once"}


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list and its file. `page` is its address name, `name` what the file and the log of exports call it.

    `find` gives the rows that the address asks for (`request.GET`), which must be fit for keyset pages: each of
    `sorts` is a field that is never null. `show` turns a row into what templates print. Without `columns` there is
    no file. `template` defaults to one that prints `facts`; the first of them leads to the page `opens`.
    """

    page: str
    name: str
    title: str
    reads: str
    find: Callable[[QueryDict], QuerySet[Any]]
    sorts: Mapping[str, str]
    sort: str
    filters: Callable[[QueryDict], tuple[Filter, ...]] = _no_filters
    show: Callable[[Any], Any] = _itself
    facts: tuple[Fact, ...] = ()
    opens: str = ""
    columns: tuple[Column, ...] = ()
    template: str = "records/list.html"
    empty: str = "They appear here as soon as somebody makes one."
    more: Callable[[HttpRequest], dict[str, Any]] = _nothing
    is_counted: bool = True


@dataclass(frozen=True, kw_only=True)
class Entity:
    """A master record: its list, its page, its form, its operations.

    `pages` is what the names of its pages begin with ("parties:supplier_"). `access(id, permission=…)` is the door.
    `create(**values, actor, now)` and `change(**{id_name: id}, changes, version, actor, now)` are operations; `read`
    turns a valid form into their values, `values` a row into a form's, and `field_names` maps an operation's field to
    the form's. Without `create` or `change` there is no such page. `personal` are (label, field) pairs of encrypted
    fields: shown, and put into the form, only after a look is recorded. `rows` makes the entity importable. `more`
    adds to the context of the record's page.
    """

    listing: Listing
    pages: str
    one: str
    writes: str
    access: Callable[..., Any]
    wording: Wording
    form: type[forms.Form] | None = None
    new_form: type[forms.Form] | None = None
    create: Callable[..., Any] | None = None
    change: Callable[..., Any] | None = None
    id_name: str = ""
    read: Callable[[forms.Form], dict[str, Any]] = cleaned
    values: Callable[[Any], dict[str, Any]] | None = None
    initial: Callable[[HttpRequest], dict[str, Any]] = _nothing
    form_options: Callable[[HttpRequest], dict[str, Any]] = _nothing
    field_names: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    badge: Fact | None = None
    personal: tuple[tuple[str, str], ...] = ()
    more: Callable[[HttpRequest, Any], dict[str, Any]] = _nothing
    suggest: Callable[[HttpRequest, str], Sequence[Mapping[str, Any]]] | None = None
    rows: RowKind | None = None
    detail_template: str = "records/detail.html"
    form_template: str = "records/form.html"

    def page(self, name: str) -> str:
        """Return the address name of one of its pages."""
        return f"{self.pages}{name}"

    def values_of(self, row: Any) -> dict[str, Any]:
        """Return a row's values as its form shows them."""
        if self.values is not None:
            return self.values(row)
        assert self.form is not None
        return {name: getattr(row, name) for name in self.form.base_fields}
