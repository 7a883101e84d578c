"""`config.toml` and the environment as typed values; an unknown key is refused by name."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from math import inf
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from urllib.parse import urlsplit

from geodata.errors import SettingError
from geodata.model.quality_lists import RingDirection
from geodata.settings import ClusterSettings, DatabaseSettings, Tolerances

LANGUAGES = ("zh", "en")
REQUEST_LOGS = ("json", "none")
MAIL_SECURITY = ("starttls", "tls", "none")
_PRODUCT_DIR = Path(__file__).resolve().parent.parent
_LARGEST_PORT = 65_535
_SHORTEST_PASSWORD = 8
_RIGHT_ANGLE = 90  # degrees
T = TypeVar("T")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


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
class _DatabaseSection:
    url: str = ""
    site_url: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    """The sections of `config.toml`."""

    service: ServiceSettings = ServiceSettings()
    database: _DatabaseSection = _DatabaseSection()
    cluster: ClusterSettings = field(default_factory=ClusterSettings)
    web: WebSettings = WebSettings()
    api: ApiSettings = ApiSettings()
    accounts: AccountSettings = AccountSettings()
    oidc: OidcSettings = OidcSettings()
    maps: MapSettings = MapSettings()
    uploads: UploadSettings = UploadSettings()
    mail: MailSettings = MailSettings()
    operation: OperationSettings = OperationSettings()
    quality: Tolerances = field(default_factory=Tolerances)


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
        beside_product = _PRODUCT_DIR / self.maps.assets_dir
        is_elsewhere = not beside_settings.is_dir() and beside_product.is_dir()
        return beside_product if is_elsewhere else beside_settings


def load_config(path: Path | None, environment: Mapping[str, str]) -> Config:
    """Settings from a file and the environment.

    Parameters
    ----------
    path
        The file; None = ``PARCELWATCH_CONFIG``, else `config.toml` in the working directory or
        beside the packages, else the defaults.
    environment
        Read: ``PARCELWATCH_CONFIG``, ``PARCELWATCH_LANG``, ``DATABASE_URL``,
        ``PARCELWATCH_SITE_DATABASE_URL``, ``PARCELWATCH_TIANDITU_KEY``,
        ``PARCELWATCH_OIDC_ISSUER``, ``PARCELWATCH_OIDC_CLIENT_ID``,
        ``PARCELWATCH_OIDC_CLIENT_SECRET``, ``PARCELWATCH_MAIL_PASSWORD``.

    Raises
    ------
    SettingError
        For a file that cannot be read, an unknown key or a value of the wrong kind.
    """
    chosen = path or _found(environment)
    written = _parsed(chosen) if chosen else {}
    settings = _filled(_File, written, "")
    language = environment.get("PARCELWATCH_LANG", settings.service.language)
    project_dir = (chosen.parent if chosen else Path.cwd()).resolve()
    config = Config(
        project_dir=project_dir,
        service=ServiceSettings(language, settings.service.book),
        database=DatabaseSettings(
            url=environment.get("DATABASE_URL", settings.database.url),
            site_url=environment.get("PARCELWATCH_SITE_DATABASE_URL", settings.database.site_url),
            project_dir=project_dir,
            cluster=settings.cluster,
        ),
        web=settings.web,
        api=settings.api,
        accounts=settings.accounts,
        oidc=replace(
            settings.oidc,
            issuer=environment.get("PARCELWATCH_OIDC_ISSUER", settings.oidc.issuer),
            client_id=environment.get("PARCELWATCH_OIDC_CLIENT_ID", settings.oidc.client_id),
        ),
        maps=settings.maps,
        uploads=settings.uploads,
        mail=settings.mail,
        operation=settings.operation,
        quality=settings.quality,
        tianditu_key=environment.get("PARCELWATCH_TIANDITU_KEY") or None,
        oidc_secret=environment.get("PARCELWATCH_OIDC_CLIENT_SECRET") or None,
        mail_password=environment.get("PARCELWATCH_MAIL_PASSWORD") or None,
    )
    _check(config)
    return config


def with_language(config: Config, language: str) -> Config:
    """The same settings in another language."""
    return replace(config, service=replace(config.service, language=language))


def _found(environment: Mapping[str, str]) -> Path | None:
    if named := environment.get("PARCELWATCH_CONFIG"):
        return Path(named)
    candidates = (Path.cwd() / "config.toml", _PRODUCT_DIR / "config.toml")
    return next((path for path in candidates if path.is_file()), None)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(
            "The settings file {path} cannot be read: {reason}.",
            "Name an existing file with --config or PARCELWATCH_CONFIG.",
            path=path,
            reason=error.strerror,
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(
            "The settings file {path} is not valid TOML: {reason}.",
            "Correct the line named.",
            path=path,
            reason=error,
        ) from error


def _filled(kind: type[T], written: object, owner: str) -> T:
    """A settings dataclass from a TOML table; every key and kind is checked."""
    if not isinstance(written, dict):
        raise SettingError(
            "The setting {name} is {value!r}; a table of settings is needed.",
            "Compare with the config.toml of the product.",
            name=owner,
            value=written,
        )
    known = {entry.name for entry in fields(kind)}  # type: ignore[arg-type]  # a dataclass
    for key in written:
        if key not in known:
            nearest = difflib.get_close_matches(key, sorted(known), n=1, cutoff=0)
            raise SettingError(
                "There is no setting {name}.",
                "Did you mean {nearest}?",
                name=_joined(owner, key),
                nearest=_joined(owner, nearest[0]),
            )
    hints = get_type_hints(kind)
    values = {key: _value(hints[key], value, _joined(owner, key)) for key, value in written.items()}
    return kind(**values)


def _value(kind: type, value: object, name: str) -> object:
    if is_dataclass(kind):
        return _filled(kind, value, name)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise SettingError(
            "The setting {name} is {value!r}; it must be of the kind {kind}.",
            "Correct it in config.toml.",
            name=name,
            value=value,
            kind=kind.__name__,
        )
    return value


def _joined(owner: str, key: str) -> str:
    return f"{owner}.{key}" if owner else key


def _check(config: Config) -> None:
    room_mb = config.operation.least_free_mb
    rules = (
        ("service.language", config.service.language, config.service.language in LANGUAGES),
        ("web.port", config.web.port, 0 <= config.web.port <= _LARGEST_PORT),
        ("web.host", config.web.host, config.web.host in LOOPBACK or config.web.https),
        ("web.workers", config.web.workers, config.web.workers >= 1),
        ("web.threads", config.web.threads, config.web.threads >= 1),
        ("api.requests", config.api.requests, config.api.requests >= 1),
        ("api.window_s", config.api.window_s, config.api.window_s >= 1),
        *_account_rules(config.accounts),
        ("oidc.issuer", config.oidc.issuer, _is_safe_issuer(config.oidc.issuer)),
        ("oidc.client_id", config.oidc.client_id, config.oidc.client_id or not config.oidc.issuer),
        ("maps.feature_limit", config.maps.feature_limit, config.maps.feature_limit >= 1),
        ("maps.gcj02_url", config.maps.gcj02_url, _are_tiles(config.maps.gcj02_url)),
        ("uploads.most_mb", config.uploads.most_mb, config.uploads.most_mb >= 1),
        ("uploads.kept_days", config.uploads.kept_days, config.uploads.kept_days >= 1),
        *_mail_rules(config.mail),
        ("operation.log", config.operation.log, config.operation.log in REQUEST_LOGS),
        ("operation.least_free_mb", room_mb, room_mb >= 0),
        *_quality_rules(config.quality),
    )
    for name, value, holds in rules:
        if not holds:
            raise SettingError(
                "The setting {name} cannot be {value!r}.",
                "See the comment beside it in config.toml.",
                name=name,
                value=value,
            )


def _account_rules(accounts: AccountSettings) -> Iterator[tuple[str, object, bool]]:
    least = {"password_length": _SHORTEST_PASSWORD}
    for entry in fields(accounts):
        value = getattr(accounts, entry.name)
        yield f"accounts.{entry.name}", value, value >= least.get(entry.name, 1)


def _mail_rules(mail: MailSettings) -> Iterator[tuple[str, object, bool]]:
    """A password is shown to nobody on its way."""
    is_safe = mail.security != "none" or not mail.user or mail.host in LOOPBACK
    yield "mail.port", mail.port, 0 < mail.port <= _LARGEST_PORT
    yield "mail.security", mail.security, mail.security in MAIL_SECURITY and is_safe
    yield "mail.sender", mail.sender, "@" in mail.sender and mail.sender.isascii()
    yield "mail.site", mail.site, urlsplit(mail.site).scheme in ("http", "https")


def _is_safe_issuer(issuer: str) -> bool:
    """Whether what the provider says cannot be changed on its way; empty = there is none."""
    address = urlsplit(issuer)
    return not issuer or address.scheme == "https" or address.hostname in LOOPBACK


def _are_tiles(url: str) -> bool:
    """Empty, or the address of tiles with a host and fields that a page can name."""
    fields = {"{z}", "{x}", "{y}"}
    return not url or (
        bool(re.fullmatch(r"https?://[\w.:-]+/[^\s'\";<>]*", url))
        and all(field in url for field in fields)
    )


def _quality_rules(quality: Tolerances) -> Iterator[tuple[str, object, bool]]:
    """Tolerances are not negative, shares are shares, and an error is graver than a warning."""
    for entry in fields(quality):
        value = getattr(quality, entry.name)
        if isinstance(value, float):
            yield f"quality.{entry.name}", value, 0 <= value < inf
    for name in ("duplicate_share", "same_land_share"):
        yield f"quality.{name}", getattr(quality, name), 0 < getattr(quality, name) <= 1
    yield "quality.spike_degrees", quality.spike_degrees, quality.spike_degrees < _RIGHT_ANGLE
    error = quality.area_error_percent
    yield "quality.area_error_percent", error, error >= quality.area_warn_percent
    yield "quality.outer_ring", quality.outer_ring, quality.outer_ring in tuple(RingDirection)
