"""The law book: nothing without authority, date and confidence, and a digest of all of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from geodata.errors import LawBookError
from geodata.model.codelists import FindingCode
from service.compliance.law import LawBook, load_book

NUMBERS = "cn/numbers.yaml"
FINDINGS = "cn/findings.yaml"
Sheet = dict[Any, Any]


@pytest.fixture(scope="session")
def bound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product's book as files."""
    shelf = tmp_path_factory.mktemp("law") / "book"
    with resources.as_file(resources.files("service.compliance.law") / "book") as book:
        shutil.copytree(book, shelf)
    return shelf


@pytest.fixture
def revised(bound: Path, tmp_path: Path) -> Callable[[str, Callable[[Sheet], object]], Path]:
    """Makes a shelf on which one sheet of the book was changed."""

    def revise(name: str, change: Callable[[Sheet], object]) -> Path:
        shelf = tmp_path / "book"
        shutil.copytree(bound, shelf, dirs_exist_ok=True)
        sheet = yaml.load((bound / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        change(sheet)
        (shelf / name).write_text(yaml.safe_dump(sheet, allow_unicode=True), encoding="utf-8")
        return shelf

    return revise


def test_every_number_has_date_citation_and_confidence(law: LawBook) -> None:
    assert law.numbers
    for number in law.numbers.values():
        assert number.zh
        assert number.en
        assert number.unit
        for version in number.versions:
            assert version.from_on
            assert version.confidence
            assert version.citations
            assert all(one.instrument.in_force_on for one in version.citations)


def test_every_finding_has_its_law_and_its_words(law: LawBook) -> None:
    assert set(law.findings) == set(FindingCode)
    for finding in law.findings.values():
        assert finding.citations
        for language in ("zh", "en"):
            assert finding.reason[language]
            assert finding.next_step[language]
            assert all(citation.text(language) for citation in finding.citations)


def test_the_values_a_lawyer_would_look_up_first(law: LawBook) -> None:
    newest = {key: number.versions[-1].value for key, number in law.numbers.items()}
    assert newest["idle.fee_share"] == Fraction(1, 5)
    assert newest["idle.first_years"] == 1
    assert newest["idle.second_years"] == 2
    assert newest["idle.developed_share"] == Fraction(1, 3)
    assert newest["idle.invested_share"] == Fraction(1, 4)
    assert newest["rescission.lapse_years"] == 1
    assert newest["supervision.signing_years"] == 5
    assert newest["supervision.lease_years"] == 3


def first_version(sheet: Sheet) -> dict[str, Any]:
    version: dict[str, Any] = sheet["idle.fee_share"]["versions"][-1]
    return version


@pytest.mark.parametrize("field", ["from", "value", "cites", "confidence"])
def test_a_version_without_its_authority_does_not_load(revised: Any, field: str) -> None:
    for change in (
        lambda sheet: first_version(sheet).pop(field),
        lambda sheet: first_version(sheet).update({field: None}),
    ):
        with pytest.raises(LawBookError, match=r"idle\.fee_share"):
            load_book("310116", revised(NUMBERS, change))


def test_an_empty_list_of_citations_does_not_load(revised: Any) -> None:
    with pytest.raises(LawBookError, match="cites"):
        load_book("310116", revised(NUMBERS, lambda s: first_version(s).update(cites=[])))


@pytest.mark.parametrize("field", ["zh", "en", "unit", "selected_by", "versions"])
def test_a_number_without_its_description_does_not_load(revised: Any, field: str) -> None:
    with pytest.raises(LawBookError, match=field):
        load_book("310116", revised(NUMBERS, lambda s: s["idle.fee_share"].pop(field)))


@pytest.mark.parametrize("field", ["cites", "confidence", "reason", "next_step"])
def test_a_finding_without_its_law_does_not_load(revised: Any, field: str) -> None:
    with pytest.raises(LawBookError, match=field):
        load_book("310116", revised(FINDINGS, lambda s: s["idle_gov"].pop(field)))


@pytest.mark.parametrize("field", ["zh", "en", "in_force_on", "confidence"])
def test_an_instrument_without_its_date_does_not_load(revised: Any, field: str) -> None:
    with pytest.raises(LawBookError, match=field):
        load_book("310116", revised("instruments.yaml", lambda s: s["civil-code"].pop(field)))


def test_an_instrument_that_is_not_registered_is_refused(revised: Any) -> None:
    shelf = revised(NUMBERS, lambda s: first_version(s).update(cites=["no-such-law 14"]))
    with pytest.raises(LawBookError, match="no-such-law"):
        load_book("310116", shelf)


def test_versions_out_of_order_are_refused(revised: Any) -> None:
    with pytest.raises(LawBookError, match=r"idle\.fee_share"):
        load_book("310116", revised(NUMBERS, lambda s: s["idle.fee_share"]["versions"].reverse()))


def test_a_year_left_out_of_the_working_days_is_refused(revised: Any) -> None:
    with pytest.raises(LawBookError, match="gap"):
        load_book("310116", revised("cn/working_days.yaml", lambda s: s.pop(2015)))


def test_a_district_without_a_book_is_refused() -> None:
    with pytest.raises(LawBookError, match="310116"):
        load_book("999999")


def test_the_digest_names_what_the_book_holds(law: LawBook, bound: Path, revised: Any) -> None:
    assert law.digest == load_book("310116", bound).digest == load_book("310116").digest
    assert law.digest.startswith("sha256:")
    assert law.digest != load_book("31", bound).digest
    digests = {law.digest}
    for sheet, change in (
        (NUMBERS, lambda s: first_version(s).update(value="3/20")),
        (NUMBERS, lambda s: first_version(s).update(confidence="uncertain")),
        ("310116/numbers.yaml", lambda s: s.pop("supervision.lease_years")),
        ("cn/working_days.yaml", lambda s: s[2024]["rest"].pop()),
        ("instruments.yaml", lambda s: s["civil-code"].update(en="Civil Code of China")),
        (FINDINGS, lambda s: s["idle_gov"]["reason"].update(en="changed")),
    ):
        digests.add(load_book("310116", revised(sheet, change)).digest)
    assert len(digests) == 7


def test_a_district_lies_over_the_nation(law: LawBook) -> None:
    assert law.numbers["supervision.signing_years"].pack == "310116"
    assert law.numbers["idle.fee_share"].pack == "cn"
    assert "supervision.signing_years" not in load_book("31").numbers


def test_a_number_is_picked_by_date(law: LawBook) -> None:
    number = law.numbers["idle.fee_share"]
    oldest, newest = number.versions[0], number.versions[-1]
    assert oldest is not newest
    assert number.on(newest.from_on) is newest
    assert number.on(oldest.from_on) is oldest
    assert number.on(newest.from_on.replace(year=1990)) is oldest


def test_a_missing_number_is_named(law: LawBook) -> None:
    newest = law.numbers["idle.fee_share"].versions[-1].from_on
    with pytest.raises(LawBookError, match=r"idle\.no_such"):
        law.number("idle.no_such", newest)
    with pytest.raises(LawBookError, match="whole number"):
        law.count("idle.fee_share", newest)
