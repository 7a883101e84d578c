"""Tasks on the site: asked for, watched, told in both languages, and nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from geodata.errors import InputFileError
from geodata.model.codelists import Verdict
from geodata.model.roles import Role
from geodata.model.tasks import TaskKind
from service.jobs.job import Job, Work
from service.jobs.performing import Workplace, perform
from service.jobs.registry import JOBS
from tests.conftest import NOON

from .forms import PAGE, csrf_of, send, text_of


@pytest.fixture
def work(config, demo, law) -> Callable[[str], None]:
    """Perform the task of a page, as the worker does."""
    place = Workplace(demo.engine, law, lambda: NOON, config)
    return lambda page: perform(place, UUID(page.rpartition("/")[2]), 0, lambda: False)


def asked(client, as_of="2026-06-30") -> str:
    """The page of an audit that was asked for on the page of runs."""
    answer = send(client, f"/runs?as_of={as_of}")
    assert answer.status_code == 303
    return answer.location.partition("?")[0]


def failing(error: Exception) -> Job:
    def fail(_work: Work) -> None:
        raise error

    return Job(fail)


def test_an_audit_is_asked_for_watched_and_shown(client_as, work):
    client = client_as(Role.AUDITOR)
    page = asked(client)
    waiting = client.get(page, headers=PAGE)
    assert re.search(r'hx-get="[^"]+" hx-trigger="every 1s"', waiting.text)
    assert '<meta http-equiv="refresh"' in waiting.text
    assert "waiting" in text_of(waiting)
    assert "No worker is at work" in text_of(waiting)
    part = client.get(page, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith("<section")
    work(page)
    done = client.get(page, headers=PAGE)
    assert "hx-get" not in done.text
    assert "http-equiv" not in done.text
    assert 'href="/runs"' in done.text
    assert "as of 2026-06-30" in text_of(done)
    listed = client.get("/tasks", headers=PAGE)
    assert page in listed.text
    assert "done" in text_of(listed)
    assert "已" in text_of(client.get(f"{page}?lang=zh", headers=PAGE))


def test_lists_and_maps_are_brought_up_to_date(client_as, work):
    client = client_as(Role.ADMINISTRATOR)
    page = send(client, "/tasks").location
    work(page)
    assert "up to date" in text_of(client.get(page, headers=PAGE))


def test_tasks_of_others_are_not_there(client_as):
    owner, other, keeper = map(client_as, (Role.AUDITOR, Role.AUDITOR, Role.ADMINISTRATOR))
    page = asked(owner)
    for path in (page, f"/tasks/{uuid4()}", "/tasks/1"):
        assert other.get(path, headers=PAGE).status_code == 404
    assert page not in other.get("/tasks", headers=PAGE).text
    assert page in keeper.get("/tasks", headers=PAGE).text
    assert keeper.get(page, headers=PAGE).status_code == 200


def test_only_a_form_of_the_site_starts_an_audit(client_as):
    assert client_as(Role.AUDITOR).post("/runs", headers=PAGE).status_code == 400
    manager = client_as(Role.PARK_MANAGER, "A")
    token = csrf_of(manager, "/account")
    assert manager.post("/runs", data={"csrf": token}, headers=PAGE).status_code == 403
    reviewer = client_as(Role.REVIEWER)
    assert 'action="/runs"' not in reviewer.get("/runs", headers=PAGE).text


def test_a_day_that_cannot_be_read_is_refused(client_as):
    client = client_as(Role.AUDITOR)
    data = {"csrf": csrf_of(client, "/runs")}
    assert client.post("/runs?as_of=2026-02-30", data=data, headers=PAGE).status_code == 400


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            InputFileError("The file {path} does not exist.", "Check the path.", path="a{b}.csv"),
            {
                "en": "The file a{b}.csv does not exist. Check the path.",
                "zh": "文件 a{b}.csv 不存在",
            },
        ),
        (
            InputFileError("There is no role {code}.", "Use its buttons.", code=Verdict.CLOSED),
            {"en": "There is no role closed.", "zh": "已终止"},
        ),
        (
            ZeroDivisionError("secret"),
            {"en": "Something went wrong", "zh": "发生了无法在此说明的错误"},
        ),
    ],
)
def test_a_failure_is_told_in_words_in_both_languages(client_as, work, monkeypatch, error, told):
    monkeypatch.setitem(JOBS, TaskKind.AUDIT, failing(error))
    client = client_as(Role.AUDITOR)
    page = asked(client)
    work(page)
    for language, words in told.items():
        shown = text_of(client.get(f"{page}?lang={language}", headers=PAGE))
        assert words in shown
        assert "secret" not in shown


def test_the_right_is_asked_for_again_when_the_task_is_performed(client_as, work):
    client = client_as(Role.AUDITOR)
    page = asked(client)
    keeper = client_as(Role.ADMINISTRATOR)
    name = re.search(r"asked for by ([\w-]+),", text_of(client.get(page, headers=PAGE)))[1]
    send(keeper, f"/accounts/{name}", act="lock")
    work(page)
    assert "is locked or gone" in text_of(keeper.get(page, headers=PAGE))
