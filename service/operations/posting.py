"""Where mails are handed over: a directory, or a mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Protocol

from geodata.errors import MailError
from service.reports.files import whole_file
from service.settings import Config, MailSettings

_PATIENCE_S: Final = 30


class Post(Protocol):
    """Takes mails."""

    def send(self, mail: EmailMessage, name: str) -> None:
        """Hand a mail over.

        Parameters
        ----------
        name
            What a file of it is called, without ending; the same name is the same mail.

        Raises
        ------
        MailError, OutputFileError
            When it was not taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class Spool:
    """A directory that mails are written into."""

    directory: Path

    def send(self, mail: EmailMessage, name: str) -> None:
        """Write the mail; one of the same name is replaced."""
        with whole_file(self.directory / f"{name}.eml") as draft:
            draft.write_bytes(bytes(mail))


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server, already greeted."""

    server: smtplib.SMTP

    def send(self, mail: EmailMessage, name: str) -> None:
        """Hand the mail to the server, which knows nothing of names."""
        del name
        try:
            self.server.send_message(mail)
        except smtplib.SMTPException as error:
            raise MailError(
                "The mail server did not take the mail to {address}: {reason}.",
                "Correct the address, or ask whoever keeps the mail server.",
                address=mail["To"],
                reason=error,
            ) from error


@contextmanager
def opened_post(config: Config) -> Iterator[Post]:
    """The mail server of the settings, else the directory.

    Raises
    ------
    MailError
        When the server cannot be reached, or does not let this user in.
    """
    settings = config.mail
    if not settings.host:
        yield Spool(config.project_dir / Path(settings.spool).expanduser())
        return
    try:
        server = _greeted(settings, config.mail_password)
    except OSError as error:
        raise MailError(
            "The mail server {host}:{port} cannot be used: {reason}.",
            "Compare the settings under [mail] and PARCELWATCH_MAIL_PASSWORD.",
            host=settings.host,
            port=settings.port,
            reason=error,
        ) from error
    with server:
        yield Smtp(server)


def _greeted(settings: MailSettings, password: str | None) -> smtplib.SMTP:
    where = (settings.host, settings.port)
    if settings.security == "tls":
        context = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=_PATIENCE_S, context=context)
    else:
        server = smtplib.SMTP(*where, timeout=_PATIENCE_S)
    try:
        if settings.security == "starttls":
            server.starttls(context=ssl.create_default_context())
        if settings.user:
            server.login(settings.user, password or "")
    except OSError:
        server.close()
        raise
    return server
