"""What settings can be: ports, lengths, addresses that nobody changes on their way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from math import inf
from typing import Final
from urllib.parse import urlsplit

from geodata.errors import SettingError
from geodata.model.quality_lists import RingDirection
from geodata.settings import Tolerances
from service.settings import LANGUAGES, AccountSettings, Config, MailSettings

LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_REQUEST_LOGS: Final = ("json", "none")
_MAIL_SECURITY: Final = ("starttls", "tls", "none")
_LARGEST_PORT: Final = 65_535
_SHORTEST_PASSWORD: Final = 8
_RIGHT_ANGLE: Final = 90  # degrees


def require_sensible(config: Config) -> None:
    """Raise `SettingError` for the first value that cannot be."""
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
        ("operation.log", config.operation.log, config.operation.log in _REQUEST_LOGS),
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
    yield "mail.security", mail.security, mail.security in _MAIL_SECURITY and is_safe
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
