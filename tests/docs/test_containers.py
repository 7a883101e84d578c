"""What Dockerfile and compose.yaml promise, as far as it can be read from them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import yaml

from tests.conftest import PROJECT

LOOSE = re.compile(r"(^|:)latest$")


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile with continued lines joined, without comments."""
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    split = (line.split(maxsplit=1) for line in joined.splitlines() if line.strip())
    return [(name, rest) for name, rest in split]


@pytest.fixture(scope="module")
def service() -> dict:
    return yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))["services"][
        "parcelwatch"
    ]


def last_stage(instructions):
    starts = [place for place, (name, _) in enumerate(instructions) if name == "FROM"]
    return instructions[starts[-1] :]


def test_every_base_names_its_release(instructions):
    bases = [rest.split()[0] for name, rest in instructions if name == "FROM"]
    foreign = [base for base in bases if not base.startswith("$")]
    assert foreign
    for base in foreign:
        assert re.search(r":\d[\w.-]*-bookworm|:\d[\w.-]*-slim-bookworm", base), base
        assert not LOOSE.search(base)


def test_stages_taken_from_elsewhere_are_those_built_here_by_default(instructions):
    stages = {rest.split(" AS ")[1] for name, rest in instructions if " AS " in rest}
    arguments = dict(rest.split("=", 1) for name, rest in instructions if name == "ARG")
    for name, rest in instructions:
        if name == "FROM" and rest.startswith("$"):
            assert arguments[rest.split()[0].strip("${}")] in stages


def test_the_site_is_no_superuser_and_is_looked_after(instructions):
    last = dict(last_stage(instructions))
    assert last["USER"] not in {"root", "0"}
    assert "/healthz" in last["HEALTHCHECK"]
    order = [name for name, _ in last_stage(instructions)]
    assert order.index("USER") < order.index("ENTRYPOINT")


def test_the_instructions_are_those_that_linters_of_images_ask_for(instructions):
    """Rules of hadolint: paths, packages, caches, signals, and no instruction twice."""
    assert not {"ADD", "MAINTAINER"} & {name for name, _ in instructions}
    for name, rest in instructions:
        if name == "WORKDIR":
            assert rest.startswith("/")
        if name in {"ENTRYPOINT", "CMD"}:
            assert rest.startswith("["), "a shell would take the signals"
        if name == "RUN":
            assert not re.search(r"\bsudo\b|\bcd /|\bapt (install|update)", rest)
            assert "apt-get install" not in rest or "rm -rf /var/lib/apt/lists/*" in rest
            assert "pip install" not in rest or "--no-cache-dir" in rest
    runs = [name == "RUN" for name, _ in instructions]
    assert not any(one and other for one, other in pairwise(runs))
    once = [name for name, _ in last_stage(instructions)]
    assert all(once.count(name) == 1 for name in ("ENTRYPOINT", "CMD", "HEALTHCHECK", "USER"))


def test_no_secret_is_built_in(instructions):
    told = " ".join(rest for name, rest in instructions if name in {"ENV", "ARG"})
    assert not re.search(r"(?i)password|secret|token|key", told)


def test_what_is_installed_is_pinned(instructions):
    commands = [rest for name, rest in instructions if name == "RUN"]
    assert any("--constraint /wheels/constraints.txt" in command for command in commands)
    assert any(command.startswith("npm ci ") for command in commands)
    assert all(
        "--no-install-recommends" in part
        for command in commands
        for part in command.split("&&")
        if "apt-get install" in part
    )


def test_everything_the_image_copies_passes_the_ignore_file(instructions):
    kept = {
        line.removeprefix("!")
        for line in (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    for name, rest in instructions:
        if name == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert source.replace("[s]/*", "s") in kept, source
                assert source == "wheel[s]/*" or (PROJECT / source).exists(), source


def test_the_container_can_write_nowhere_but_into_its_volumes(service, instructions):
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    written = {volume.split(":")[1] for volume in service["volumes"] if not volume.endswith(":ro")}
    assert written == {"/state", "/app/out"}
    (state,) = [rest for name, rest in last_stage(instructions) if name == "VOLUME"]
    assert state in written


def test_the_container_is_ready_when_the_site_is(service):
    assert "/readyz" in service["healthcheck"]["test"][-1]
    assert service["init"] is True
    assert int(service["stop_grace_period"].removesuffix("s")) >= 100
