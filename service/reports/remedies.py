"""Remedies in words: one sentence each, and their documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from geodata.model.attributes import BY_KEY
from geodata.model.codelists import FindingCode, PeriodStatus
from geodata.model.remedy_kinds import RemedyKind
from service.compliance.rules.remedies import Change, Remedy
from service.i18n import Translate, translator
from service.maps.figures import Figures
from service.wording import fact_text

_MOST_SHOWN: Final = 3
_LIST_JOINTS: Final = {"zh": "、", "en": "; "}
_SENTENCE_JOINTS: Final = {"zh": "", "en": " "}
_TURNING: Final = (RemedyKind.DO_NOW, RemedyKind.REACH, RemedyKind.PAY)


def nearest(remedies: Iterable[Remedy]) -> dict[FindingCode, list[Remedy]]:
    """The nearest remedies of each finding, as many as a page shows."""
    shown: dict[FindingCode, list[Remedy]] = {}
    for remedy in remedies:
        shown.setdefault(remedy.code, []).append(remedy)
    return {code: found[:_MOST_SHOWN] for code, found in shown.items()}


def told(remedy: Remedy, language: str) -> str:
    """A remedy as a sentence in ``zh`` or ``en``."""
    _ = translator(language)
    wording = {
        "facts": _joined([_fact(change, language) for change in remedy.changes], language),
        "columns": _joined([_title(change, language) for change in remedy.changes], language),
        "last_on": remedy.last_on,
        **_dates(remedy, language),
    }
    sentence = _template(remedy, _).format(**wording)
    if remedy.last_on is None or remedy.kind not in _TURNING:
        return sentence
    turning = _("After {last_on} it turns graver.").format(**wording)
    return f"{sentence}{_SENTENCE_JOINTS[language]}{turning}"


def _template(remedy: Remedy, _: Translate) -> str:
    if remedy.kind is RemedyKind.READ_CONTRACT and remedy.code is FindingCode.DATE_UNDETERMINED:
        return _("This finding would be gone once this is read from the contract: {columns}.")
    if remedy.kind is RemedyKind.EXTEND and remedy.in_time:
        return _(
            "An extension to {extended_to} or later would remove this finding;"
            " it can be approved until {last_on}."
        )
    act = _("This finding would be gone with {facts}.")
    return {
        RemedyKind.DO_NOW: act,
        RemedyKind.RESUME: act,
        RemedyKind.PAY: _("This finding would be gone once all that is due is paid."),
        RemedyKind.EXTEND: _(
            "An extension to {extended_to} approved by {last_on} would have removed this finding."
        ),
        RemedyKind.VERIFY_PERIOD: _(
            "This finding would be gone if these government periods were verified: {periods}."
        ),
        RemedyKind.READ_CONTRACT: _(
            "This finding would be gone if the contract said {facts} or later."
        ),
        RemedyKind.FILL_GAP: _(
            "This finding would be gone once this is known: {columns} (for example {facts})."
        ),
        RemedyKind.REACH: _("This finding would be gone with {facts}, or better."),
        RemedyKind.LOWER: _("This finding would be gone with {facts}, or less."),
        RemedyKind.GOVERNMENT_PERIOD: _(
            "A further verified government period from {begins_on} to {ends_on}"
            " ({days} days) would remove this finding."
        ),
        RemedyKind.PROVE_EARLIER: _(
            "This finding would be gone if it were proven: {facts}, or earlier."
        ),
        RemedyKind.EXTENDED_IN_TIME: _(
            "An extension to {extended_to} approved in time, by {last_on}, would have removed"
            " this finding."
        ),
    }[remedy.kind]


def _dates(remedy: Remedy, language: str) -> dict[str, object]:
    """What extensions and government periods are told with: the entry added last."""
    cell = remedy.changes[0].cell
    if not isinstance(cell, list):
        return {}
    match remedy.kind:
        case RemedyKind.EXTEND | RemedyKind.EXTENDED_IN_TIME:
            return {"extended_to": cell[-1][-1]}
        case RemedyKind.VERIFY_PERIOD:
            verified = [entry for entry in cell if entry[-1] == PeriodStatus.VERIFIED.position]
            spans = [f"{begins_on}/{ends_on or ''}" for begins_on, ends_on, *_ in verified]
            return {"periods": _joined(spans, language)}
        case RemedyKind.GOVERNMENT_PERIOD:
            begins_on, ends_on, *_ = cell[-1]
            assert isinstance(begins_on, date)
            assert isinstance(ends_on, date)
            days = (ends_on - begins_on).days + 1
            return {"begins_on": begins_on, "ends_on": ends_on, "days": days}
        case _:
            return {}


def _fact(change: Change, language: str) -> str:
    joint = "为 " if language == "zh" else " "
    return f"{_title(change, language)}{joint}{_figure(change, language)}"


def _title(change: Change, language: str) -> str:
    return BY_KEY[change.key].title(language)


def _figure(change: Change, language: str) -> str:
    figures, cell = Figures(translator(language)), change.cell
    unit = BY_KEY[change.key].unit
    if unit == "m2" and isinstance(cell, Fraction):
        return figures.m2(cell)
    if unit == "yuan" and isinstance(cell, Fraction):
        return figures.yuan(Decimal(cell.numerator) / Decimal(cell.denominator))
    return fact_text(change.key, cell)


def _joined(parts: Sequence[str], language: str) -> str:
    return _LIST_JOINTS[language].join(parts)


def remedy_document(remedy: Remedy, language: str) -> dict[str, Any]:
    """A remedy as the ledger contract writes it (`docs/ledger.md`)."""
    return {
        "finding": remedy.code.value,
        "milestone": remedy.milestone.value if remedy.milestone else None,
        "kind": remedy.kind.value,
        "changes": {change.key: fact_text(change.key, change.cell) for change in remedy.changes},
        "last_on": remedy.last_on.isoformat() if remedy.last_on else None,
        "in_time": remedy.in_time,
        "verdict_after": remedy.verdict_after.value,
        "sentence": told(remedy, language),
    }
