"""The clock jumps a day on and a day back while people sign in, fail to, and import."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

import requests

from geodata.model.roles import Actor, Role
from geodata.store.queries.contracts import read_contracts
from geodata.store.session import unit_of_work
from service.clock import system_clock
from service.operations.accounts import add_account
from service.operations.import_sources import Source
from service.operations.importing import import_now
from service.operations.verifying import prove_log
from tests.faults.place import PROGRAM, Place, opened_place
from tests.faults.proof import Proof

_JUMPS_H: Final = (0, -24, 24, -1)
_OFFSET: Final = "hours"
# The clock of the command stands where a file says, from one request to the next.
_JUMPING: Final = f"""
from datetime import timedelta
from pathlib import Path

from service import clock

real = clock.system_clock
clock.system_clock = lambda: real() + timedelta(hours=float(Path("{_OFFSET}").read_text()))
{PROGRAM}
"""
_NAME: Final = "visitor"
_FAILURES: Final = 7
"""More than are free: who goes on has to wait."""


def jumping_clock() -> Proof:
    """Sign in, read and import as the clock jumps; facts and people must not mind."""
    with opened_place() as place:
        offset = place.folder / _OFFSET
        offset.write_text("0", encoding="utf-8")
        password = _visitor(place)
        with place.site(_JUMPING) as port:
            signed_in, towns = [], []
            for number, hours in enumerate(_JUMPS_H):
                offset.write_text(str(hours), encoding="utf-8")
                _import(place, number, hours)
                towns.append(_towns(place))
                signed_in.append(_enter(port, password))
                for _ in range(_FAILURES):
                    _enter(port, "wrong")
        instants = _instants(place)
        broken = prove_log(place.owner).broken
    hours = [f"{hours:+d}" for hours in _JUMPS_H[1:]]
    return Proof(
        f"时钟跳变（相差 {'、'.join(hours)} 小时），其间登录（多次失败）、导入",
        f"the clock jumps ({', '.join(hours)} h) between imports and signing in, or failing to",
        f"{sum(signed_in)} 次以正确密码登录均成功；{len(instants)} 次导入先后顺序不变",
        f"{sum(signed_in)} times the right password was let in at once; {len(instants)} imports"
        " are known in order",
        signed_in == [True] * len(_JUMPS_H)
        and towns == [{f"{number}镇"} for number in range(len(_JUMPS_H))]
        and instants == sorted(set(instants))
        and broken is None,
    )


def _visitor(place: Place) -> str:
    """Password of somebody who may sign in."""
    keeper = Actor.of_role("keeper", Role.ADMINISTRATOR)
    return add_account(place.accounts, keeper, _NAME, Role.AUDITOR)


def _import(place: Place, number: int, hours: int) -> None:
    """Say of a contract that it is in another town."""
    path: Path = place.folder / "ledger.csv"
    path.write_text(f"contract_no,town\nK-1,{number}镇\n", encoding="utf-8")
    at = system_clock() + timedelta(hours=hours)
    import_now(place.owner, [Source(path)], actor="clerk", clock=lambda: at)


def _towns(place: Place) -> set[str]:
    with unit_of_work(place.owner) as connection:
        return set(read_contracts(connection).columns.texts["town"])


def _instants(place: Place) -> list[datetime]:
    """From when the facts of each import are known, in the order they were written."""
    with place.owner.connect() as connection:
        query = "SELECT imported_at FROM parcelwatch.import_batch ORDER BY import_id"
        return list(connection.exec_driver_sql(query).scalars())


def _enter(port: int, password: str) -> bool:
    """Whether the site lets the visitor in."""
    page = f"http://127.0.0.1:{port}/login"
    with requests.Session() as browser:
        (seal,) = set(re.findall(r'name="csrf" value="(\w+)"', browser.get(page).text))
        form = {"csrf": seal, "name": _NAME, "password": password}
        answer = browser.post(page, form, allow_redirects=False)
    return answer.status_code == HTTPStatus.SEE_OTHER
