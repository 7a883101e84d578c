"""Fuzz the readers by coverage with atheris: ``python -m tests.fuzzing SECONDS [NAME ...]``.

Every reader gets an equal share of the time in a process of its own. What makes one fail is kept
in ``build/fuzz/NAME/``, and with it what has been learned.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_FOLDER: Final = Path("build") / "fuzz"
_ONE: Final = "--one"


def main(arguments: list[str]) -> int:
    """Fuzz the readers named, or all; the number of those that failed."""
    if arguments[0] == _ONE:
        return _fuzz(arguments[1], arguments[2:])
    if find_spec("atheris") is None:
        sys.stderr.write("atheris is not installed: pip install 'parcelwatch[fuzz]'\n")
        return 0
    from tests.fuzzing.targets import TARGETS  # noqa: PLC0415 - read by coverage in processes

    names = arguments[1:] or list(TARGETS)
    share_s = max(1, int(float(arguments[0]) / len(names)))
    return sum(_run(name, share_s, TARGETS[name].seeds) for name in names)


def _run(name: str, share_s: int, seeds: list[bytes]) -> bool:
    corpus = _FOLDER / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = (f"-max_total_time={share_s}", "-timeout=60", "-rss_limit_mb=2048", "-max_len=4096")
    command = [sys.executable, "-m", "tests.fuzzing", _ONE, name, str(corpus), *limits]
    done = subprocess.run(
        [*command, f"-artifact_prefix={corpus}/failed-", "-print_final_stats=1"], check=False
    )
    sys.stderr.write(f"{name}: {'failed' if done.returncode else 'sound'} after {share_s} s\n")
    return done.returncode != 0


def _fuzz(name: str, options: list[str]) -> int:
    import atheris  # noqa: PLC0415 - for this program only

    with atheris.instrument_imports(include=["geodata", "service"]):
        from tests.fuzzing.targets import TARGETS  # noqa: PLC0415 - instrumented

    atheris.Setup([sys.argv[0], *options], TARGETS[name].read)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
