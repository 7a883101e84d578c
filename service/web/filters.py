"""The list an address asks for: filters, order and columns, and their way back into addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from flask import request, url_for

from geodata.errors import UsageError
from geodata.model.codelist import Codelist
from geodata.model.codelists import Group, MilestoneKind, UnusedBucket, Verdict
from geodata.model.selection import DUE_WITHIN, Order, Selection
from service.i18n import Translate
from service.maps.selection import Facets
from service.reports.listing import ListColumn, chosen_columns, list_columns
from service.web.presentation import here
from service.web.question import Question

ANY_GROUP: Final = "any"
"""Value of the filter ``group`` that means "in at least one of the three"."""

_CODED: Final[Mapping[str, type[Codelist]]] = {
    "group": Group,
    "verdict": Verdict,
    "bucket": UnusedBucket,
    "milestone": MilestoneKind,
}
_NAMED: Final = ("park", "town", "land_use")
_FILTERS: Final = (*_CODED, "due_within", *_NAMED, "q")
_VIEWED: Final = (*_FILTERS, "order", "column", "density")
"""What of an address makes a list the one it is; the day is none of it."""

Chosen = TypeVar("Chosen", bound=Codelist)


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter as a form shows it: the name it has in the address, and value, text, count."""

    name: str
    title: str
    options: list[tuple[str, str, int]]
    chosen: frozenset[str]


def asked_selection() -> Selection:
    """The filters of the address.

    Raises
    ------
    UsageError
        When a filter has no such value.
    """
    args = request.args
    groups = set(args.getlist("group"))
    return Selection(
        verdicts=_members(Verdict, "verdict", args.getlist("verdict")),
        groups=_members(Group, "group", groups - {ANY_GROUP}),
        buckets=_members(UnusedBucket, "bucket", args.getlist("bucket")),
        milestones=_members(MilestoneKind, "milestone", args.getlist("milestone")),
        due_within=frozenset(map(_days, args.getlist("due_within"))),
        parks=frozenset(args.getlist("park")),
        towns=frozenset(args.getlist("town")),
        land_uses=frozenset(args.getlist("land_use")),
        any_group=ANY_GROUP in groups,
        text=args.get("q", "").strip(),
    )


def asked_order() -> Order:
    """The order of the address; of a search the best first, else the gravest."""
    written = request.args.get("order")
    if written in list(Order):
        return Order(written)
    return Order.MATCH if request.args.get("q", "").strip() else Order.SEVERITY


def asked_page() -> int:
    """The page of the address, counted from 1."""
    return request.args.get("page", default=1, type=int)


def asked_columns(translate: Translate) -> tuple[ListColumn, ...]:
    """The columns of the address, or those a list shows by default."""
    return chosen_columns(list_columns(translate), request.args.getlist("column"))


def asked_list() -> str:
    """The filters, order and columns of the address as a query."""
    asked = {name: request.args.getlist(name) for name in _VIEWED}
    return urlencode({name: values for name, values in asked.items() if any(values)}, doseq=True)


def address(endpoint: str, query: str, **values: Any) -> str:
    """Address of a page about the list that a query describes."""
    path = url_for(endpoint, **values)
    return f"{path}{'&' if '?' in path else '?'}{query}" if query else path


def filters(facets: Facets, question: Question) -> Iterator[Filter]:
    """The filters of a list with the contracts each value would leave."""
    _, language = question.translate, question.language
    coded: tuple[tuple[str, str, Mapping[Any, int]], ...] = (
        ("group", _("Group"), facets.groups),
        ("verdict", _("Verdict"), facets.verdicts),
        ("bucket", _("Unused for"), facets.buckets),
        ("milestone", _("Next milestone"), facets.milestones),
    )
    named = (
        ("park", _("Park"), facets.parks),
        ("town", _("Town"), facets.towns),
        ("land_use", _("Land use"), facets.land_uses),
    )
    for name, title, counts in coded:
        options = [(code.value, code.label(language), count) for code, count in counts.items()]
        yield _filter(name, title, options)
    due = [(str(days), _within(days, _), count) for days, count in facets.due_within.items()]
    yield _filter("due_within", _("Falls due"), due)
    for name, title, places in named:
        yield _filter(name, title, [(n, n, count) for n, count in places.items() if n])


def chips(question: Question) -> Iterator[tuple[str, str]]:
    """Each filter in force with the address of the list without it."""
    for name in _FILTERS:
        values = request.args.getlist(name)
        for value in values if name in _NAMED else filter(None, values):
            rest = [other for other in values if other != value]
            yield _chip_label(name, value, question), here(page=None, **{name: rest})


def _filter(name: str, title: str, options: list[tuple[str, str, int]]) -> Filter:
    return Filter(name, title, options, frozenset(request.args.getlist(name)))


def _chip_label(name: str, value: str, question: Question) -> str:
    _ = question.translate
    if value == ANY_GROUP and name == "group":
        return _("in any group")
    if name in _CODED:
        (member,) = _members(_CODED[name], name, [value])
        return member.label(question.language)
    if name == "due_within":
        return _within(_days(value), _)
    if name == "q":
        return f"“{value}”"
    return value or _("not given")


def _within(days: int, translate: Translate) -> str:
    _ = translate
    return _("due within {days} days").format(days=days)


def _days(written: str) -> int:
    if written not in map(str, DUE_WITHIN):
        raise _no_value("due_within", written)
    return int(written)


def _members(codelist: type[Chosen], name: str, codes: Any) -> frozenset[Chosen]:
    positions = codelist.positions()
    for code in codes:
        if code not in positions:
            raise _no_value(name, code)
    return frozenset(codelist.at(positions[code]) for code in codes)


def _no_value(name: str, value: str) -> UsageError:
    return UsageError(
        "The filter {name} has no value {value}.",
        "Choose one from the list.",
        name=name,
        value=value,
    )
