"""`config.toml` and the environment as typed values; an unknown key is refused by name."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar, get_type_hints

from geodata.errors import SettingError
from geodata.settings import ClusterSettings, DatabaseSettings, Tolerances
from service.setting_rules import require_sensible
from service.settings import (
    PRODUCT_DIR,
    AccountSettings,
    ApiSettings,
    Config,
    MailSettings,
    MapSettings,
    OidcSettings,
    OperationSettings,
    ServiceSettings,
    UploadSettings,
    WebSettings,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _DatabaseSection:
    url: str = ""
    site_url: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    """The sections of `config.toml`."""

    service: ServiceSettings = field(default_factory=ServiceSettings)
    database: _DatabaseSection = field(default_factory=_DatabaseSection)
    cluster: ClusterSettings = field(default_factory=ClusterSettings)
    web: WebSettings = field(default_factory=WebSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    accounts: AccountSettings = field(default_factory=AccountSettings)
    oidc: OidcSettings = field(default_factory=OidcSettings)
    maps: MapSettings = field(default_factory=MapSettings)
    uploads: UploadSettings = field(default_factory=UploadSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    operation: OperationSettings = field(default_factory=OperationSettings)
    quality: Tolerances = field(default_factory=Tolerances)


_VARIABLES: Final = {
    "database.url": "DATABASE_URL",
    "database.site_url": "PARCELWATCH_SITE_DATABASE_URL",
}


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
    _refuse_passwords(settings.database)
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
    require_sensible(config)
    return config


def _refuse_passwords(database: _DatabaseSection) -> None:
    """Secrets come from the environment alone: a file is copied, backed up and shown to others."""
    for name, url in (("database.url", database.url), ("database.site_url", database.site_url)):
        before, at, _ = url.rpartition("@")
        has_password = at and ":" in before.partition("://")[2]
        if has_password or "password=" in url:
            raise SettingError(
                "The setting {name} holds a password, which does not belong into a file.",
                "Leave it blank, and give the address as {variable} in the environment.",
                name=name,
                variable=_VARIABLES[name],
            )


def with_language(config: Config, language: str) -> Config:
    """The same settings in another language."""
    return replace(config, service=replace(config.service, language=language))


def _found(environment: Mapping[str, str]) -> Path | None:
    if named := environment.get("PARCELWATCH_CONFIG"):
        return Path(named)
    candidates = (Path.cwd() / "config.toml", PRODUCT_DIR / "config.toml")
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
