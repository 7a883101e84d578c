"""What reading costs: searches while they are typed, and pages of the list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any, Final

import numpy as np
import sqlalchemy as sa

from geodata.model.codelists import Group
from geodata.model.columns import LedgerColumns, Texts
from geodata.model.roles import Actor, Role
from geodata.model.selection import Order, Selection
from geodata.model.spelling import coded, folded, has_han, looked_for, spelled
from geodata.store.engine import Engine
from geodata.store.queries.browse import read_hits
from geodata.store.queries.contracts import import_ledger
from geodata.store.queries.imports import ImportBatch
from geodata.store.queries.search import search
from geodata.store.scope import EVERYTHING
from geodata.store.session import unit_of_work
from geodata.store.site_account import SITE_ROLE, site_engine
from service.compliance.law import LawBook
from service.maps.selection import select
from service.operations.cards import refresh_cards
from service.operations.mapping import map_of_database
from service.operations.reading import DatabaseReadings

from .contracts import AS_OF
from .copies import multiply_cards, settle
from .figures import Figure, seconds
from .server import Server, opened

_NOON: Final = datetime(2026, 6, 30, 4, tzinfo=UTC)
_HITS: Final = 12
_SEARCHES: Final = 60
_AUDITOR: Final = Actor.of_role("bench", Role.AUDITOR)

_PLACES: Final = tuple("金山亭林朱泾枫泾张堰廊下吕巷漕泾山阳石化浦江长江东海沪杭临港松江")
_SIGNS: Final = tuple("瑞恒盛华宏鑫泰博科达正元安康信诚德隆昌兴伟嘉云海天宇星凯锐智")
_LINES: Final = (
    "机械",
    "新材料",
    "生物医药",
    "汽车零部件",
    "智能装备",
    "环保科技",
    "半导体",
    "软件",
)
_WORKS: Final = ("一期项目", "二期项目", "扩建项目", "生产基地", "研发中心")


def named_contracts(contracts: LedgerColumns, seed: int = 1) -> LedgerColumns:
    """The contracts with names and numbers that differ, as in a ledger."""
    count, chance = len(contracts), np.random.default_rng(seed)

    def drawn(words: Sequence[str]) -> Texts:
        return np.array(words, dtype=object)[chance.integers(0, len(words), count)]

    grantee = drawn(_PLACES) + drawn(_PLACES) + drawn(_SIGNS) + drawn(_SIGNS) + drawn(_LINES)
    project = drawn(_SIGNS) + drawn(_SIGNS) + drawn(_SIGNS) + drawn(_LINES) + drawn(_WORKS)
    numbers = [f"310116{number * 2_654_435_761 % 10**10:010d}" for number in range(count)]
    codes = [f"91310116MA{number * 40_503 % 10**8:08d}" for number in range(count)]
    names = {
        "grantee": grantee + np.array("有限公司", dtype=object),
        "project_name": project,
        "supervision_no": np.array(numbers, dtype=object),
        "uscc": np.array(codes, dtype=object),
    }
    return replace(contracts, texts={**contracts.texts, **names})


def browse_figures(
    server: Server, contracts: LedgerColumns, law: LawBook, count: int
) -> Iterator[Figure]:
    """The figures of the list of a city's contracts, and of searches among `count` cards."""
    with opened(server.database()) as engine:
        with unit_of_work(engine) as connection:
            import_ledger(connection, ImportBatch("contracts", "0" * 64, _NOON, "bench"), contracts)
        yield from list_figures(engine, law, len(contracts))
        multiply_cards(engine, count)
        yield search_figure(engine, count)


def search_figure(engine: Engine, count: int) -> Figure:
    """The figure of searches in cards of named contracts."""
    site = site_engine(engine.url.set(username=SITE_ROLE).render_as_string(hide_password=False))
    texts = _typed(engine)
    ours, bare = (
        _late(partial(each, text) for text in texts)
        for each in (partial(_ours, site), partial(_bare, engine))
    )
    site.dispose()
    return Figure(
        "search as it is typed, p95",
        f"{ours * 1000:.0f} ms",
        f"{bare * 1000:.0f} ms for the bare indexed SQL, {count:,} contracts",
        f"{ours / bare:.1f} ×",
        "at most 5 ×",
        ours <= 5 * bare,
    )


def list_figures(engine: Engine, law: LawBook, count: int) -> Iterator[Figure]:
    """The figures of cards made of named contracts, and of pages of the list of them.

    A page is held against judging the whole district for it.
    """
    begin = perf_counter()
    refresh_cards(engine, law, AS_OF)
    taken = perf_counter() - begin
    subject = "cards and spans of all contracts, not compared"
    yield Figure(subject, f"{taken:.0f} s", f"{count:,} contracts", "", "none", holds=True)
    settle(engine)
    readings = DatabaseReadings(engine, law)

    def page(selection: Selection, order: Order) -> object:
        return readings.contracts(_AUDITOR, AS_OF, "zh", selection, order, 2)

    asked = {
        "the whole list by severity": (Selection(), Order.SEVERITY),
        "one group by money at stake": (Selection(groups=frozenset({Group.IDLE})), Order.STAKE),
        "a search": (Selection(text="恒盛"), Order.MATCH),
    }
    begin = perf_counter()
    parcels = map_of_database(engine, law, AS_OF, "zh").parcels
    select(parcels, Selection(), AS_OF)
    whole = perf_counter() - begin
    begin = perf_counter()
    page(*asked["the whole list by severity"])
    yield _page_figure("first page after a change", perf_counter() - begin, whole, count)
    for subject, (selection, order) in asked.items():
        taken = seconds(partial(page, selection, order))
        yield _page_figure(f"page of {subject}", taken, whole, count)


def _page_figure(subject: str, taken: float, whole: float, count: int) -> Figure:
    return Figure(
        f"list, {subject}",
        f"{taken * 1000:.0f} ms",
        f"{whole:.0f} s to judge all {count:,} contracts for it",
        f"{whole / taken:.0f} × sooner",
        "at least 10 ×",
        whole >= 10 * taken,
    )


def _typed(engine: Engine) -> list[str]:
    """What people type: parts of names and numbers, letters for names, and slips of the finger."""
    chosen = sa.text(
        "SELECT grantee, project_name, contract_no, supervision_no, uscc"
        " FROM parcelwatch.contract_card ORDER BY md5(contract_id::text) LIMIT :limit"
    )
    with unit_of_work(engine) as connection:
        cards = connection.execute(chosen, {"limit": _SEARCHES}).all()
    kinds: tuple[Callable[[Any], str], ...] = (
        lambda card: card.grantee[:5],
        lambda card: f"{card.grantee[2:4]} {card.project_name[:3]}",
        lambda card: card.contract_no[-7:],
        lambda card: card.supervision_no,
        lambda card: card.uscc.lower(),
        lambda card: spelled(card.grantee[:4]),
        lambda card: "".join(spelled(sign)[0] for sign in card.grantee[:6]),
        lambda card: spelled(card.project_name[:5])[:-2] + "x",
    )
    return [kinds[number % len(kinds)](card) for number, card in enumerate(cards)]


def _ours(site: Engine, text: str) -> None:
    with unit_of_work(site, EVERYTHING) as connection:
        if found := search(connection, text):
            read_hits(connection, AS_OF, found, _HITS)


def _bare(engine: Engine, text: str) -> None:
    """The rows that the index finds, as somebody at the console would ask for them."""
    words = folded(text).split()
    conditions = " AND ".join(f"search LIKE :word{place}" for place in range(len(words)))
    values = {
        f"word{place}": f"%{looked_for(coded(word) if has_han(word) else word)}%"
        for place, word in enumerate(words)
    }
    select_from = "SELECT contract_id FROM parcelwatch.contract_card WHERE"
    with unit_of_work(engine) as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.execute(sa.text(f"{select_from} {conditions} LIMIT {_HITS}"), values)
        if not rows.all():
            connection.exec_driver_sql("SET LOCAL pg_trgm.word_similarity_threshold = 0.8")
            alike = sa.text(f"{select_from} :text <% search LIMIT {_HITS}")
            connection.execute(alike, {"text": spelled(" ".join(words))}).all()


def _late(works: Iterator[Callable[[], object]]) -> float:
    """The time that 95 of 100 take at most, each done twice and timed the second time."""
    times = []
    for work in works:
        work()
        begin = perf_counter()
        work()
        times.append(perf_counter() - begin)
    return float(np.quantile(times, 0.95))
