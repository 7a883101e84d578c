"""The contract ledger (履约台账), whose columns stand in `geodata.model.attributes`."""

from __future__ import annotations

from typing import Final

from geodata.model.attributes import ATTRIBUTES
from geodata.model.content.catalogue import Catalogue
from geodata.model.content_lists import ContentKind
from geodata.model.contract_key import IDENTITY

LEDGER: Final = Catalogue(
    ContentKind.LEDGER,
    ATTRIBUTES,
    IDENTITY,
    area="area_m2",
    example={
        "parcel_code": "310116101202GB00046",
        "supervision_no": "3101162024B00042",
        "contract_no": "沪金国有建设用地使用合同(2024)0号",
        "phase": "1",
        "project_name": "示例设备生产基地",
        "location": "示例路1号",
        "district": "金山区",
        "town": "示例镇",
        "park": "示例工业区",
        "grantor": "示例规划和自然资源局",
        "grantee": "示例制造有限公司",
        "uscc": "91310116MA1J00006H",
        "land_use": "工业用地",
        "acquisition_mode": "grant",
        "reserve_land": "false",
        "signed_on": "2024-01-22",
        "term_years": "20",
        "area_m2": "29400",
        "premium_yuan": "30000000",
        "premium_paid_yuan": "30000000",
        "deposit_yuan": "6000000",
        "instalments": "2024-03-07 30000000 2024-03-01 -",
        "late_payment_permille": "1",
        "delivery_agreed_after": "45wd after payment",
        "delivered_on": "2024-05-10",
        "grantor_late_permille": "1",
        "start_agreed_after": "6m after delivery",
        "completion_agreed_after": "30m after delivery",
        "production_agreed_after": "6m after completion",
        "target_output_agreed_after": "1y after production",
        "start_extensions": "2024-10-08/2024-10-28/2024-12-31",
        "start_on": "2024-12-20",
        "permit_on": "2024-12-02",
        "development_on": "2024-12-20",
        "foundation_kind": "piles",
        "foundation_share": "1",
        "government_periods": "2024-06-01/2024-07-15 G2 verified",
        "developable_m2": "29400",
        "developed_m2": "18000",
        "investment_total_yuan": "120000000",
        "invested_yuan": "45000000",
        "investment_agreed_yuan": "150600000",
        "investment_actual_yuan": "75600000",
        "damages_scheme": "bond_tier",
        "bond_yuan": "6000000",
        "bond_split": "60/20/20",
        "far_min": "1.2",
        "far_max": "2.0",
        "output_agreed": "800",
        "tax_agreed": "50",
        "observed_on": "2026-06-15",
        "note": "示例，不是真实合同",
    },
)
"""One row is one contract, or one phase of a contract."""
