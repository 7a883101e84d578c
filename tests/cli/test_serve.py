"""`parcelwatch serve`: a real server process over a real database."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from urllib.request import urlopen

import pytest
from sqlalchemy.engine import make_url

from geodata.store.site_account import SITE_ROLE


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_site_is_served_until_it_is_interrupted(database_url, tmp_path, host):
    site_url = make_url(database_url).set(username=SITE_ROLE)
    (tmp_path / "config.toml").write_text(f'[web]\nhost = "{host}"\n', encoding="utf-8")
    command = [sys.executable, "-u", "-c", "from service.cli import main; main()"]
    server = subprocess.Popen(
        [*command, "serve", "--port", "0"],
        cwd=tmp_path,
        env=os.environ
        | {
            "PARCELWATCH_SITE_DATABASE_URL": site_url.render_as_string(hide_password=False),
            "PARCELWATCH_LANG": "en",
        },
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert server.stderr is not None
        said = server.stderr.readline()
        address = re.search(r"http://\S+", said)[0]
        with urlopen(f"{address}/healthz", timeout=30) as answer:
            assert answer.status == 200
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0
    finally:
        server.kill()
        server.communicate()
