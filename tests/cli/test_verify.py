"""Proofs on the command line that need no database: a log, a bundle."""

from __future__ import annotations

from datetime import UTC, datetime

from geodata.model.chain import GENESIS, Event, EventKind, EventSubject, Head, link_after
from geodata.model.manifest import Manifest, Member

AT = datetime(2026, 6, 30, 4, tzinfo=UTC)


def exported(tmp_path, count: int = 3):
    """A log of some events, and the hash of the last."""
    head, lines = GENESIS, list[bytes]()
    for number in range(1, count + 1):
        event = Event(AT, "a", EventKind.ENTERED, EventSubject.ENTRY, str(number))
        link = link_after(head, event)
        head = Head(number, link.hash)
        lines.append(link.line() + b"\n")
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"".join(lines))
    return path, head.text


def test_a_whole_log_gives_its_head(run, tmp_path):
    path, head = exported(tmp_path)
    done = run("verify", path, "--head", head)
    assert (done.returncode, done.stderr.strip()) == (0, f"The log is whole: 3 events; head {head}")


def test_the_first_broken_event_is_named_in_words(run, tmp_path):
    path, head = exported(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2])
    done = run("verify", path)
    assert done.returncode == 1
    assert "broken at event 2: its number does not follow the one before it." in done.stderr
    path.write_bytes(lines[0] + lines[1])
    done = run("verify", path, "--head", head[:16], PARCELWATCH_LANG="zh")
    assert done.returncode == 1
    assert "所印的日志校验值不在日志中，日志已被截断或重写" in done.stderr


def test_what_is_no_hash_is_refused(run, tmp_path):
    path, _ = exported(tmp_path)
    done = run("verify", path, "--head", "abc")
    assert done.returncode == 2
    assert "abc is no hash of the log." in done.stderr


def test_a_bundle_names_what_is_wrong_with_it(run, tmp_path):
    folder = tmp_path / "bundle"
    folder.mkdir()
    manifest = Manifest(AT, GENESIS, {"a.pdf": Member.of(b"a"), "b.pdf": Member.of(b"b")})
    (folder / "manifest.json").write_bytes(manifest.to_bytes())
    (folder / "a.pdf").write_bytes(b"a")
    (folder / "b.pdf").write_bytes(b"b")
    assert run("verify", folder).returncode == 0
    (folder / "b.pdf").write_bytes(b"c")
    done = run("verify", folder)
    assert done.returncode == 1
    assert "b.pdf: changed" in done.stderr
