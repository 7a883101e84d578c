"""Calendar arithmetic, working days and interval sets, vectorised over day numbers."""

from service.compliance.calendar.arithmetic import add_months, add_years
from service.compliance.calendar.intervals import IntervalSets, entries_of
from service.compliance.calendar.working_days import WorkingDays

__all__ = ["IntervalSets", "WorkingDays", "add_months", "add_years", "entries_of"]
