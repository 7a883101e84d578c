"""Evidence files (证据材料): where a file lies, what it proves, about which contract."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import Attribute, Kind
from geodata.model.content.catalogue import Catalogue, shared
from geodata.model.content_lists import Blank, ContentKind, EvidenceKind

EVIDENCE: Final = Catalogue(
    ContentKind.EVIDENCE,
    (
        Attribute(
            *("path", "文件路径", "path"),
            aliases=("文件", "文件名", "附件"),
            blank=Blank.REQUIRED,
        ),
        Attribute(
            *("sha256", "文件摘要", "SHA-256", Kind.DIGEST),
            aliases=("哈希值", "文件哈希"),
        ),
        Attribute(
            *("kind", "材料类别", "kind", Kind.CODE),
            codelist=EvidenceKind,
            aliases=("材料类型",),
            blank=Blank.REQUIRED,
        ),
        Attribute("title", "材料名称", "title", aliases=("题名",)),
        Attribute(*("dated_on", "材料日期", "dated", Kind.DATE), aliases=("形成日期", "拍摄日期")),
        shared("contract_no", blank=Blank.NONE),
        shared("phase"),
        shared("parcel_code", blank=Blank.NONE),
        shared("note"),
    ),
    key=("path", "contract_no", "phase", "parcel_code"),
    any_of=("contract_no", "parcel_code"),
    example={
        "path": "2024/合同扫描件.pdf",
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "kind": "contract",
        "title": "出让合同",
        "dated_on": "2024-01-22",
        "contract_no": "沪金国有建设用地使用合同(2024)0号",
        "phase": "1",
        "parcel_code": "310116101202GB00046",
        "note": "示例，不是真实材料",
    },
)
"""One row is one file about one contract or parcel."""
