"""The catalogue of assets over HTTP: cached for long, because an address names its content."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, current_app, request, url_for

from service.maps.assets import ServedAssets, asset_named, digest
from service.web.permissions import public
from service.web.readings import current_site
from service.web.security import nonce

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "public, no-cache"

blueprint = Blueprint("assets", __name__)


@blueprint.get("/assets/<path:name>")
@public
def asset(name: str) -> Response:
    """One asset of the catalogue."""
    content, version = _content(current_site().assets_dir, name)
    response = current_app.response_class(content, content_type=asset_named(name).media_type)
    response.set_etag(version)
    response.headers["Cache-Control"] = (
        _FOR_EVER if request.args.get("v") == version else _ASK_AGAIN
    )
    response.make_conditional(request)
    return response


def address(name: str) -> str:
    """Address of an asset, with the version of its content."""
    _, version = _content(current_site().assets_dir, name)
    return url_for("assets.asset", name=name, v=version)


def served_assets() -> ServedAssets:
    """The assets as a page of this site refers to them."""
    return ServedAssets(address, nonce())


@cache
def _content(assets_dir: Path, name: str) -> tuple[bytes, str]:
    content = asset_named(name).read(assets_dir)
    return content, digest(content)
