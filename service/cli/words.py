"""Help texts in the reader's language: English in the code, the rest from the catalogue."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any, TypeVar

import click

from geodata.errors import SettingError
from service.config import load_config
from service.i18n import translator
from service.settings import LANGUAGES

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def asked_language(arguments: Sequence[str] | None = None) -> str:
    """The language asked for on the command line, else in the settings.

    Help and errors need it before, or although, the settings cannot be read.
    """
    words = sys.argv[1:] if arguments is None else arguments
    for language in LANGUAGES:
        if f"--lang={language}" in words or ("--lang", language) in pairwise(words):
            return language
    try:
        return load_config(None, os.environ).service.language
    except SettingError:
        return "zh"


def _wording(text: str) -> str:
    return translator(asked_language())(text)


class Option(click.Option):
    """An option whose help is translated."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The line of the help page."""
        english = self.help
        self.help = _wording(english) if english else english
        try:
            return super().get_help_record(ctx)
        finally:
            self.help = english


class Command(click.Command):
    """A command whose help is translated."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """The line in the list of commands."""
        return _wording((self.help or "").partition("\n")[0]) if limit else ""

    def format_help_text(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The text below the usage line."""
        with formatter.indentation():
            formatter.write_paragraph()
            formatter.write_text(_wording(self.help or ""))


class Group(Command, click.Group):
    """A group of commands whose help is translated."""

    command_class = Command


class LazyGroup(Group):
    """A group that imports a command only when it is asked for.

    Parameters
    ----------
    modules
        ``module:attribute`` of each command by name.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.modules = modules

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Names in the order given."""
        return list(self.modules)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Import and return a command; None when there is none of the name."""
        if name not in self.modules:
            return None
        module, _, attribute = self.modules[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


def option(*names: str, **attributes: Any) -> Callable[[Decorated], Decorated]:
    """`click.option` with translated help."""
    return click.option(*names, cls=Option, **attributes)
