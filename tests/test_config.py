"""Settings: every key is known, typed, documented and refused by name when it is not."""

from __future__ import annotations

import dataclasses
import tomllib

import pytest

from geodata.errors import SettingError
from service.config import load_config
from service.settings import Config
from tests.conftest import PROJECT


def written(tmp_path, text):
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def flat(values, owner=""):
    for key, value in values.items():
        if isinstance(value, dict):
            yield from flat(value, f"{owner}{key}.")
        else:
            yield f"{owner}{key}", value


def test_the_file_shows_every_setting_with_its_default(tmp_path):
    shipped = tomllib.loads((PROJECT / "config.toml").read_text(encoding="utf-8"))
    config = load_config(written(tmp_path, ""), {})
    defaults = {
        "service": dataclasses.asdict(config.service),
        "database": {"url": config.database.url, "site_url": config.database.site_url},
        "cluster": dataclasses.asdict(config.database.cluster),
        "web": dataclasses.asdict(config.web),
        "accounts": dataclasses.asdict(config.accounts),
        "oidc": dataclasses.asdict(config.oidc),
        "maps": dataclasses.asdict(config.maps),
        "uploads": dataclasses.asdict(config.uploads),
        "api": dataclasses.asdict(config.api),
        "mail": dataclasses.asdict(config.mail),
        "operation": dataclasses.asdict(config.operation),
        "quality": dataclasses.asdict(config.quality),
    }
    assert dict(flat(shipped)) == dict(flat(defaults))


def test_every_setting_has_a_comment():
    lines = (PROJECT / "config.toml").read_text(encoding="utf-8").splitlines()
    assert all("#" in line for line in lines if "=" in line)


def test_an_unknown_key_is_refused_with_the_nearest_name(tmp_path):
    with pytest.raises(SettingError, match=r"web\.prot.*web\.port"):
        load_config(written(tmp_path, "[web]\nprot = 8000\n"), {})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[web]\nport = "8000"\n', "web.port"),
        ("[web]\nport = true\n", "web.port"),
        ("[web]\nport = 70000\n", "70000"),
        ('[web]\nhost = "0.0.0.0"\n', "web.host"),
        ('[service]\nlanguage = "fr"\n', "service.language"),
        ("web = 3\n", "web"),
        ("[web\n", "TOML"),
        ("[accounts]\npassword_length = 7\n", "accounts.password_length"),
        ("[accounts]\nidle_minutes = 0\n", "accounts.idle_minutes"),
        ('[oidc]\nissuer = "http://id.example"\nclient_id = "x"\n', "oidc.issuer"),
        ('[oidc]\nissuer = "https://id.example"\n', "oidc.client_id"),
        ('[mail]\nsecurity = "ssl"\n', "mail.security"),
        ('[mail]\nhost = "mx.example"\nuser = "x"\nsecurity = "none"\n', "mail.security"),
        ('[mail]\nsender = "nobody"\n', "mail.sender"),
        ('[mail]\nsite = "javascript:x"\n', "mail.site"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path, text, told):
    with pytest.raises(SettingError, match=told):
        load_config(written(tmp_path, text), {})


def test_the_environment_wins(tmp_path):
    config = load_config(
        written(tmp_path, '[database]\nurl = "postgresql://file/db"\n'),
        {
            "DATABASE_URL": "postgresql://env/db",
            "PARCELWATCH_SITE_DATABASE_URL": "postgresql://site@env/db",
            "PARCELWATCH_LANG": "en",
            "PARCELWATCH_TIANDITU_KEY": "key",
            "PARCELWATCH_OIDC_ISSUER": "https://id.example",
            "PARCELWATCH_OIDC_CLIENT_ID": "site",
            "PARCELWATCH_OIDC_CLIENT_SECRET": "secret",
            "PARCELWATCH_MAIL_PASSWORD": "word",
        },
    )
    assert config.database.url == "postgresql://env/db"
    assert config.database.site_url == "postgresql://site@env/db"
    assert config.service.language == "en"
    assert config.tianditu_key == "key"
    assert (config.oidc.issuer, config.oidc.client_id) == ("https://id.example", "site")
    assert config.oidc_secret == "secret"
    assert config.mail_password == "word"
    assert config.project_dir == tmp_path


def test_behind_https_the_site_may_listen_anywhere(tmp_path):
    text = '[web]\nhost = "0.0.0.0"\nhttps = true\n'
    assert load_config(written(tmp_path, text), {}).web.host == "0.0.0.0"


def test_relative_paths_start_at_the_settings_file(tmp_path):
    config: Config = load_config(written(tmp_path, '[maps]\nassets_dir = "npm"\n'), {})
    assert config.assets_dir == tmp_path / "npm"


def test_assets_are_found_beside_the_product_when_the_settings_lie_elsewhere(tmp_path):
    assert load_config(written(tmp_path, ""), {}).assets_dir == PROJECT / "node_modules"
    (tmp_path / "node_modules").mkdir()
    assert load_config(written(tmp_path, ""), {}).assets_dir == tmp_path / "node_modules"


@pytest.mark.parametrize("name", ["url", "site_url"])
@pytest.mark.parametrize(
    "address", ["postgresql://a:geheim@host/db", "postgresql://host/db?user=a&password=geheim"]
)
def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path, name, address):
    with pytest.raises(SettingError, match=f"database.{name}") as refused:
        load_config(written(tmp_path, f'[database]\n{name} = "{address}"\n'), {})
    assert "geheim" not in refused.value.text()
    path = written(tmp_path, '[database]\nurl = "postgresql://a@host:5432/db"\n')
    assert load_config(path, {}).database.url
