from __future__ import annotations

import re

import pytest

from geodata.model.codelist import Codelist, Tone, contrast, ink_on
from geodata.model.codelists import Verdict
from service.maps.styles import codelist_css, hatch_defs, tone_class

CSS = codelist_css()
RULES = dict(re.findall(r"([^{}\n]+)\{([^}]*)\}", CSS))


def rule_of(member: Codelist) -> dict[str, str]:
    found = [body for names, body in RULES.items() if f".{tone_class(member)}" in names.split(",")]
    assert len(found) == 1
    return dict(re.findall(r"--([a-z-]+):([^;]+)", found[0]))


@pytest.mark.parametrize("codelist", Codelist.__subclasses__())
def test_every_member_has_the_colours_of_its_tone(codelist):
    for member in codelist:
        rule = rule_of(member)
        assert (rule["fill"], rule["line"]) == (member.tone.fill, member.tone.line)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_text_on_a_badge_can_be_read(verdict):
    rule = rule_of(verdict)
    assert contrast(rule["ink"], rule["tint"]) >= 4.5


def test_contrast_is_that_of_the_accessibility_guidelines():
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("tone", list(Tone))
def test_the_ink_of_a_tone_can_be_read_on_its_fill(tone):
    assert contrast(tone.ink, tone.fill) >= 4.5


def test_ink_follows_the_exact_luminance():
    assert (ink_on("#757575"), ink_on("#767676")) == ("#FFFFFF", "#000000")


def test_every_hatch_a_style_names_is_defined():
    defined = set(re.findall(r'id="([^"]+)"', hatch_defs()))
    assert set(re.findall(r"url\(#([^)]+)\)", CSS)) <= defined


def test_unknown_is_hatched_on_screen_too():
    assert rule_of(Verdict.UNDETERMINED)["paint"].startswith("url(#")
    assert rule_of(Verdict.OVERDUE_START)["paint"] == Tone.OVERDUE.fill
