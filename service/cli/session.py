"""What every command starts from: settings, language, law book, clock, and where to print."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from geodata.importers.issues import Issue
from geodata.model.attributes import BY_KEY
from geodata.store.blobs import BlobStore
from geodata.store.engine import Engine, open_database
from geodata.store.site_account import open_site_database
from service.clock import Clock, today
from service.compliance.law import LawBook, load_book
from service.i18n import Translate, translator
from service.operations.accounts import Accounts
from service.operations.cards import refresh_cards
from service.operations.database import require_schema
from service.reports.documents import Document
from service.settings import Config

_FILE_WIDTH: Final = 160


@dataclass(slots=True)
class Session:
    """One run of the command.

    Attributes
    ----------
    out, messages
        Results go to standard output, messages and progress to standard error.
    """

    config: Config
    clock: Clock
    out: Console
    messages: Console

    @property
    def language(self) -> str:
        """Language of all words."""
        return self.config.service.language

    @property
    def translate(self) -> Translate:
        """English wording to that of the language."""
        return translator(self.language)

    @property
    def actor(self) -> str:
        """Who runs the command, for the log."""
        try:
            return getpass.getuser()
        except (KeyError, OSError):  # a container's account need not have a name
            return f"uid {os.getuid()}"

    def accounts(self, engine: Engine) -> Accounts:
        """The accounts kept in a database."""
        return Accounts(engine, self.config.accounts, self.clock)

    @property
    def blobs(self) -> BlobStore:
        """The files kept beside the database."""
        return BlobStore.of_project(self.config.uploads.directory, self.config.database)

    def law(self, book: str | None = None) -> LawBook:
        """The law book named, else the one of the settings."""
        return load_book(book or self.config.service.book)

    def day(self, as_of: date | None) -> date:
        """The day named, else today in Asia/Shanghai."""
        return as_of or today(self.clock)

    def say(self, text: str, **values: object) -> None:
        """Print a message to standard error."""
        message = self.translate(text).format(**values)
        self.messages.print(message, highlight=False, markup=False, soft_wrap=True)

    def tell_rows(self, rejected: Sequence[Document]) -> None:
        """Name each row that was sent back, with column, value and reason."""
        for item in rejected:
            if item["column"]:
                attribute = BY_KEY.get(item["column"])
                title = attribute.title(self.language) if attribute else item["column"]
                value = item["value"] or self.translate("blank")
                self.say(
                    "Row {row} (line {line}), column {column}, value {value}: {reason}",
                    **{**item, "column": title, "value": value},
                )
            else:
                self.say("Row {row} (line {line}): {reason}", **item)

    def tell_remarks(self, issues: Iterable[Issue], kept_headers: Sequence[str] = ()) -> None:
        """Say what was repaired or is odd, the first of each kind; name foreign columns."""
        alike: dict[str, list[Issue]] = {}
        for issue in issues:
            alike.setdefault(issue.template, []).append(issue)
        for template, (first, *others) in alike.items():
            reason = first.text(self.translate(template))
            if first.row is not None:
                self.say("Remark on row {row}: {reason}", row=first.row, reason=reason)
            else:
                self.say("Remark: {reason}", reason=reason)
            if others:
                self.say("… and {count} more of the kind.", count=len(others))
        if kept_headers:
            self.say(
                "Columns that are kept as they stand: {headers}", headers=", ".join(kept_headers)
            )

    @contextmanager
    def database(self) -> Iterator[Engine]:
        """The bureau's database or the private cluster, with the schema this version needs."""
        with open_database(self.config.database) as engine:
            require_schema(engine)
            yield engine

    @contextmanager
    def site_database(self) -> Iterator[Engine]:
        """The same database by the site's account, which sees nothing without a scope."""
        settings = self.config.database
        with open_site_database(settings) as engine:
            if settings.is_private:
                with self.database() as owned:
                    self.refresh(owned)
            require_schema(engine)
            yield engine

    def refresh(
        self, engine: Engine, law: LawBook | None = None, as_of: date | None = None
    ) -> None:
        """Bring up to date what the site's lists and maps show."""
        with self.working("Bringing lists and maps up to date"):
            refresh_cards(engine, law or self.law(), max(self.day(as_of), self.day(None)))

    @contextmanager
    def working(self, title: str) -> Iterator[Callable[[int, int], None]]:
        """Show what is going on; quiet when standard error is not a terminal.

        Yields what is to be told how many of how many steps are done, where that is known.
        """
        with self._progress() as bar:
            task = bar.add_task(self.translate(title), total=None)
            yield lambda done, total: bar.update(task, completed=done, total=total)

    @contextmanager
    def watching(self, title: str) -> Iterator[Callable[[Path], Callable[[int, int], None]]]:
        """Show how far the reading of each file has come, below what is going on.

        Yields what makes the bar of a file; it gives what `working` yields.
        """
        with self._progress() as bar:
            bar.add_task(self.translate(title), total=None)

            def watch(path: Path) -> Callable[[int, int], None]:
                task = bar.add_task(f"  {path.name}", total=None)
                return lambda done, total: bar.update(task, completed=done, total=total)

            yield watch

    def _progress(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            console=self.messages,
            transient=True,
            disable=not self.messages.is_terminal,
        )


def consoles() -> tuple[Console, Console]:
    """Consoles of standard output and error, which write UTF-8 whatever the system's code page."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for good
            setattr(sys, name, nowhere)
        stream = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    return console(sys.stdout), console(sys.stderr)


def console(stream: IO[str]) -> Console:
    """A console of a stream; a file is given room for whole tables."""
    return Console(file=stream, width=None if stream.isatty() else _FILE_WIDTH)
