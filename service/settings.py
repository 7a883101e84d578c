"""The settings in force, by the sections of `config.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geodata.settings import DatabaseSettings, Tolerances

LANGUAGES: Final = ("zh", "en")
PRODUCT_DIR: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Language of all words, and the law book of the district."""

    language: str = "zh"
    book: str = "310116"


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where the site listens, what stands before it, and how many requests it serves at once."""

    host: str = "127.0.0.1"
    port: int = 8000
    https: bool = False
    workers: int = 1
    threads: int = 8


@dataclass(frozen=True, slots=True)
class MapSettings:
    """How much a map page draws, where its scripts and styles lie, and what lies below it."""

    feature_limit: int = 5000
    assets_dir: str = "node_modules"
    gcj02_url: str = ""


@dataclass(frozen=True, slots=True)
class UploadSettings:
    """Where files given on a page are kept, how large they may be, and how long they stay."""

    directory: str = ""
    most_mb: int = 512
    kept_days: int = 30

    @property
    def most_bytes(self) -> int:
        """The same in bytes."""
        return self.most_mb << 20


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """How many requests an account may send to the interfaces within a stretch of time."""

    requests: int = 1000
    window_s: int = 60


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """How long a password is, how long a session lasts, and who has to wait."""

    password_length: int = 12
    session_hours: int = 12
    idle_minutes: int = 60
    free_attempts: int = 5
    longest_wait_s: int = 900
    token_days: int = 365


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """The identity provider of the bureau; without an issuer there is none."""

    issuer: str = ""
    client_id: str = ""
    claim: str = "sub"
    title: str = ""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mails go: to a server, else into a directory; from whom, and where links lead."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    sender: str = "parcelwatch@localhost"
    spool: str = "out/mail"
    site: str = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class OperationSettings:
    """What the site tells of itself to those who keep it running."""

    log: str = "json"
    local_metrics: bool = True
    least_free_mb: int = 512

    @property
    def least_free_bytes(self) -> int:
        """Room that has to be left on the disk of the files, in bytes."""
        return self.least_free_mb << 20


@dataclass(frozen=True, slots=True)
class Config:
    """All settings in force.

    Attributes
    ----------
    project_dir
        Directory of `config.toml` (else the working directory): relative paths start here.
    tianditu_key
        Key of the TianDiTu basemap; None = no basemap.
    oidc_secret
        What the site proves itself with to the identity provider; None = nothing is needed.
    mail_password
        What opens the mail server to `mail.user`.
    """

    project_dir: Path
    service: ServiceSettings
    database: DatabaseSettings
    web: WebSettings
    api: ApiSettings
    accounts: AccountSettings
    oidc: OidcSettings
    maps: MapSettings
    uploads: UploadSettings
    mail: MailSettings
    operation: OperationSettings
    quality: Tolerances
    tianditu_key: str | None
    oidc_secret: str | None
    mail_password: str | None

    @property
    def assets_dir(self) -> Path:
        """Directory of the npm packages: beside the settings file, else beside the product."""
        beside_settings = self.project_dir / self.maps.assets_dir
        beside_product = PRODUCT_DIR / self.maps.assets_dir
        is_elsewhere = not beside_settings.is_dir() and beside_product.is_dir()
        return beside_product if is_elsewhere else beside_settings
