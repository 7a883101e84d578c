"""The law book: every legal number dated, cited, scoped to a district, with its confidence."""

from service.compliance.law.book import Citation, FindingLaw, Instrument, LawBook, Number, Version
from service.compliance.law.loader import load_book

__all__ = ["Citation", "FindingLaw", "Instrument", "LawBook", "Number", "Version", "load_book"]
