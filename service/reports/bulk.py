"""What the check of a directory of files comes to: totals, and one line for each file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add
from typing import IO

from geodata.importers.issues import Issue
from service.compliance.law import LawBook
from service.reports.content import Summary


@dataclass(frozen=True, slots=True)
class PartResult:
    """What one file of a directory comes to.

    Attributes
    ----------
    summary
        Totals of its rows.
    digest
        Of everything that was found, row for row.
    rejected_count
        Rows that could not be read.
    rejected
        Why, for the first of them.
    """

    summary: Summary
    digest: str
    rejected_count: int
    rejected: tuple[Issue, ...]


@dataclass(frozen=True, slots=True)
class BulkContent:
    """What a directory comes to.

    Attributes
    ----------
    law, as_of
        By what and as of when it was judged.
    parts
        By the name of the file below the directory, in order; at least one.
    digest
        Of everything that was found in all files, in their order.
    """

    law: LawBook
    as_of: date
    parts: Mapping[str, PartResult]
    digest: str

    @property
    def summary(self) -> Summary:
        """Totals of all files."""
        return reduce(add, (part.summary for part in self.parts.values()))

    @property
    def rejected_count(self) -> int:
        """Rows that could not be read in all files."""
        return sum(part.rejected_count for part in self.parts.values())


def write_bulk_json(content: BulkContent, stream: IO[str]) -> None:
    """Write totals and files as a JSON document to a text stream."""
    document = {
        "as_of": content.as_of.isoformat(),
        "rule_set": {"book": content.law.code, "digest": content.law.digest},
        "counts": {verdict.value: n for verdict, n in content.summary.verdicts.items()},
        "digest": content.digest,
        "files": [
            {
                "file": name,
                "rows": part.summary.contract_count,
                "rejected": part.rejected_count,
                "digest": part.digest,
            }
            for name, part in content.parts.items()
        ],
    }
    json.dump(document, stream, ensure_ascii=False, indent=1)
    stream.write("\n")
