"""What may tell of a natural person, and how it reads where persons are not shown.

A convention of the product: whoever is not plainly an organisation is taken for a person.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

MASK: Final = "***"
"""Stands where a person is not shown."""

ORGANISATION: Final = (
    "公司|集团|企业|合作社|合作联社|合伙|事务所|研究院|研究所|学院|大学|学校|医院|银行|协会|学会"
    "|商会|联合会|基金会|委员会|管委会|居委会|村委会|政府|指挥部|储备中心|服务中心|开发中心|管理局"
    "|.{4}(厂|店|社|局|院|所|站|部|场|村|镇)$"
    "|(^|[^A-Za-z])([Ll][Tt][Dd]|[Ii][Nn][Cc]|LLC|PLC|GmbH|AG|[Cc]ompany|[Cc]o\\.|[Cc]orp)"
    "($|[^A-Za-z])"
)
"""What names of organisations have, for `re` and for PostgreSQL alike."""

IDENTITY_NUMBER: Final = (
    "[0-9]{6}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
)
"""What the number of a natural person has, where an organisation states its credit code."""


class Personal(Enum):
    """In which way a value may tell of a natural person."""

    PARTY = "party"  # a name: of a person unless it is plainly that of an organisation
    NUMBER = "number"  # a credit code, or the identity number of a person in its place
    WORDS = "words"  # names of persons, or free words with names and telephone numbers in them

    def masked(self, text: str) -> str:
        """The text as it is told to those to whom persons are not shown."""
        return text if not text or self._is_open(text) else MASK

    def _is_open(self, text: str) -> bool:
        match self:
            case Personal.PARTY:
                return re.search(ORGANISATION, text) is not None
            case Personal.NUMBER:
                return re.search(IDENTITY_NUMBER, text) is None
            case Personal.WORDS:
                return False
