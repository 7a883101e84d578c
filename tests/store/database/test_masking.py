"""A transaction that sees no persons is told none, however it asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import batch, extras, ledger

from geodata.model.attributes import ATTRIBUTES, BY_KEY, Kind
from geodata.model.content import CATALOGUES
from geodata.model.personal import MASK, Personal
from geodata.store.bulk import copy_out
from geodata.store.queries.contracts import import_ledger, read_contracts
from geodata.store.scope import NOTHING, Scope
from geodata.store.session import unit_of_work
from geodata.store.tables import CONTRACT_FACT
from geodata.store.tables.schema import METADATA, PERSONAL

BLIND = Scope(None, sees_persons=False)
FACT = CONTRACT_FACT.c
PERSON, COMPANY = "欧阳小明", "金山示例有限公司"


@pytest.fixture
def land(own_engine: sa.Engine) -> sa.Engine:
    rows = ledger(
        {"grantee": PERSON, "uscc": "310116198001011234", "note": "13812345678"},
        {"grantee": COMPANY, "uscc": "91310116MA1J00006H", "note": None},
    )
    with unit_of_work(own_engine) as connection:
        import_ledger(connection, batch(), rows, extras=extras(联系人=["王五", None]))
    return own_engine


def asked(land: sa.Engine, query: sa.Select) -> list:
    with unit_of_work(land, BLIND) as connection:
        return [tuple(row) for row in connection.execute(query)]


def test_facts_are_told_without_persons_and_are_otherwise_the_same(land):
    with unit_of_work(land) as connection:
        whole = read_contracts(connection)
    with unit_of_work(land, BLIND) as connection:
        masked = read_contracts(connection)
    texts = {key: masked.columns.texts[key].tolist() for key in ("grantee", "uscc", "note")}
    assert texts == {
        "grantee": [MASK, COMPANY],
        "uscc": [MASK, "91310116MA1J00006H"],
        "note": [MASK, None],
    }
    assert masked.extras == ({}, {})
    assert whole.extras[0] == {"联系人": "王五"}
    assert masked.facts_digest == whole.facts_digest


def by_condition() -> Iterator[sa.Select]:
    """Questions that would tell a name by what they find or in which order."""
    number = sa.select(FACT.contract_id)
    other = CONTRACT_FACT.alias()
    one = sa.select(FACT.contract_id, FACT.grantee).subquery()
    yield number.where(FACT.grantee == PERSON)
    yield number.where(FACT.grantee.like("欧阳%"))
    yield number.where(sa.func.length(FACT.note) == 11)
    yield sa.select(other.c.contract_id).where(other.c.grantee == PERSON)
    yield sa.select(one.c.contract_id).where(one.c.grantee == PERSON)
    yield number.where(sa.exists().where(other.c.grantee == PERSON))
    yield number.where(FACT.extras["联系人"].astext == "王五")
    yield sa.union(number.where(FACT.grantee == PERSON), number.where(FACT.note == "13812345678"))


@pytest.mark.parametrize("query", [*by_condition()], ids=range(8))
def test_no_condition_finds_what_is_not_told(land, query):
    assert asked(land, query) == []
    with unit_of_work(land) as connection:
        assert connection.execute(query).all()


@pytest.mark.parametrize(
    "shown",
    [
        sa.func.max(FACT.grantee),
        sa.func.json_agg(FACT.grantee),
        sa.func.string_agg(FACT.note.concat(FACT.uscc), ","),
        sa.cast(sa.func.jsonb_agg(FACT.extras), sa.Text),
    ],
)
def test_no_expression_tells_it(land, shown):
    ((told,),) = asked(land, sa.select(shown))
    assert not [each for each in (PERSON, "13812345678", "王五", "19800101") if each in str(told)]


def test_a_copy_of_many_rows_tells_no_more(land):
    with unit_of_work(land, BLIND) as connection:
        table = copy_out(connection, sa.select(FACT.grantee.label("name"), FACT.contract_id))
    assert table["name"].to_pylist() == [MASK, COMPANY]


def test_who_has_no_scope_sees_no_person():
    assert not NOTHING.sees_persons
    assert BLIND.mark != Scope(None).mark


SIGNS = "张王李公司厂店局集团Ltd. ()（）0123456789Xx"


@settings(max_examples=20, deadline=None)
@given(names=st.lists(st.text(SIGNS, max_size=22), min_size=1, max_size=60))
def test_the_database_masks_as_python_does(shared_engine, names):
    for personal in Personal:
        text = sa.Column("text", sa.Text, info={PERSONAL: personal})
        table = sa.Table("told", sa.MetaData(), sa.Column("place", sa.Integer), text)
        with unit_of_work(shared_engine, BLIND) as connection:
            connection.exec_driver_sql("CREATE TEMP TABLE told (place int, text text)")
            rows = [{"place": place, "text": name} for place, name in enumerate(names)]
            connection.execute(sa.insert(table), rows)
            found = list(connection.scalars(sa.select(table.c.text).order_by(table.c.place)))
            connection.exec_driver_sql("DROP TABLE told")
        assert found == [personal.masked(name) for name in names]


@pytest.mark.parametrize(
    ("name", "is_open"),
    [
        (COMPANY, True),
        ("上海市金山区规划和自然资源局", True),
        ("示例村经济合作社", True),
        ("上海第三机床厂", True),
        ("Example Holdings Ltd.", True),
        ("张三", False),
        ("欧阳小明", False),
        ("张三、李四", False),
        ("李厂", False),
        ("John Smith", False),
        ("", True),
    ],
)
def test_whoever_is_not_plainly_an_organisation_is_a_person(name, is_open):
    assert (Personal.PARTY.masked(name) == name) is is_open


def test_columns_that_name_parties_or_hold_free_words_say_so():
    """A new column of such a kind has to be decided about."""
    attributes = [*ATTRIBUTES, *(a for each in CATALOGUES.values() for a in each.attributes)]
    parties = {a.key for a in attributes if a.ladm == "LA_Party" and a.kind is Kind.TEXT}
    assert parties - {a.key for a in attributes if a.personal} == {
        *("grantor", "authority", "agency", "industry", "responsible")
    }
    assert BY_KEY["note"].personal is Personal.WORDS
    extras_of = [table.c.extras for table in METADATA.tables.values() if "extras" in table.c]
    assert all(column.info[PERSONAL] for column in extras_of)
    assert len(extras_of) == 10
