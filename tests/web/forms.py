"""Reading and sending the forms of the site as a browser does."""

from __future__ import annotations

import html
import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PAGE = {"Accept": "text/html"}
"""What a browser says that wants a page."""


def csrf_of(client: FlaskClient, path: str) -> str:
    """The token of the forms of a page."""
    body = client.get(path, headers=PAGE).get_data(as_text=True)
    (token,) = set(re.findall(r'name="csrf" value="(\w+)"', body))
    return token


def send(client: FlaskClient, path: str, page: str | None = None, **fields: Any) -> TestResponse:
    """Open a page and send one of its forms to `path`."""
    return client.post(path, data={"csrf": csrf_of(client, page or path), **fields}, headers=PAGE)


def text_of(response: TestResponse) -> str:
    """The words of a page."""
    return html.unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def secret_of(response: TestResponse) -> str:
    """The password or token that a page shows once."""
    return re.search(r'class="secret"><code>([^<]+)<', response.get_data(as_text=True))[1]
