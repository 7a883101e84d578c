"""The closed list of ways in which a finding can be removed."""

from __future__ import annotations

from geodata.model.codelist import Codelist


class RemedyKind(Codelist):
    """What kind of change of facts removes a finding; the plainest act first."""

    DO_NOW = ("do_now", "立即完成", "done now")
    RESUME = ("resume", "恢复开发", "works resumed")
    PAY = ("pay", "付清价款", "payment made")
    EXTEND = ("extend", "批准延期", "extension approved")
    VERIFY_PERIOD = ("verify_period", "核实政府原因", "claimed period verified")
    READ_CONTRACT = ("read_contract", "查明约定", "contract read")
    FILL_GAP = ("fill_gap", "补齐事实", "missing fact filled in")
    REACH = ("reach", "达到数值", "figure reached")
    LOWER = ("lower", "降低数值", "figure lowered")
    GOVERNMENT_PERIOD = ("government_period", "另有政府原因", "further government period")
    PROVE_EARLIER = ("prove_earlier", "证明早已完成", "proof of an earlier day")
    EXTENDED_IN_TIME = ("extended_in_time", "按期批准延期", "extension approved in time")
