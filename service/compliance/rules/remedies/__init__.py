"""Why not, and what if: for each adverse finding the nearest change of facts that removes it.

Proposals are made by the files named after the rules they answer (`milestones`, `idle_land`,
`figures`, `payment`, `unknowns`); `trials` lets the rules judge each of them.

Sharp days. With the facts known on the day of the check and nothing else happening:

- `EXTEND`: dated on its last day it still removes the finding, a day later no more. Where that
  day is ahead this is judged on that very day, else on the day of the check.
- `DO_NOW` against `idle_gov`, `suspect_idle_1y` and `supplied_unused`: on its last day the graver
  finding (`suspect_idle_1y`, `suspect_idle_2y`, the next bucket) is not there, a day later it is.
- `PAY`: on its last day rescission is not open, a day later it is.

Works and payment remove the finding itself whenever they come; the other kinds have no such day.
"""

from service.compliance.rules.remedies.trials import (
    PROPOSERS,
    remedies,
    remedies_of,
    row_remedies,
)
from service.compliance.rules.remedies.values import Change, Remedy

__all__ = ["PROPOSERS", "Change", "Remedy", "remedies", "remedies_of", "row_remedies"]
