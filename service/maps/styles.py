"""Codelists as style: the one place where a tone becomes CSS and a hatch.

Every member of a codelist gets a class, ``Verdict-overdue_start``, that carries its colours as
custom properties; pages and maps say what a colour is used for, never which one it is.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from geodata.model.codelist import Codelist, Tone, channels, ink_on

_TILE_PX: Final = {"sparse-diagonal": 10, "horizontal": 5, "dots": 6}
_STROKES: Final = {
    "cross": "M0 0L7 7M7 0L0 7",
    "diagonal": "M-1 8L8 -1M-1 1L1 -1M6 8L8 6",
    "horizontal": "M0 2.5H5",
    "sparse-diagonal": "M-1 11L11 -1M-1 1L1 -1M9 11L11 9",
}
_DEFAULT_TILE_PX: Final = 7
_WEAK: Final = 0.28
_PALE: Final = 0.22


def tone_class(member: Codelist) -> str:
    """Class that carries the colours of a codelist member."""
    return f"{type(member).__name__}-{member.value}"


def codelist_css() -> str:
    """Style sheet that gives every codelist member the colours of its tone."""
    members: dict[Tone, list[str]] = {}
    for codelist in Codelist.__subclasses__():
        for member in codelist:
            members.setdefault(member.tone, []).append(f".{tone_class(member)}")
    return "".join(f"{','.join(names)}{{{_properties(tone)}}}\n" for tone, names in members.items())


def _properties(tone: Tone) -> str:
    """Custom properties of a tone.

    ``paint`` fills a shape on screen (unknown is hatched there too), ``hatch`` in print;
    ``strength`` is the opacity of a fill, ``tint`` the same as an opaque colour.
    """
    hatch = hatch_paint(tone)
    strength = _WEAK if tone is Tone.COMPLIANT else 1
    tint = _blend(tone.fill, strength)
    properties = {
        "fill": tone.fill,
        "line": tone.line,
        "strength": strength,
        "tint": tint,
        "pale": _blend(tone.fill, _PALE),
        "ink": ink_on(tint),
        "paint": hatch if tone is Tone.UNKNOWN else tone.fill,
        "hatch": hatch,
        "dash": "4 3" if tone.dashed else "none",
        "edge-style": "dashed" if tone.dashed else "solid",
    }
    return ";".join(f"--{name}:{value}" for name, value in properties.items())


def _blend(colour: str, strength: float) -> str:
    """The colour at a strength on white paper."""
    mixed = (round(255 - (255 - channel) * strength) for channel in channels(colour))
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def hatch_defs() -> Markup:
    """SVG with one pattern per hatched tone, to be placed once in a page."""
    return Markup(
        '<svg class="hatches" width="0" height="0" aria-hidden="true"><defs>{}</defs></svg>'
    ).format(_double_claim() + hatch_patterns(*Tone))


def hatch_patterns(*tones: Tone) -> Markup:
    """The patterns of those tones that are hatched."""
    return Markup("").join(_pattern(tone) for tone in tones if tone.hatch != "none")


def hatch_paint(tone: Tone) -> str:
    """What fills a shape on paper: the hatch of a tone where it has one, else its colour."""
    return f"url(#{_hatch_id(tone)})" if tone.hatch != "none" else tone.fill


def _pattern(tone: Tone) -> Markup:
    size = _TILE_PX.get(tone.hatch, _DEFAULT_TILE_PX)
    return Markup(
        '<pattern id="{id}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
        '<rect width="{size}" height="{size}" fill="{fill}" fill-opacity=".3"/>{mark}</pattern>'
    ).format(id=_hatch_id(tone), size=size, fill=tone.fill, mark=_mark(tone))


def _double_claim() -> Markup:
    """Stripes of both colours: land that is claimed as vacated and as upgraded."""
    return Markup(
        '<pattern id="hatch-double" width="8" height="8" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="8" height="8" fill="{}"/>'
        '<rect width="4" height="8" fill="{}"/></pattern>'
    ).format(Tone.VACATED.fill, Tone.UPGRADED.fill)


def _mark(tone: Tone) -> Markup:
    if tone.hatch == "dots":
        return Markup('<circle cx="3" cy="3" r="1.3" fill="{}"/>').format(tone.line)
    return Markup('<path d="{}" stroke="{}" stroke-width="1.2" fill="none"/>').format(
        _STROKES[tone.hatch], tone.line
    )


def _hatch_id(tone: Tone) -> str:
    return f"hatch-{tone.name.lower().replace('_', '-')}"
