"""Evidence: files that prove facts, and what a photo says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from geodata.model.codelist import Codelist, Tone
from geodata.model.codelists import MilestoneKind
from geodata.model.content_lists import EvidenceKind


class PhotoDoubt(Codelist):
    """Why a photo may not show what it is said to show. Conventions of the product."""

    OUTSIDE = ("outside", "拍摄位置在宗地以外", "taken outside the parcel", Tone.OVERDUE)
    OTHER_DAY = (
        "other_day",
        "拍摄日期与巡查日期不符",
        "not taken on the day of the patrol",
        Tone.OVERDUE,
    )
    CLOCK = (
        "clock",
        "相机时间与卫星时间不符",
        "the clock of the camera differs from the satellites",
        Tone.OVERDUE,
    )
    FUTURE = ("future", "拍摄时间晚于收存时间", "taken later than it was kept", Tone.OVERDUE)


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What the camera wrote into a photo; None where it wrote nothing.

    Attributes
    ----------
    taken_at
        By the clock of the camera; where it names no zone, that of Shanghai is meant.
    located_at
        By the satellites, when the position was found.
    longitude_deg, latitude_deg
        WGS 84, which lies within a decimetre of CGCS 2000.
    bearing_deg
        Where the camera looked, clockwise from north.
    """

    taken_at: datetime | None = None
    located_at: datetime | None = None
    longitude_deg: Decimal | None = None
    latitude_deg: Decimal | None = None
    bearing_deg: Decimal | None = None

    @property
    def has_position(self) -> bool:
        """Whether it says where it was taken."""
        return self.longitude_deg is not None and self.latitude_deg is not None


@dataclass(frozen=True, slots=True)
class ProvenFact:
    """What a file is evidence of: a contract, one milestone or patrol of it, or a claim.

    Attributes
    ----------
    contract_id, claim_id
        One of the two.
    milestone
        The milestone of the contract; None for the contract as a whole.
    observed_on
        Day of the patrol observation.
    """

    contract_id: int | None = None
    claim_id: int | None = None
    milestone: MilestoneKind | None = None
    observed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file kept as evidence of a fact; it is never changed and never deleted.

    Attributes
    ----------
    sha256, byte_count
        Digest and size of the file as it was given.
    media_type
        What its bytes are, whatever its name says.
    preview
        Digest of a small picture of a photo, without what the camera wrote into it; None = none.
    """

    evidence_id: UUID
    fact: ProvenFact
    kind: EvidenceKind
    sha256: str
    byte_count: int
    media_type: str
    file_name: str
    note: str
    added_by: str
    added_at: datetime
    photo: PhotoFacts | None = None
    preview: str | None = None

    @property
    def title(self) -> str:
        """What it is called in lists."""
        return self.note or self.file_name
