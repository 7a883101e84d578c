"""The closed lists of what a bureau hands in: kinds of content, units, and codes of columns."""

from __future__ import annotations

from geodata.model.codelist import Codelist, Tone


class ContentKind(Codelist):
    """What a table is about (`docs/content.md`)."""

    LEDGER = ("ledger", "履约台账", "contract ledger")
    PARCELS = ("parcels", "宗地", "parcels")
    PARKS = ("parks", "园区和镇", "parks and towns")
    CLAIMS = ("claims", "低效用地", "inefficient land")
    APPROVALS = ("approvals", "批而未供", "approved, not supplied")
    ENTERPRISE_YEARS = ("enterprise_years", "企业年度数据", "enterprise year figures")
    OCCUPANCIES = ("occupancies", "企业用地", "enterprises on parcels")
    AGREEMENTS = ("agreements", "投资协议", "investment agreements")
    GOVERNMENT_PERIODS = ("government_periods", "政府原因期间", "government periods")
    OBSERVATIONS = ("observations", "履约巡查", "patrol observations")
    SUPERVISION = ("supervision", "协同监管", "joint supervision")
    EVIDENCE = ("evidence", "证据材料", "evidence files")


class Blank(Codelist):
    """What a blank cell of a column says."""

    UNKNOWN = ("unknown", "未知", "unknown")
    NONE = ("none", "没有", "there is none")
    OPEN = ("open", "至今", "still going on")
    REQUIRED = ("required", "必填", "not allowed")


class Unit(Codelist):
    """Unit of the numbers of a column."""

    YUAN = ("yuan", "元", "yuan")
    M2 = ("m2", "平方米", "m²")
    PERMILLE = ("permille", "‰", "‰")
    YEARS = ("years", "年", "years")
    WAN_PER_MU = ("wan_per_mu", "万元/亩·年", "wan yuan per mu and year")
    COAL_TONNES = ("tce", "吨标准煤", "tonnes of coal equivalent")
    KILOWATT_HOURS = ("kwh", "千瓦时", "kWh")
    TONNES = ("t", "吨", "t")
    DEGREES = ("deg", "度", "degrees")
    PERSONS = ("persons", "人", "persons")


class ParkKind(Codelist):
    """What an area with a name of its own is."""

    PARK = ("park", "园区", "park")
    TOWN = ("town", "镇", "town")


class OccupancyRole(Codelist):
    """By what an enterprise is on a parcel."""

    OWNER = ("owner", "自有", "owner")
    TENANT = ("tenant", "承租", "tenant")


class SiteState(Codelist):
    """What a patrol found on the site."""

    BARE = ("bare", "未动工", "bare", Tone.IDLE)
    LEVELLED = ("levelled", "场地平整", "levelled")
    PIT = ("pit", "基坑开挖", "pit being dug")
    PILES = ("piles", "桩基施工", "piles being driven")
    FOUNDATION = ("foundation", "基础施工", "foundation")
    STOREYS = ("storeys", "主体施工", "storeys rising")
    COMPLETED = ("completed", "已竣工", "completed", Tone.COMPLIANT)
    SUSPENDED = ("suspended", "停工", "works suspended", Tone.OVERDUE)


class SupervisionField(Codelist):
    """Whose record of an enterprise it is."""

    SAFETY = ("safety", "安全生产", "work safety")
    ENVIRONMENT = ("environment", "生态环境", "environment")
    TAX = ("tax", "税务", "tax")
    OTHER = ("other", "其他", "other")


class EvidenceKind(Codelist):
    """What a file proves, in the order of a case file."""

    DECISION = ("decision", "决定书", "decision")
    RECEIPT = ("receipt", "送达回证", "service receipt")
    NOTICE = ("notice", "通知书", "notice")
    REPLY = ("reply", "陈述申辩", "reply of the holder")
    DETERMINATION = ("determination", "闲置认定书", "idle determination")
    HEARING = ("hearing", "听证材料", "hearing")
    CONTRACT = ("contract", "合同及补充协议", "contract or supplement")
    PAYMENT = ("payment", "缴款凭证", "proof of payment")
    DELIVERY = ("delivery", "交地确认书", "delivery confirmation")
    TITLE = ("title", "权属及宗地图", "title or parcel map")
    BOUNDARY = ("boundary", "界址点文件", "boundary file")
    PHOTO = ("photo", "照片", "photo")
    PERMIT = ("permit", "许可证", "permit")
    INVESTMENT = ("investment", "投资证明", "proof of investment")
    PATROL = ("patrol", "巡查记录", "patrol record")
    INQUIRY = ("inquiry", "询问笔录", "inquiry record")
    OTHER = ("other", "其他", "other")
