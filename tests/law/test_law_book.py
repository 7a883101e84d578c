"""The law book: nothing without authority, date and confidence, and a digest of all of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from geodata.errors import LawBookError
from geodata.model.codelists import DamagesScheme, FindingCode, WarningCode
from geodata.model.columns import from_rows
from service.compliance.law import Citation, LawBook, load_book
from service.compliance.law.differences import differences
from service.compliance.law.versions import Dated
from service.compliance.rules.evaluate import evaluate
from service.compliance.rules.oddities import oddities

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
    with pytest.raises(LawBookError, match=r"999999.*310116"):
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


@pytest.mark.parametrize(
    "change",
    [
        lambda s: first_version(s).update(value="a fifth"),
        lambda s: first_version(s).update(value="1/0"),
        lambda s: first_version(s).update(value=-1),
        lambda s: first_version(s).update({"from": "2012"}),
        lambda s: first_version(s).update(cites="idle-land-2012 14(1)"),
        lambda s: first_version(s).update(confidence="sure"),
        lambda s: s["idle.fee_share"].update(selected_by="mood"),
        lambda s: s["idle.fee_share"].update(versions=["1/5"]),
        lambda s: s.update({"idle.fee_share": "1/5"}),
    ],
)
def test_what_cannot_be_read_is_named(revised: Any, change: Any) -> None:
    with pytest.raises(LawBookError, match=r"idle\.fee_share cannot be read"):
        load_book("310116", revised(NUMBERS, change))


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s[2024].update(rest=None),
        lambda s: s[2024].update(work=["2024-02-04"]),
        lambda s: s[2024]["rest"].append(date(2023, 1, 2)),
        lambda s: s.update(later=s.pop(2026)),
    ],
)
def test_a_table_of_working_days_that_cannot_be_read_is_named(revised: Any, change: Any) -> None:
    with pytest.raises(LawBookError, match=r"(2024|later) cannot be read"):
        load_book("310116", revised("cn/working_days.yaml", change))


def test_a_finding_nobody_makes_is_refused(revised: Any) -> None:
    with pytest.raises(LawBookError, match="idle_maybe"):
        load_book(
            "310116", revised(FINDINGS, lambda s: s.update(idle_maybe=s.pop("idle_confirmed")))
        )


@pytest.mark.parametrize("text", ["a: [", "- a\n- b", "\xff"])
def test_a_file_that_is_no_sheet_is_named(bound: Path, tmp_path: Path, text: str) -> None:
    shelf = shutil.copytree(bound, tmp_path / "book")
    (shelf / "310116" / "targets.yaml").write_text(text, encoding="latin-1")
    with pytest.raises(LawBookError, match=r"targets\.yaml"):
        load_book("310116", shelf)


# --- Procedure ---------------------------------------------------------------------------------


def test_every_act_has_its_law_and_follows_something(law: LawBook) -> None:
    events = {"suspicion", "reconsideration_decision", "remedies_ended"}
    outside = {"service_announcement", "start_due", "ground_known", "delivery", "payment_due"}
    for act in law.procedure.values():
        assert set(act.after) <= {*law.procedure, *events, *outside}
        assert act.title("zh") != act.title("en")
        assert all(version.citations for version in act.versions)
    places = [act.place for act in law.procedure.values()]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("period", [{"within": "30"}, {"within": "0d"}, {"waits": "30d"}])
def test_a_period_that_cannot_be_read_is_named(revised: Any, period: dict[str, str]) -> None:
    def change(sheet: Sheet) -> None:
        sheet["explanation"]["versions"][0].update(period)

    with pytest.raises(LawBookError, match="explanation"):
        load_book("310116", revised("cn/procedure.yaml", change))


def test_a_period_says_whether_it_rolls(revised: Any) -> None:
    def change(sheet: Sheet) -> None:
        sheet["explanation"]["versions"][0].pop("rolls")

    with pytest.raises(LawBookError, match="rolls"):
        load_book("310116", revised("cn/procedure.yaml", change))


def test_what_the_book_says_rests_on_a_text_in_force(law: LawBook) -> None:
    """Each version until the next one; the last ones and the findings for the time being."""
    known_on = date(2026, 6, 30)
    dated: list[Sequence[Dated]] = [number.versions for number in law.numbers.values()]
    dated += [act.versions for act in law.procedure.values()]
    for versions in dated:
        ends = [*(later.from_on - timedelta(days=1) for later in versions[1:]), known_on]
        for version, until in zip(versions, ends, strict=True):
            assert any(in_force_until(one, until) for one in version.citations)
    for finding in law.findings.values():
        assert all(in_force_until(one, known_on) for one in finding.citations)


def in_force_until(citation: Citation, day: date) -> bool:
    expires_on = citation.instrument.expires_on
    return expires_on is None or expires_on >= day


def test_a_suspicion_is_never_worded_as_a_determination(law: LawBook) -> None:
    for code in (code for code in FindingCode if code.startswith("suspect_")):
        reason = law.findings[code].reason
        assert "疑似" in reason["zh"]
        assert "闲置土地" not in reason["zh"]
        assert "suspected" in reason["en"]


@pytest.mark.parametrize(("as_of", "told"), [("2026-06-20", False), ("2026-06-21", True)])
def test_a_rule_about_to_expire_is_told(law: LawBook, as_of: str, told: bool) -> None:
    """沪规划资源规〔2021〕6号 is in force until 19 September 2026; 90 days before it is told."""
    columns = from_rows([{"contract_no": "1", "production_agreed_on": date(2025, 1, 31)}])
    day = date.fromisoformat(as_of)
    found = oddities(columns, evaluate(columns, law, day), law, day)
    expiring = [one for one in found if one.code is WarningCode.RULE_EXPIRING]
    assert [one.instrument and one.instrument.instrument_id for one in expiring] == (
        ["lifecycle-2021"] if told else []
    )


def test_a_bond_forfeited_under_an_expiring_rule_is_told(law: LawBook) -> None:
    late = {"start_agreed_on": date(2025, 1, 31), "start_on": date(2025, 3, 1)}
    bond = {"damages_scheme": DamagesScheme.BOND_TIER.position}
    rows = [{"contract_no": "1", **late}, {"contract_no": "2", **late, **bond}]
    columns, day = from_rows(rows), date(2026, 7, 1)
    found = oddities(columns, evaluate(columns, law, day), law, day)
    assert [one.position for one in found if one.code is WarningCode.RULE_EXPIRING] == [1]


# --- Districts ---------------------------------------------------------------------------------


def test_the_model_district_states_what_differs_and_nothing_else(law: LawBook) -> None:
    model, nation = load_book("999901"), load_book("cn")
    own = {key for key, number in model.numbers.items() if number.pack == "999901"}
    assert {number.number_id for number in (d.number for d in differences(nation, model))} == own
    alone = set(model.numbers) - set(nation.numbers)
    assert set(nation.numbers) <= set(model.numbers)
    assert {key.partition(".")[0] for key in alone} == {"inefficient", "linkage"}
    assert model.findings == nation.findings
    assert model.targets != law.targets
    assert model.number("idle.fee_share", date(2024, 1, 1)) <= Fraction(1, 5)
    texts = {
        citation.instrument.instrument_id
        for key in own
        for version in model.numbers[key].versions
        for citation in version.citations
    }
    assert texts == {"convention"}


@pytest.fixture
def laws(bound: Path, tmp_path: Path) -> Path:
    """A bureau's own shelf: a district of files alone, over the product's national pack."""
    shelf = tmp_path / "laws"
    shutil.copytree(bound / "999901", shelf / "999902")
    (shelf / "packs.yaml").write_text(
        '"999902": {zh: 甲区, en: District A, parent: cn}\n', encoding="utf-8"
    )
    return shelf


def test_a_district_is_added_by_files_alone(laws: Path) -> None:
    book = load_book("999902", laws)
    assert book.title("en") == "District A"
    model = load_book("999901")
    assert {key: n.versions for key, n in book.numbers.items()} == {
        key: n.versions for key, n in model.numbers.items()
    }
    assert book.digest != model.digest
    assert load_book(str(laws / "999902")).digest == book.digest


def test_a_bureau_may_register_its_own_texts(laws: Path) -> None:
    (laws / "instruments.yaml").write_text(
        "own: {zh: 甲规, en: Rule A, in_force_on: 2020-01-01, confidence: known}\n",
        encoding="utf-8",
    )
    targets = laws / "999902" / "targets.yaml"
    text = targets.read_text(encoding="utf-8")
    targets.write_text(text.replace("cites: [convention]", "cites: [own 3]"), encoding="utf-8")
    book = load_book("999902", laws)
    cited = {one.text("en") for target in book.targets for one in target.citations}
    assert cited == {"Rule A Art. 3"}


def test_a_revised_copy_of_a_pack_is_read_from_its_path(bound: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(bound / "999901", tmp_path / "draft" / "999901"))
    assert load_book(f"{copy}/").digest == load_book("999901").digest
    numbers = copy / "numbers.yaml"
    numbers.write_text(
        numbers.read_text(encoding="utf-8").replace("value: 3/20", "value: 1/20"), encoding="utf-8"
    )
    assert load_book(str(copy)).number("idle.fee_share", date(2024, 1, 1)) == Fraction(1, 20)


def test_a_path_without_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawBookError, match="310116"):
        load_book(str(tmp_path / "310116"))


@pytest.mark.parametrize(
    ("packs", "named"),
    [
        ('"999902": {zh: 甲, en: A, parent: "999903"}', "999902 > 999903"),
        ('"999902": {zh: 甲, en: A, parent: "999902"}', "999902 > 999902"),
        ('"999902": District A', "999902"),
        ('"999902": {zh: 甲, parent: cn}', "999902 has no en"),
    ],
)
def test_a_pack_that_stands_on_nothing_is_refused(laws: Path, packs: str, named: str) -> None:
    (laws / "packs.yaml").write_text(packs, encoding="utf-8")
    with pytest.raises(LawBookError, match=named):
        load_book("999902", laws)
