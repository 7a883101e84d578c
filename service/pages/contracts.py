"""The list of contracts, and the page of one contract."""

from __future__ import annotations

from collections.abc import Iterator

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from geodata.errors import NothingFoundError
from geodata.model.attributes import BY_KEY
from geodata.model.content.agreements import AGREEMENTS
from geodata.model.contract_key import ContractKey
from geodata.model.entries import EntryKind
from geodata.model.roles import Permission
from service.compliance.rules.explanation import ExplainedFinding, Explanation
from service.maps.fact_words import FactWords
from service.maps.summary import summarise
from service.maps.timeline import timeline, timeline_context
from service.maps.view import JudgedParcel, is_outline
from service.operations.dossier import dossier_document
from service.reports.explanations import value_words
from service.reports.listing import list_columns
from service.reports.listing_files import FORMATS, Listing
from service.reports.remedies import nearest, told
from service.web.entry_pages import entry_words
from service.web.evidence_pages import prover, shown_evidence
from service.web.filters import (
    address,
    asked_columns,
    asked_list,
    asked_order,
    asked_page,
    asked_selection,
    chips,
    filters,
)
from service.web.permissions import requires
from service.web.question import current_question
from service.web.readings import current_site
from service.web.sessions import current_actor

blueprint = Blueprint("contracts", __name__)


@blueprint.get("/contracts")
@requires(Permission.VIEW)
def contracts() -> Response:
    """The contracts that pass the filters of the address; only the list, where a script asks."""
    question, actor, readings = current_question(), current_actor(), current_site().readings
    order, day = asked_order(), (question.as_of, question.language)
    page = readings.contracts(
        actor, *day, asked_selection(), order, asked_page(), question.known_at
    )
    is_part = request.headers.get("HX-Request") == "true"
    shown = render_template(
        "_contract_list.html" if is_part else "contracts.html",
        page=page,
        order=order,
        filters=list(filters(page.facets, question)),
        chips=list(chips(question)),
        columns=asked_columns(question.translate),
        every_column=list_columns(question.translate),
        views=readings.views(actor),
        formats=FORMATS.values(),
        address=address,
        list_query=asked_list(),
    )
    response = current_app.make_response(shown)
    response.vary.add("HX-Request")
    return response


@blueprint.get("/contracts.<form>")
@requires(Permission.EXPORT)
def download(form: str) -> Response:
    """The same list, whole, as a file."""
    if form not in FORMATS:
        raise NothingFoundError(
            "A list is not to be had as {form}.",
            "Choose one of: {forms}.",
            form=form,
            forms=", ".join(FORMATS),
        )
    question, wanted = current_question(), FORMATS[form]
    found = current_site().readings.listed(
        current_actor(),
        question.as_of,
        question.language,
        asked_selection(),
        asked_order(),
        question.known_at,
        with_outlines=wanted.has_outlines,
    )
    _ = question.translate
    listing = Listing(
        question.language,
        asked_columns(_),
        found.row_count,
        found.blocks,
        about=(
            (_("As of"), question.as_of),
            (_("Filters"), "; ".join(label for label, _address in chips(question))),
            (_("Contracts"), found.row_count),
        ),
    )
    name = f"contracts-{question.as_of}.{form}"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return current_app.response_class(
        wanted.write(listing), content_type=wanted.media_type, headers=headers
    )


@blueprint.post("/contracts/views")
@requires(Permission.VIEW)
def keep_view() -> AnyResponse:
    """Keep the list of the address under a title."""
    query = asked_list()
    current_site().readings.keep_view(current_actor(), request.form.get("title", ""), query)
    return redirect(address("contracts.contracts", query))


@blueprint.post("/contracts/views/<int:view_id>/delete")
@requires(Permission.VIEW)
def forget_view(view_id: int) -> AnyResponse:
    """Forget a list that was kept."""
    current_site().readings.forget_view(current_actor(), view_id)
    return redirect(url_for("contracts.contracts"))


@blueprint.get("/contracts/<slug>")
@requires(Permission.VIEW)
def contract(slug: str) -> str:
    """One contract: verdict, reasons, timeline, facts."""
    question = current_question()
    key = ContractKey.from_slug(slug)
    dossier = current_site().readings.dossier(
        current_actor(), key, question.as_of, question.language, question.known_at
    )
    parcel, kept = dossier.parcel, shown_evidence(dossier)
    words = (question.language, question.translate)
    fact_words = FactWords(question.translate, question.language)
    return render_template(
        "contract.html",
        parcel=parcel,
        summary=summarise(parcel, question.as_of, *words),
        timeline=timeline(parcel.result, *words),
        timeline_context=timeline_context(question.as_of, *words),
        is_outline=is_outline,
        titles=BY_KEY,
        life=dossier.life,
        facts=fact_words,
        agreements=[fact_words.row(AGREEMENTS.attributes, row) for row in dossier.agreements],
        remedies=nearest(dossier.remedies),
        remedy_told=told,
        explanation=dossier.explanation,
        whys=list(_reasons(parcel, dossier.explanation)),
        value_words=value_words,
        dossier=dossier,
        entry_kinds=EntryKind,
        evidence=kept,
        proofs=prover(kept),
        see_originals=Permission.EVIDENCE,
        **entry_words(),
    )


@blueprint.get("/contracts/<slug>.json")
@requires(Permission.VIEW)
def contract_json(slug: str) -> Response:
    """One contract as data: judgement, trace, remedies, verdicts through time."""
    question = current_question()
    key = ContractKey.from_slug(slug)
    found = current_site().readings.dossier(
        current_actor(), key, question.as_of, question.language, question.known_at
    )
    return jsonify(dossier_document(found, question.language))


def _reasons(parcel: JudgedParcel, explanation: Explanation) -> Iterator[ExplainedFinding]:
    """How each finding follows, in the order of the page."""
    findings = zip(parcel.result.findings, explanation.findings, strict=True)
    told = {id(finding): why for finding, why in findings}
    for finding in parcel.ranked_findings:
        yield told[id(finding)]
