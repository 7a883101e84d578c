"""The law book: every legal number dated, cited, scoped to a district, with its confidence."""

from service.compliance.law.book import FindingLaw, LawBook, Number, Version
from service.compliance.law.loader import load_book
from service.compliance.law.procedure import Act, ActVersion, Period
from service.compliance.law.sources import Citation, Instrument
from service.compliance.law.targets import Target

__all__ = [
    "Act",
    "ActVersion",
    "Citation",
    "FindingLaw",
    "Instrument",
    "LawBook",
    "Number",
    "Period",
    "Target",
    "Version",
    "load_book",
]
