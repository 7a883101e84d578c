"""Pages of features: what the database made, between a thin head and a thin tail."""

from __future__ import annotations

from datetime import UTC
from typing import Final

from flask import Response, current_app, json, request

from geodata.geometry.published_crs import PublishedCrs
from geodata.model.feature_collections import Published
from geodata.store.queries.collections import FeaturePage
from service.ogc.answers import GEOJSON, HTML, Document, Link, link, own_links, page, wants_page
from service.ogc.parameters import ItemsQuestion
from service.web.question import question_or_today
from service.web.readings import current_site

_LAST: Final = -1


def some_features(
    response: Response, collection: Published, question: ItemsQuestion, found: FeaturePage
) -> Response:
    """A page of a collection, with a link to the next."""
    links = own_links(GEOJSON)
    if found.last is not None:
        links += [_next(collection, found.last, media_type) for media_type in (GEOJSON, HTML)]
    links.append(link("collection", "collection", name=str(collection)))
    head = {**_head(links), "numberReturned": found.count}
    if wants_page():
        document = {**head, "features": json.loads(b"[%b]" % found.features)}
        return _as_page(response, collection, document)
    opened = current_app.json.dumps(head).encode()[:_LAST]
    parts = (opened, b',"features":[', found.features, b"]}")
    response.response = parts
    response.content_length = sum(map(len, parts))
    return _of_crs(response, question.asked.crs)


def counted(response: Response, count: int) -> Response:
    """How many features there are, and none of them."""
    head = {**_head(own_links(GEOJSON)), "numberMatched": count, "numberReturned": 0}
    response.set_data(current_app.json.dumps({**head, "features": []}))
    response.content_type = GEOJSON
    return response


def one_feature(
    response: Response, collection: Published, crs: PublishedCrs, feature: str
) -> Response:
    """One feature, with links."""
    links = [*own_links(GEOJSON), link("collection", "collection", name=str(collection))]
    if wants_page():
        told = json.loads(feature)
        return _as_page(response, collection, {"links": links, "features": [told]})
    written = current_app.json.dumps(links)
    response.set_data(f'{feature[:_LAST]},"links":{written}}}')
    return _of_crs(response, crs)


def _head(links: list[Link]) -> Document:
    now = current_site().land_map.clock().astimezone(UTC)
    stamp = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"type": "FeatureCollection", "timeStamp": stamp, "links": links}


def _next(collection: Published, last: str, media_type: str) -> Link:
    form = "html" if media_type == HTML else "json"
    asked = {**request.args.to_dict(), "after": last, "f": form}
    return link("next", "items", media_type, name=str(collection), **asked)


def _as_page(response: Response, collection: Published, document: Document) -> Response:
    made = page(collection.label(question_or_today().language), document)
    response.set_data(made.get_data())
    response.content_type = made.content_type
    return response


def _of_crs(response: Response, crs: PublishedCrs) -> Response:
    response.content_type = GEOJSON
    response.headers["Content-Crs"] = f"<{crs.uri}>"
    return response
