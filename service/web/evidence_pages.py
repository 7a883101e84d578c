"""What the pages about evidence share: the room of the site, and files handed out safely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from flask import Response, current_app

from geodata.errors import SettingError
from service.operations.dossier import Dossier
from service.operations.evidence import EvidenceRoom, Handed
from service.operations.fact_proofs import proofs_of
from service.operations.photo_checks import CheckedEvidence, checked
from service.web.readings import current_site

_KEPT_SECONDS = 7 * 24 * 3_600


def evidence_room() -> EvidenceRoom:
    """Where this site keeps evidence.

    Raises
    ------
    SettingError
        When it takes no files.
    """
    uploads = current_site().uploads
    if uploads is None:
        raise SettingError(
            "This site takes no files.", "Ask who runs the service to say where they are kept."
        )
    return EvidenceRoom(uploads.engine, uploads.blobs, uploads.most_bytes, uploads.clock)


def shown_evidence(dossier: Dossier) -> list[CheckedEvidence]:
    """The evidence of a contract, its photos against the outline of the parcel."""
    return [checked(one, dossier.parcel.geometry) for one in dossier.evidence]


def prover(evidence: Sequence[CheckedEvidence]) -> Callable[[str], list[CheckedEvidence]]:
    """Gives the evidence of a fact by its key."""
    return lambda key: proofs_of(key, evidence)


def attachment(handed: Handed) -> Response:
    """A file to be saved; no browser is asked to show what somebody gave."""
    name = quote(handed.name)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return current_app.response_class(
        handed.content, content_type=handed.media_type, headers=headers
    )


def shown_picture(handed: Handed) -> Response:
    """A picture of our own making; its address always leads to the same bytes."""
    headers = {"Cache-Control": f"private, max-age={_KEPT_SECONDS}, immutable"}
    return current_app.response_class(
        handed.content, content_type=handed.media_type, headers=headers
    )
