"""What came of a fault, as a line of `docs/reliability.md`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.conftest import PROJECT

_DOCS: Final = PROJECT / "docs"
_RULE: Final = "|---|---|---|"


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of a fault.

    Attributes
    ----------
    done_zh, done_en
        What was done, in Chinese and English.
    found_zh, found_en
        What came of it.
    holds
        Whether it is what has to come of it.
    """

    done_zh: str
    done_en: str
    found_zh: str
    found_en: str
    holds: bool

    def line_zh(self) -> str:
        """The line of the Chinese page."""
        return f"| {self.done_zh} | {self.found_zh} | {'是' if self.holds else '**否**'} |"

    def line_en(self) -> str:
        """The line of the English page."""
        return f"| {self.done_en} | {self.found_en} | {'yes' if self.holds else '**no**'} |"


def write(name: str, machine: str, proofs: Sequence[Proof]) -> None:
    """Put the lines into the block of a name, in both pages."""
    title_en = "| what was done | what came of it | held |"
    title_zh = "| 做了什么 | 结果 | 符合 |"
    lines_en = [machine, "", title_en, _RULE, *(proof.line_en() for proof in proofs)]
    lines_zh = [machine, "", title_zh, _RULE, *(proof.line_zh() for proof in proofs)]
    _fill(_DOCS / "reliability.md", name, "\n".join(lines_en))
    _fill(_DOCS / "zh" / "reliability.md", name, "\n".join(lines_zh))


def _fill(page: Path, name: str, content: str) -> None:
    block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    text = page.read_text(encoding="utf-8")
    assert block.search(text), f"{page.name} has no block {name}"
    page.write_text(block.sub(rf"\g<1>\n{content}\n\n\g<2>", text), encoding="utf-8", newline="\n")
