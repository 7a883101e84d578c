"""Pictures below the map that other machines draw: none, unless the settings name them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

TIANDITU: Final = "https://t{s}.tianditu.gov.cn"
TIANDITU_SERVERS: Final = "01234567"
_TIANDITU_HOSTS: Final = tuple(TIANDITU.format(s=server) for server in TIANDITU_SERVERS)


@dataclass(frozen=True, slots=True)
class Basemaps:
    """What may be asked of the network.

    Attributes
    ----------
    tianditu_key
        Key of the national basemap (R6.9); None = it is not offered.
    gcj02_url
        Address of tiles in GCJ-02, with ``{z}``, ``{x}`` and ``{y}``; empty = none are offered.
    """

    tianditu_key: str | None = None
    gcj02_url: str = ""

    def __bool__(self) -> bool:
        return bool(self.tianditu_key or self.gcj02_url)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Sources of pictures a page has to allow."""
        tianditu = _TIANDITU_HOSTS if self.tianditu_key else ()
        parts = urlsplit(self.gcj02_url)
        return (*tianditu, f"{parts.scheme}://{parts.netloc}") if self.gcj02_url else tianditu


NONE: Final = Basemaps()
