"""Words in place of an empty cell, told once per column: nothing becomes unknown unseen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from geodata.importers.issues import Issue
from geodata.importers.matching import Matched
from geodata.model.coded import Coded
from geodata.model.codelists import IssueSeverity
from geodata.model.scalars import cell_text


def words_for_nothing(column: Matched, raw: Coded[object], blank: Iterable[int]) -> Iterator[Issue]:
    """A remark on the filled cells of a column that mean "unknown".

    Parameters
    ----------
    column, raw
        The column, and its cells as the file has them.
    blank
        Which of the different ones say nothing.
    """
    counts = raw.counts
    words: Counter[str] = Counter()
    for place in blank:
        if text := cell_text(raw.different[place]):
            words[text] += int(counts[place])
    if words:
        yield Issue(
            IssueSeverity.NOTED,
            "{count} cells of {header} mean “unknown”: {words}.",
            {
                "count": words.total(),
                "header": column.header,
                "words": ", ".join(f"{word} ({count})" for word, count in words.most_common()),
            },
            column=column.heading.attribute.key,
            header=column.header,
        )
