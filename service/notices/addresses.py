"""Addresses that mails go to."""

from __future__ import annotations

from email.headerregistry import Address
from typing import Final

from geodata.errors import UsageError

_LONGEST: Final = 254


def mail_address(written: str) -> Address:
    """The address as a mail names it.

    Raises
    ------
    UsageError
        When no mail could go there.
    """
    try:
        address = Address(addr_spec=written)
    except (ValueError, IndexError):
        address = Address()
    is_plain = written.isascii() and written.isprintable() and len(written) <= _LONGEST
    if not address.username or not address.domain or "/" in written or not is_plain:
        raise UsageError(
            "{address} is no address a mail can go to.",
            "Write it as name@host.",
            address=written[:_LONGEST],
        )
    return address
