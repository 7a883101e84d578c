"""Documents as the site answers them: keys in their own order, Chinese as it is."""

from __future__ import annotations

from flask.json.provider import DefaultJSONProvider


class PlainJson(DefaultJSONProvider):
    """JSON in the order in which a document was made, in UTF-8."""

    ensure_ascii = False
    sort_keys = False
