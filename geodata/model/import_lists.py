"""The closed lists of repeated imports: how rows are matched, what changed, where land went."""

from __future__ import annotations

from geodata.model.codelist import Codelist, Tone


class MatchRule(Codelist):
    """By what a row of a file met a known contract; the first rule that decides is taken."""

    KEY = ("key", "合同编号、分期和宗地代码", "contract number, phase and parcel code")
    CONTRACT_NO = ("contract_no", "合同编号和分期", "contract number and phase")
    FORMER_KEY = ("former_key", "曾用编号", "key it had before")
    SUPERVISION_NO = ("supervision_no", "电子监管号", "supervision number")
    PARCEL_CODE = ("parcel_code", "宗地代码和签订日期", "parcel code and day of signing")
    GEOMETRY = ("geometry", "图形重合", "same land")


class ChangeKind(Codelist):
    """What a file says of a contract against what is known."""

    ADDED = ("added", "新增", "added", Tone.COMPLIANT)
    CHANGED = ("changed", "变更", "changed", Tone.DUE_SOON)
    UNCHANGED = ("unchanged", "未变", "unchanged")
    VANISHED = ("vanished", "消失", "vanished", Tone.CLOSED)


class LineageKind(Codelist):
    """How land passed from one outline to another."""

    BOUNDARY = ("boundary", "界线调整", "boundary moved")
    SPLIT = ("split", "分割", "split")
    MERGE = ("merge", "合并", "merged")
    REPLOTTED = ("replotted", "重划", "replotted")
    RECODED = ("recoded", "代码变更", "given another code")
    RELEASED = ("released", "划出", "left out")
    ENCLOSED = ("enclosed", "划入", "newly enclosed")
