"""The settings the land side reads; `service.config` fills them from `config.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """Where the private PostgreSQL cluster lives and how long it may take.

    Attributes
    ----------
    binaries
        Directory with ``initdb`` and ``pg_ctl``; empty = found by itself.
    state_dir
        Directory that holds the data; empty = the platform's state directory.
    start_timeout_s, stop_timeout_s
        Seconds to wait; stopping after heavy writing needs a checkpoint of several seconds.
    shared_buffers_mb
        PostgreSQL's own cache, in MiB.
    """

    binaries: str = ""
    state_dir: str = ""
    start_timeout_s: int = 60
    stop_timeout_s: int = 60
    shared_buffers_mb: int = 256


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """How the database is reached.

    Attributes
    ----------
    url, site_url
        SQLAlchemy URLs of the bureau's own server, for the owner of the tables and for the site;
        both empty = the private cluster.
    project_dir
        Directory whose path names the private cluster.
    cluster
        Settings of the private cluster.
    """

    url: str
    project_dir: Path
    cluster: ClusterSettings = ClusterSettings()
    site_url: str = ""

    @property
    def is_private(self) -> bool:
        """True when no server is named: the private cluster serves."""
        return not (self.url or self.site_url)


@dataclass(frozen=True, slots=True)
class Tolerances:
    """From when on an outline is called faulty: conventions of the product, nothing legal.

    Attributes
    ----------
    point_m
        Boundary points of a ring that follow each other at this distance or less count as one.
    spike_degrees, spike_m
        A corner sharper than this is a spike where its arms are nowhere farther apart.
    sliver_m
        Mean width below which a parcel or a part of one is a sliver.
    overlap_m2
        Land that two parcels may share without overlapping: less is drawing noise.
    duplicate_share
        Share of their joint land from which two overlapping parcels are one drawn twice.
    same_land_share
        Share of their joint land from which a row that names an unknown contract, and a contract
        known, are about the same land.
    gap_m, gap_m2, gap_most_m2
        Uncovered land in a park is a gap where it is narrower than `gap_m` or a piece of no more
        than `gap_most_m2`; below `gap_m2` it is drawing noise.
    outside_m2
        Land that a parcel may have outside the district's outline.
    area_warn_percent, area_error_percent
        Difference between stated and computed area from which it is a warning or an error.
    repair_percent
        By how much of its area a repair may change a parcel.
    outer_ring
        `geodata.model.quality_lists.RingDirection` of outer rings.
    """

    point_m: float = 0.001
    spike_degrees: float = 5.0
    spike_m: float = 0.5
    sliver_m: float = 0.5
    overlap_m2: float = 0.01
    duplicate_share: float = 0.999
    same_land_share: float = 0.9
    gap_m: float = 1.0
    gap_m2: float = 1.0
    gap_most_m2: float = 100.0
    outside_m2: float = 1.0
    area_warn_percent: float = 1.0
    area_error_percent: float = 5.0
    repair_percent: float = 0.1
    outer_ring: str = "any"


USUAL: Final = Tolerances()
"""The tolerances as they are set unless a file of settings says otherwise."""
