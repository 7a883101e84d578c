"""The command `parcelwatch`."""

from service.cli.main import main

__all__ = ["main"]
