"""The reference system of coordinates that name none: found where it is sure, asked where not.

The numbers, what the file declares, the district and stated areas are the evidence. One answer left
is taken and told; where two fit, the reader is asked; where none can be right, the reason is given.
"""

from geodata.importers.detective.answers import (
    Confidence,
    CrsVerdict,
    Hypothesis,
    Outcome,
    Step,
)
from geodata.importers.detective.areas import AreaUnit, judge_area_unit
from geodata.importers.detective.declarations import NOTHING, Datum, Declaration
from geodata.importers.detective.detection import detect
from geodata.importers.detective.naming import parse_crs
from geodata.importers.detective.placing import apply
from geodata.importers.detective.settling import Settled, settle
from geodata.importers.detective.weighing import NOWHERE, Ground

__all__ = [
    "NOTHING",
    "NOWHERE",
    "AreaUnit",
    "Confidence",
    "CrsVerdict",
    "Datum",
    "Declaration",
    "Ground",
    "Hypothesis",
    "Outcome",
    "Settled",
    "Step",
    "apply",
    "detect",
    "judge_area_unit",
    "parse_crs",
    "settle",
]
