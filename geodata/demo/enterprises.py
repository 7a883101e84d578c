"""What enterprises made of their land: figures year by year, and who stands on which parcel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from geodata.demo.chance import Chance
from geodata.demo.contracts import Plot, Row
from geodata.demo.histories import History
from geodata.demo.names import Holder, draw_holder
from geodata.demo.sheet import as_cell
from geodata.demo.timeline import PRODUCTION, add_months
from geodata.model.codelists import Verdict
from geodata.model.content_lists import OccupancyRole, SupervisionField
from geodata.model.units import mu

_FIRST_YEAR: Final = 2020  # the year before the plan of 2021 to 2025
_RUN_UP: Final = (0.3, 0.6, 0.85)
"""What the first years of production bring, as share of what those after them do."""
_WAN: Final = 10_000
_OUTPUT_WAN_PER_MU: Final = {
    OccupancyRole.OWNER: (800.0, 0.6),
    OccupancyRole.TENANT: (110.0, 0.8),
}
"""Median and logarithmic spread of what the ledger does not state."""
_TAX_SHARE: Final = (0.025, 0.085)
_YEARLY_GROWTH: Final = (0.03, 0.04)
_ABOVE_SCALE_YUAN: Final = 20_000_000
"""Revenue of a year from which an industrial enterprise is above scale."""
_UNREPORTED: Final = 0.02
_LET: Final = 0.15
_FIRST_TENANT: Final = 50_000  # numbers of the holders of contracts lie below
_RECORDED: Final = 0.03
_AGENCIES: Final = {
    SupervisionField.SAFETY: ("金山区应急管理局（演示）", "安全生产隐患（虚构）"),
    SupervisionField.ENVIRONMENT: ("金山区生态环境局（演示）", "排污超标（虚构）"),
    SupervisionField.TAX: ("金山区税务局（演示）", "欠缴税款（虚构）"),
}


@dataclass(frozen=True, slots=True)
class EnterpriseTables:
    """Tables of enterprises, rows of cells each, as `docs/content.md` describes them."""

    years: list[Row]
    occupancies: list[Row]
    supervision: list[Row]


@dataclass(frozen=True, slots=True)
class _Stay:
    """An enterprise on the land it uses, or on the part of it that is its own."""

    name: str
    uscc: str
    plot: Plot
    role: OccupancyRole
    area_m2: float
    begins_on: date
    ledger: Mapping[str, str]


def write_enterprises(
    histories: Iterable[History], as_of: date, chance: Chance
) -> EnterpriseTables:
    """Figures of everybody in production, up to the last year that was over on a day.

    Parameters
    ----------
    histories
        Contracts; whose ledger row states what was reached makes that in the last year.
    """
    stays = list(_stays(histories, as_of, chance))
    own: dict[str, list[_Stay]] = defaultdict(list)
    for stay in stays:
        own[stay.uscc].append(stay)
    return EnterpriseTables(
        years=[row for held in own.values() for row in _years(held, as_of.year, chance)],
        occupancies=[_occupancy(stay) for stay in stays],
        supervision=[
            _record(held[0], number, as_of, chance)
            for number, held in enumerate(own.values(), start=1)
            if chance.happens(_RECORDED)
        ],
    )


def _stays(histories: Iterable[History], as_of: date, chance: Chance) -> Iterator[_Stay]:
    """Holders on their parcels, and tenants in the plants of some of them."""
    met: set[str] = set()
    tenants = 0
    for history in histories:
        row, began_on = history.row, history.timeline.done_on.get(PRODUCTION)
        is_used = began_on and history.verdict not in (Verdict.CLOSED, Verdict.NOT_IN_FORCE)
        code = history.plot.parcel_code
        if not (is_used and began_on and row.get("uscc")) or code in met:
            continue
        met.add(code)
        let = chance.between(0.2, 0.5) if chance.happens(_LET) else 0.0
        owner = OccupancyRole.OWNER
        own_m2 = round(history.plot.area_m2 * (1 - let), 1)
        name, uscc = row.get("grantee", ""), row["uscc"]
        yield _Stay(name, uscc, history.plot, owner, own_m2, began_on, row)
        let_on = add_months(as_of, -chance.whole(8, 84))
        if let and let_on > began_on:
            tenants += 1
            yield _tenant(draw_holder(_FIRST_TENANT + tenants, chance), history, own_m2, let_on)


def _tenant(holder: Holder, history: History, own_m2: float, let_on: date) -> _Stay:
    let_m2 = round(history.plot.area_m2 - own_m2, 1)
    return _Stay(holder.name, holder.uscc, history.plot, OccupancyRole.TENANT, let_m2, let_on, {})


def _occupancy(stay: _Stay) -> Row:
    is_let = stay.role is OccupancyRole.TENANT
    return {
        "uscc": stay.uscc,
        "enterprise": stay.name,
        "parcel_code": stay.plot.parcel_code,
        "role": stay.role.value,
        "building": "2号厂房" if is_let else "",
        "occupied_m2": as_cell(stay.area_m2),
        "begins_on": as_cell(stay.begins_on),
    }


def _years(held: Sequence[_Stay], this_year: int, chance: Chance) -> Iterator[Row]:
    """One enterprise, from the year on in which it began to produce."""
    began = min(stay.begins_on for stay in held).year
    output, tax = (
        sum(part) for part in zip(*(_lately(stay, chance) for stay in held), strict=True)
    )
    pace = 1 + _YEARLY_GROWTH[0] + _YEARLY_GROWTH[1] * chance.bell()
    intensity = chance.size(0.035, 0.5)  # tonnes of coal for 10,000 yuan of output
    for year in range(max(began, _FIRST_YEAR), this_year):
        share = pace ** (year - this_year + 1) * chance.between(0.97, 1.03)
        ramp = _RUN_UP[year - began] if year - began < len(_RUN_UP) else 1.0
        scale = share * (ramp if year < this_year - 1 else 1.0)
        row = _figures(held[0], output * scale, tax * scale, intensity, chance)
        yield {"year": str(year)} | {
            key: cell
            for key, cell in row.items()
            if key == "uscc" or not chance.happens(_UNREPORTED)
        }


def _lately(stay: _Stay, chance: Chance) -> tuple[float, float]:
    """Output and tax of the last year, in yuan: what the ledger states of a mu, else some."""
    land = float(mu(stay.area_m2))
    stated = [stay.ledger.get(key) for key in ("output_actual", "tax_actual")]
    output = float(stated[0]) if stated[0] else chance.size(*_OUTPUT_WAN_PER_MU[stay.role])
    tax = float(stated[1]) if stated[1] else output * chance.between(*_TAX_SHARE)
    return output * land * _WAN, tax * land * _WAN


def _figures(stay: _Stay, output: float, tax: float, intensity: float, chance: Chance) -> Row:
    revenue, energy_tce = output * chance.between(0.93, 1.02), output / _WAN * intensity
    return {
        "uscc": stay.uscc,
        "enterprise": stay.name,
        "above_scale": "true" if revenue >= _ABOVE_SCALE_YUAN else "false",
        "output_yuan": str(round(output)),
        "revenue_yuan": str(round(revenue)),
        "value_added_yuan": str(round(output * chance.between(0.18, 0.28))),
        "tax_yuan": str(round(tax)),
        "investment_yuan": str(round(output * chance.between(0.0, 0.06))),
        "rd_yuan": str(round(revenue * chance.between(0.005, 0.05))),
        "energy_tce": as_cell(round(energy_tce, 1)),
        "electricity_kwh": str(round(energy_tce * chance.between(2_400, 3_600))),
        "emissions_t": as_cell(round(energy_tce * chance.between(0.0004, 0.002), 2)),
        "staff_count": str(max(3, round(output / _WAN / chance.between(90, 260)))),
    }


def _record(stay: _Stay, number: int, as_of: date, chance: Chance) -> Row:
    """A record of another office, two thirds of them still open."""
    field = chance.pick(tuple(_AGENCIES))
    agency, matter = _AGENCIES[field]
    recorded_on = as_of - timedelta(chance.whole(30, 700))
    resolved_on = recorded_on + timedelta(25) if chance.happens(1 / 3) else None
    return {
        "uscc": stay.uscc,
        "enterprise": stay.name,
        "parcel_code": stay.plot.parcel_code,
        "field": field.value,
        "record_no": f"演示监管{recorded_on.year}-{number:04d}",
        "recorded_on": as_cell(recorded_on),
        "agency": agency,
        "matter": matter,
        "resolved_on": as_cell(resolved_on) if resolved_on else "",
    }
