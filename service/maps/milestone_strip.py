"""The milestones of a contract on a line of time, as a picture for documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from geodata.model.codelist import Tone
from service.i18n import Translate, translator
from service.maps.drawing import FAINT, INK, Drawing
from service.maps.styles import hatch_paint

_WIDTH: Final = 640
_NAMES: Final = 118
_EDGE: Final = 24
_TOP: Final = 34
_LANE: Final = 34
_FOOT: Final = 46
_LEGEND: Final = 96
_SIZE: Final = 5
_MOST_TICKS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A milestone.

    Attributes
    ----------
    agreed_on, due_on, done_on
        As agreed, as extended, and as it happened.
    """

    name: str
    agreed_on: date | None = None
    due_on: date | None = None
    done_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What is shown; pauses are first and last days that do not count."""

    lanes: tuple[Lane, ...]
    pauses: tuple[tuple[date, date], ...]
    as_of: date


def draw_strip(strip: Strip, language: str) -> bytes:
    """The strip as SVG, 160 mm wide."""
    return _Strip(strip, translator(language)).drawn()


class _Strip:
    def __init__(self, strip: Strip, translate: Translate) -> None:
        self.strip, self._ = strip, translate
        days = list(_days(strip))
        self.first, self.last = min(days), max(days)
        self.bottom = _TOP + _LANE * len(strip.lanes)
        self.drawing = Drawing(
            _WIDTH,
            self.bottom + _FOOT,
            translate("Milestone timeline"),
            (Tone.OVERDUE, Tone.UNKNOWN),
        )

    def drawn(self) -> bytes:
        for begins_on, ends_on in self.strip.pauses:
            self._pause(begins_on, ends_on)
        self._years()
        for place, lane in enumerate(self.strip.lanes):
            self._lane(lane, _TOP + _LANE * (place + 0.5))
        self._as_of()
        self._legend()
        return self.drawing.svg()

    def _x(self, day: date) -> float:
        span = max((self.last - self.first).days, 1)
        return _NAMES + (_WIDTH - _NAMES - _EDGE) * (day - self.first).days / span

    def _pause(self, begins_on: date, ends_on: date) -> None:
        left, right = self._x(begins_on), self._x(ends_on)
        self.drawing.box(
            *(left, _TOP, max(right - left, 1), self.bottom - _TOP),
            fill=hatch_paint(Tone.UNKNOWN),
            stroke="none",
        )

    def _years(self) -> None:
        years = range(self.first.year + 1, self.last.year + 1)
        step = len(years) // _MOST_TICKS + 1
        for year in years[::step]:
            x = self._x(date(year, 1, 1))
            self.drawing.line((x, _TOP), (x, self.bottom), stroke=FAINT, weight=0.6)
            self.drawing.text(x, self.bottom + 12, str(year), size=9, anchor="middle")

    def _lane(self, lane: Lane, y: float) -> None:
        drawing, until = self.drawing, lane.done_on or self.strip.as_of
        drawing.text(4, y + 4, lane.name, size=11)
        drawing.line((_NAMES, y), (_WIDTH - _EDGE, y), stroke=FAINT, weight=0.6)
        due_on = lane.due_on or lane.agreed_on
        if due_on and until > due_on:
            left, right = self._x(due_on), self._x(until)
            fill = hatch_paint(Tone.OVERDUE)
            drawing.box(
                left, y - 4, right - left, 8, fill=fill, stroke=Tone.OVERDUE.line, weight=0.8
            )
        if lane.agreed_on and due_on and due_on != lane.agreed_on:
            drawing.line((self._x(lane.agreed_on), y), (self._x(due_on), y), weight=2, dash="4 2")
            self._diamond(self._x(due_on), y, FAINT)
        if lane.agreed_on:
            self._diamond(self._x(lane.agreed_on), y, "#FFFFFF")
        if lane.done_on:
            self._dot(self._x(lane.done_on), y)

    def _diamond(self, x: float, y: float, fill: str) -> None:
        path = f"M{x - _SIZE:.2f} {y:.2f}l{_SIZE} {-_SIZE}l{_SIZE} {_SIZE}l{-_SIZE} {_SIZE}z"
        self.drawing.path(path, fill=fill, weight=1.2)

    def _dot(self, x: float, y: float) -> None:
        self.drawing.disc(x, y, _SIZE - 1, fill=INK)

    def _as_of(self) -> None:
        x = self._x(self.strip.as_of)
        self.drawing.line((x, _TOP - 8), (x, self.bottom), weight=1.6)
        words = f"{self._('as of')} {self.strip.as_of.isoformat()}"
        anchor = "end" if x > _WIDTH / 2 else "start"
        self.drawing.text(x, _TOP - 14, words, size=10, anchor=anchor)

    def _legend(self) -> None:
        _, y = self._, self.bottom + 34
        signs: Sequence[tuple[str, str]] = (
            ("agreed", _("agreed")),
            ("extended", _("extended")),
            ("done", _("done")),
            ("late", _("late")),
            ("paused", _("days that do not count")),
        )
        for place, (sign, words) in enumerate(signs):
            x = _LEGEND + 100 * place
            self._sign(sign, x, y)
            self.drawing.text(x + 14, y + 3.5, words, size=10)

    def _sign(self, sign: str, x: float, y: float) -> None:
        match sign:
            case "agreed":
                self._diamond(x, y, "#FFFFFF")
            case "extended":
                self._diamond(x, y, FAINT)
            case "done":
                self._dot(x, y)
            case _:
                tone = Tone.OVERDUE if sign == "late" else Tone.UNKNOWN
                self.drawing.box(x - 8, y - 4, 16, 8, fill=hatch_paint(tone), stroke=tone.line)


def _days(strip: Strip) -> Iterator[date]:
    """Every day shown, with room at both ends."""
    days = [strip.as_of, *(day for pause in strip.pauses for day in pause)]
    for lane in strip.lanes:
        days += [day for day in (lane.agreed_on, lane.due_on, lane.done_on) if day]
    room = timedelta(days=max((max(days) - min(days)).days // 20, 30))
    yield from (min(days) - room, *days, max(days) + room)
