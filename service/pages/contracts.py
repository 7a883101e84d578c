"""The list of contracts, and the page of one contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, render_template, request

from geodata.errors import UsageError
from geodata.model.attributes import BY_KEY
from geodata.model.codelist import Codelist
from geodata.model.codelists import Group, UnusedBucket, Verdict
from geodata.model.contract_key import ContractKey
from service.compliance.rules.explanation import ExplainedFinding, Explanation
from service.i18n import Translate
from service.maps.selection import Facets, Order, Selection
from service.maps.summary import summarise
from service.maps.timeline import timeline, timeline_context
from service.maps.view import JudgedParcel, is_outline
from service.operations.dossier import dossier_document
from service.reports.explanations import value_words
from service.reports.remedies import nearest, told
from service.web.permissions import public
from service.web.presentation import here
from service.web.question import Question, current_question
from service.web.readings import current_site

ANY_GROUP = "any"
"""Value of the filter ``group`` that means "in at least one of the three"."""

blueprint = Blueprint("contracts", __name__)
Chosen = TypeVar("Chosen", bound=Codelist)


@blueprint.get("/contracts")
@public
def contracts() -> str:
    """The contracts that pass the filters of the address."""
    question = current_question()
    selection, order = _selection(), _order()
    page = current_site().readings.contracts(
        question.as_of, question.language, selection, order, _page_number()
    )
    return render_template(
        "contracts.html",
        page=page,
        filters=list(_filters(page.facets, question)),
        order=order,
        chips=list(_chips(question)),
    )


@blueprint.get("/contracts/<slug>")
@public
def contract(slug: str) -> str:
    """One contract: verdict, reasons, timeline, facts."""
    question = current_question()
    key = ContractKey.from_slug(slug)
    dossier = current_site().readings.dossier(key, question.as_of, question.language)
    parcel = dossier.parcel
    words = (question.language, question.translate)
    return render_template(
        "contract.html",
        parcel=parcel,
        summary=summarise(parcel, question.as_of, *words),
        timeline=timeline(parcel.result, *words),
        timeline_context=timeline_context(question.as_of, *words),
        is_outline=is_outline,
        titles=BY_KEY,
        life=dossier.life,
        remedies=nearest(dossier.remedies),
        told=told,
        explanation=dossier.explanation,
        whys=list(_reasons(parcel, dossier.explanation)),
        value_words=value_words,
    )


@blueprint.get("/contracts/<slug>.json")
@public
def contract_json(slug: str) -> Response:
    """One contract as data: judgement, trace, remedies, verdicts through time."""
    question = current_question()
    key = ContractKey.from_slug(slug)
    found = current_site().readings.dossier(key, question.as_of, question.language)
    return jsonify(dossier_document(found, question.language))


def _reasons(parcel: JudgedParcel, explanation: Explanation) -> Iterator[ExplainedFinding]:
    """How each finding follows, in the order of the page."""
    findings = zip(parcel.result.findings, explanation.findings, strict=True)
    told = {id(finding): why for finding, why in findings}
    for finding in parcel.ranked_findings:
        yield told[id(finding)]


def _selection() -> Selection:
    groups = set(request.args.getlist("group"))
    return Selection(
        verdicts=frozenset(_members(Verdict, "verdict", request.args.getlist("verdict"))),
        groups=frozenset(_members(Group, "group", groups - {ANY_GROUP})),
        buckets=frozenset(_members(UnusedBucket, "bucket", request.args.getlist("bucket"))),
        parks=frozenset(request.args.getlist("park")),
        towns=frozenset(request.args.getlist("town")),
        any_group=ANY_GROUP in groups,
        text=request.args.get("q", "").strip(),
    )


def _members(codelist: type[Chosen], name: str, codes: Any) -> Iterator[Chosen]:
    for code in codes:
        positions = codelist.positions()
        if code not in positions:
            raise UsageError(
                "The filter {name} has no value {value}.",
                "Choose one from the list.",
                name=name,
                value=code,
            )
        yield codelist.at(positions[code])


def _order() -> Order:
    written = request.args.get("order", Order.SEVERITY)
    return Order(written) if written in list(Order) else Order.SEVERITY


def _page_number() -> int:
    return request.args.get("page", default=1, type=int)


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter as a form shows it: the name it has in the address, and value, text, count."""

    name: str
    title: str
    options: list[tuple[str, str, int]]
    chosen: frozenset[str]


def _filters(facets: Facets, question: Question) -> Iterator[Filter]:
    _, language = question.translate, question.language
    coded: tuple[tuple[str, str, dict[Any, int]], ...] = (
        ("group", _("Group"), facets.groups),
        ("verdict", _("Verdict"), facets.verdicts),
        ("bucket", _("Unused for"), facets.buckets),
    )
    named = (("park", _("Park"), facets.parks), ("town", _("Town"), facets.towns))
    for name, title, counts in coded:
        options = [(code.value, code.label(language), count) for code, count in counts.items()]
        yield Filter(name, title, options, frozenset(request.args.getlist(name)))
    for name, title, places in named:
        options = [(place, place, count) for place, count in places.items() if place]
        yield Filter(name, title, options, frozenset(request.args.getlist(name)))


def _chips(question: Question) -> Iterator[tuple[str, str]]:
    """Each filter in force with the address of the list without it."""
    for name in ("group", "verdict", "bucket", "park", "town", "q"):
        values = request.args.getlist(name)
        for value in filter(None, values):
            rest = [other for other in values if other != value]
            label = _chip_label(name, value, question.language, question.translate)
            yield label, here(page=None, **{name: rest})


def _chip_label(name: str, value: str, language: str, translate: Translate) -> str:
    _ = translate
    codelists: dict[str, type[Codelist]] = {
        "group": Group,
        "verdict": Verdict,
        "bucket": UnusedBucket,
    }
    if value == ANY_GROUP:
        return _("in any group")
    if name in codelists:
        return next(_members(codelists[name], name, [value])).label(language)
    return f"“{value}”" if name == "q" else value
