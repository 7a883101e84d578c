"""The JSON document of a check, in the shape of the ledger contract."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO

from service.reports.content import CheckContent


def json_text(content: CheckContent) -> Iterator[str]:
    """The document piece by piece: a country's contracts never stand in memory as one string."""
    head = {
        "as_of": content.as_of.isoformat(),
        "rule_set": {"book": content.book, "digest": content.digest},
        "counts": {verdict.value: n for verdict, n in content.summary.verdicts.items()},
        "warnings": list(content.warnings),
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
