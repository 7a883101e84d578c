"""The JSON document of a check, in the shape of the ledger contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from service.reports.content import CheckContent
from service.reports.documents import warning_document


def json_text(content: CheckContent) -> Iterator[str]:
    """The document piece by piece: a country's contracts never stand in memory as one string."""
    wording = content.wording
    head = {
        "as_of": content.as_of.isoformat(),
        "rule_set": {"book": wording.law.code, "digest": wording.law.digest},
        "counts": {verdict.value: n for verdict, n in content.summary.verdicts.items()},
        "warnings": [warning_document(odd, row, wording) for row, odd in content.oddities()],
        "rejected": list(content.rejected),
    }
    yield json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    yield ',\n "contracts": ['
    separator = "\n"
    for document in content.contracts:
        yield separator + json.dumps(document, ensure_ascii=False)
        separator = ",\n"
    yield "]}\n"


def write_json(content: CheckContent, stream: IO[str]) -> None:
    """Write the document to a text stream."""
    stream.writelines(json_text(content))
