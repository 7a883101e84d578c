"""The command line: settings, language, and one table from error class to exit status."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from geodata import errors
from service.cli.session import Session, consoles
from service.cli.words import LazyGroup, asked_language, option
from service.clock import system_clock
from service.config import load_config, with_language
from service.i18n import error_text, translator
from service.settings import LANGUAGES

EXIT_STATUS: Final[Mapping[type[errors.LandError], int]] = {
    errors.UsageError: 2,
    errors.SettingError: 2,
    errors.InputFileError: 2,
    errors.OutputFileError: 2,
    errors.CoordinateError: 2,
    errors.LawBookError: 2,
    errors.NothingFoundError: 2,
    errors.MissingProgramError: 3,
    errors.ClusterError: 4,
    errors.WorkersError: 4,
    errors.DatabaseUnavailableError: 4,
    errors.OutcomeUnknownError: 4,
    errors.DatabaseStateError: 4,
    errors.PortInUseError: 5,
    errors.MailError: 6,
}
"""Exit status of each error; 1 is kept for "done, but some rows could not be read"."""


COMMANDS: Final[Mapping[str, str]] = {
    "check": "service.cli.check:check_command",
    "template": "service.cli.template:template_command",
    "import": "service.cli.importing:import_command",
    "audit": "service.cli.audit:audit_command",
    "daily": "service.cli.daily:daily_command",
    "remind": "service.cli.remind:remind_command",
    "runs": "service.cli.runs:runs_group",
    "breach": "service.cli.breach:breach_command",
    "tally": "service.cli.tally:tally_command",
    "brief": "service.cli.district_reports:brief_command",
    "evaluate": "service.cli.district_reports:evaluate_command",
    "forecast": "service.cli.forecast:forecast_command",
    "plan": "service.cli.plan:plan_command",
    "evidence": "service.cli.evidence:evidence_group",
    "imagery": "service.cli.imagery:imagery_group",
    "patrol": "service.cli.patrol:patrol_group",
    "log": "service.cli.log:log_group",
    "verify": "service.cli.verify:verify_command",
    "lists": "service.cli.lists:lists_command",
    "rate": "service.cli.rate:rate_command",
    "map": "service.cli.map:map_command",
    "publish": "service.cli.publishing:publish_command",
    "accounts": "service.cli.accounts:accounts_group",
    "serve": "service.cli.serve:serve_command",
    "worker": "service.cli.worker:worker_command",
    "db": "service.cli.data:database_group",
    "demo": "service.cli.demo:demo_command",
}
"""Where each command lives; it is loaded when it is asked for."""


@click.group(
    cls=LazyGroup, modules=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="parcelwatch")
@option("--config", type=click.Path(path_type=Path), help="Settings file (config.toml).")
@option("--lang", type=click.Choice(LANGUAGES), help="Language of all words.")
@click.pass_context
def parcelwatch(context: click.Context, config: Path | None, lang: str | None) -> None:
    """Judge industrial land contracts as of any date: overdue, idle, supplied but unused."""
    settings = load_config(config, os.environ)
    out, messages = consoles()
    context.obj = Session(
        with_language(settings, lang) if lang else settings, system_clock, out, messages
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the command; a failure is one message and an exit status that is not 0."""
    try:
        status: Any = parcelwatch.main(arguments, prog_name="parcelwatch", standalone_mode=False)
        sys.stdout.flush()
    except errors.LandError as error:
        _fail(error_text(error, asked_language(arguments)), EXIT_STATUS.get(type(error), 2))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        translate = translator(asked_language(arguments))
        _fail(translate("Stopped."), 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone
        sys.exit(1)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        translate = translator(asked_language(arguments))
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more fits
        _fail(translate("The result could not be written: the disk is full."), 2)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str, status: int) -> None:
    _, messages = consoles()
    messages.print(message, markup=False, highlight=False, soft_wrap=True)
    sys.exit(status)
