"""One flat family of errors; messages name the thing, the value, why, and the next step."""

from __future__ import annotations

from pathlib import Path
from traceback import format_tb


class LandError(Exception):
    """Root of every error the product raises on purpose.

    Parameters
    ----------
    template
        English message with ``{name}`` fields; it is also the key under which the Chinese
        wording is found, so it must be a literal.
    next_step
        What the reader can do now; a literal with the same fields.
    **values
        What fills the fields of both texts.
    """

    def __init__(self, template: str, next_step: str = "", /, **values: object) -> None:
        self.template = template
        self.next_step = next_step
        self.values = values
        super().__init__(template)

    def __str__(self) -> str:
        return self.text()

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.template, self.next_step, self.values))

    def text(self, template: str | None = None, next_step: str | None = None) -> str:
        """The message with its fields filled, in English or in the wording given."""
        parts = (template or self.template, next_step or self.next_step)
        return " ".join(part.format(**self.values) for part in parts if part)


def trace(error: BaseException | None) -> str:
    """Where an error and its causes happened, for a log: what they say may name a person."""
    told: list[str] = []
    while error is not None:
        told += [*format_tb(error.__traceback__), f"{type(error).__qualname__}\n"]
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "".join(told)


def _rebuild(
    kind: type[LandError], template: str, next_step: str, values: dict[str, object]
) -> LandError:
    return kind(template, next_step, **values)


class UsageError(LandError):
    """An option or argument that cannot be used."""


class SettingError(LandError):
    """A setting that is unknown, malformed or contradicts another one."""


class InputFileError(LandError):
    """A file that is missing, unreadable or not a table of the expected kind."""


def unopened(path: Path, error: OSError) -> InputFileError:
    """What to raise where a file cannot be opened."""
    return InputFileError(
        "The file {path} cannot be read: {reason}",
        "Check the path and that you may read it.",
        path=path,
        reason=error.strerror or str(error),
    )


def damaged(path: Path, reason: object) -> InputFileError:
    """What to raise where a file is not what its ending says."""
    return InputFileError(
        "The file {path} cannot be read: {reason}",
        "Check that it is complete and that its ending tells its format.",
        path=path,
        reason=reason,
    )


class OutputFileError(LandError):
    """A result that cannot be written: no permission, full disk, existing directory."""


class CoordinateError(LandError):
    """Coordinates without a usable reference system, or a length or area asked for in degrees."""


class LawBookError(LandError):
    """A rule book that does not load: missing citation, overlapping validity, unknown unit."""


class MissingProgramError(LandError):
    """A system package that is needed and not installed."""


class ClusterError(LandError):
    """The private PostgreSQL cluster cannot be initialised, started or used."""


class WorkersError(LandError):
    """Workers on other machines that cannot be reached, end, or hold another version."""


class DatabaseUnavailableError(LandError):
    """The database does not answer or refuses the connection."""


class OutcomeUnknownError(DatabaseUnavailableError):
    """The database went away while it was keeping something: it may have been kept or not."""


class DatabaseStateError(LandError):
    """The database answers, but its schema is not the one this version needs."""


class PortInUseError(LandError):
    """The address the site should listen on is taken."""


class MailError(LandError):
    """A mail that no server takes."""


class NothingFoundError(LandError):
    """A parcel, contract, run or park that does not exist."""


class TaskError(LandError):
    """Work in the background that came to no end."""


class OutdatedError(UsageError):
    """A change to something that is not any more what it was when it was looked at."""


class NeededHeaderError(UsageError):
    """A request that has to say what it rests on."""


class RepeatedKeyError(UsageError):
    """A key of a request that was used for another one."""


class StillAnsweringError(UsageError):
    """A key of a request of which no answer is known."""


class TooManyRequestsError(LandError):
    """More requests than are answered in a stretch of time."""


class SignInError(LandError):
    """Somebody who is not let in: not who they say, locked out, or asked to wait."""


class NotSignedInError(LandError):
    """A request for something that is not for everyone, by nobody who is known."""


class NotAllowedError(LandError):
    """Something the account's role does not allow."""


class DocumentError(LandError):
    """A document that cannot be set: a character that no font shows, a picture that is none."""
