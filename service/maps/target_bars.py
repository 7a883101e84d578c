"""How far targets for land are reached, as a picture for documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from geodata.model.codelist import Tone
from geodata.model.codelists import ClaimKind
from service.i18n import Translate, translator
from service.maps.drawing import FAINT, INK, Drawing
from service.maps.figures import grouped
from service.maps.styles import hatch_paint

_WIDTH: Final = 640
_LANE: Final = 44
_BAR: Final = 14
_LEGEND: Final = 26
_RIGHT: Final = 20
_ROOM: Final = Fraction(11, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetBar:
    """One target, the kinds of land that count towards it, and what was done, in mu."""

    name: str
    kinds: tuple[ClaimKind, ...]
    target_mu: Fraction
    done_mu: Fraction
    in_progress_mu: Fraction
    planned_mu: Fraction

    @property
    def tone(self) -> Tone:
        """That of the land that counts; none of its own where both kinds do."""
        return self.kinds[0].tone if len(self.kinds) == 1 else Tone.NEUTRAL

    @property
    def parts(self) -> tuple[Fraction, Fraction, Fraction]:
        """Done, in progress, planned."""
        return self.done_mu, self.in_progress_mu, self.planned_mu


def draw_target_bars(bars: Sequence[TargetBar], language: str) -> bytes:
    """The bars one under another as SVG, 160 mm wide, all to one scale."""
    _ = translator(language)
    drawing = Drawing(
        _WIDTH,
        _LANE * len(bars) + _LEGEND,
        _("Targets for inefficient land"),
        (Tone.UNKNOWN,),
    )
    longest = max((max(sum(bar.parts), bar.target_mu) for bar in bars), default=Fraction(1))
    scale = (_WIDTH - _RIGHT) / float(longest * _ROOM)
    for place, bar in enumerate(bars):
        _lane(drawing, bar, _LANE * place, scale, _)
    _legend(drawing, _LANE * len(bars), _)
    return drawing.svg()


def _lane(drawing: Drawing, bar: TargetBar, top: float, scale: float, _: Translate) -> None:
    told = _("{done} of {target} mu, {share}").format(
        done=grouped(bar.done_mu, 2),
        target=grouped(bar.target_mu, 0),
        share=f"{float(bar.done_mu / bar.target_mu):.1%}",
    )
    drawing.text(2, top + 14, bar.name, size=11)
    drawing.text(_WIDTH - 2, top + 14, told, size=10, anchor="end")
    left, y = 0.0, top + 20
    looks = (bar.tone.fill, hatch_paint(Tone.UNKNOWN), "#FFFFFF")
    for part, fill in zip(bar.parts, looks, strict=True):
        width = float(part) * scale
        drawing.box(left, y, width, _BAR, fill=fill, stroke=bar.tone.line, weight=0.8)
        left += width
    at = float(bar.target_mu) * scale
    drawing.line((at, y - 4), (at, y + _BAR + 4), stroke=INK, weight=2.5)


def _legend(drawing: Drawing, top: float, _: Translate) -> None:
    signs = (
        (_("done"), FAINT),
        (_("in progress"), hatch_paint(Tone.UNKNOWN)),
        (_("planned"), "#FFFFFF"),
    )
    for place, (words, fill) in enumerate(signs):
        x = 2 + 110 * place
        drawing.box(x, top + 8, 16, 9, fill=fill, stroke=FAINT, weight=0.8)
        drawing.text(x + 22, top + 16, words, size=10)
    x = 2 + 110 * len(signs)
    drawing.line((x + 8, top + 5), (x + 8, top + 20), stroke=INK, weight=2.5)
    drawing.text(x + 22, top + 16, _("target"), size=10)
