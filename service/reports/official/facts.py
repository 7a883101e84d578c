"""The facts of a case as its documents need them; what is not known is left empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from geodata.model.case_lists import DocumentKind
from geodata.model.law_lists import Disposal
from service.reports.papers.blocks import Runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The authority that acts, and whom to ask there."""

    name: str = ""
    address: str = ""
    contact: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The holder of the land-use right."""

    name: str = ""
    credit_code: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Land:
    """The land; its area is that of the contract (R0.9)."""

    parcel_code: str = ""
    location: str = ""
    use: str = ""
    area_m2: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """The contract; days on which something is due are those in force."""

    contract_no: str = ""
    supervision_no: str = ""
    signed_on: date | None = None
    premium_yuan: Decimal | None = None
    delivered_on: date | None = None
    start_due_on: date | None = None
    completion_due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document issued before: its number, and the day on which it was served."""

    number: str = ""
    served_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount, and how it came about.

    Attributes
    ----------
    steps
        Each step of the calculation in words, with its formula.
    basis
        The law it rests on (`wording.cited`).
    """

    yuan: Decimal
    steps: tuple[str, ...] = ()
    basis: Runs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The service of a document, as the receipt is prepared."""

    document: DocumentKind
    number: str = ""
    way: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """What is known of a case on the day a document is drafted.

    Attributes
    ----------
    matters
        What happened, one paragraph each, such as why land is suspected to be idle.
    basis
        The law the matters rest on (`wording.cited`).
    cause
        Why, such as ``企业原因`` or a cause of government with its months.
    evidence
        What proves it.
    papers
        Documents issued before.
    disposal
        What is intended or decided.
    amount
        The fee, the damages or the refund the document is about.
    account
        Where to pay.
    approval
        Who approved the decision, and by which document.
    ending
        The clause or law by which a contract is rescinded.
    settlement
        What follows from a rescission: refund, handing over, damages.
    mortgagees
        Whom a decision is copied to.
    remedy
        How to contest a decision; where it is empty, the law book says it.
    mark
        Line at the foot of every page, such as the head of the event log.
    """

    office: Office = field(default_factory=Office)
    holder: Holder = field(default_factory=Holder)
    land: Land = field(default_factory=Land)
    grant: Grant = field(default_factory=Grant)
    matters: tuple[str, ...] = ()
    basis: Runs = ()
    cause: str = ""
    evidence: tuple[str, ...] = ()
    papers: Mapping[DocumentKind, Paper] = field(default_factory=dict)
    disposal: Disposal | None = None
    amount: Amount | None = None
    account: str = ""
    approval: str = ""
    ending: Runs = ()
    settlement: tuple[str, ...] = ()
    mortgagees: tuple[str, ...] = ()
    remedy: str = ""
    service: Service | None = None
    mark: str = ""
