"""Contracts and every version of their facts."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ExcludeConstraint

revision = "0003"
down_revision = "0002"

SCHEMA = "parcelwatch"

VERSIONED = ("contract_fact",)
UNCHANGING = ("instalment_fact", "extension_fact", "period_fact")

TEXT, DATE, FLAG = sa.Text(), sa.Date(), sa.Boolean()
COUNT, BIGINT = sa.Integer(), sa.BigInteger()

# fmt: off
FACTS = (
    ("supervision_no", TEXT, "电子监管号 · electronic supervision number"),
    ("project_name", TEXT, "项目名称 · project"),
    ("location", TEXT, "坐落 · location"),
    ("district", TEXT, "行政区 · district"),
    ("town", TEXT, "所属镇 · town"),
    ("park", TEXT, "所属园区 · park"),
    ("grantor", TEXT, "出让人 · grantor"),
    ("grantee", TEXT, "受让人 · grantee"),
    ("uscc", TEXT, "统一社会信用代码 · unified social credit code"),
    ("land_use", TEXT, "土地用途 · land use"),
    ("acquisition_mode", TEXT, "供应方式 · mode of supply"),
    ("reserve_land", FLAG, "政府储备 · government reserve"),
    ("signed_on", DATE, "合同签订日期 · signed on"),
    ("term_years_num", BIGINT, "出让年限 · term, numerator (years)"),
    ("term_years_den", BIGINT, "出让年限 · term, denominator (years)"),
    ("area_m2_num", BIGINT, "出让面积 · contract area, numerator (m2)"),
    ("area_m2_den", BIGINT, "出让面积 · contract area, denominator (m2)"),
    ("premium_yuan_num", BIGINT, "出让价款 · premium, numerator (yuan)"),
    ("premium_yuan_den", BIGINT, "出让价款 · premium, denominator (yuan)"),
    ("premium_paid_yuan_num", BIGINT, "已缴价款 · premium paid, numerator (yuan)"),
    ("premium_paid_yuan_den", BIGINT, "已缴价款 · premium paid, denominator (yuan)"),
    ("deposit_yuan_num", BIGINT, "定金 · deposit, numerator (yuan)"),
    ("deposit_yuan_den", BIGINT, "定金 · deposit, denominator (yuan)"),
    ("instalments_given", FLAG, "分期付款 · instalments, stated at all"),
    ("late_payment_permille_num", BIGINT, "逾期付款比例 · late payment rate, numerator (permille)"),
    ("late_payment_permille_den", BIGINT, "逾期付款比例 · late payment rate, denominator (permille)"),
    ("delivery_agreed_on", DATE, "约定交地日期 · delivery agreed on"),
    ("delivery_agreed_after_count", COUNT, "约定交地期限 · delivery agreed after, count"),
    ("delivery_agreed_after_unit", TEXT, "约定交地期限 · delivery agreed after, unit"),
    ("delivery_agreed_after_anchor", TEXT, "约定交地期限 · delivery agreed after, counted from"),
    ("delivered_on", DATE, "实际交地日期 · delivered on"),
    ("undelivered", FLAG, "实际交地日期 · delivered on, known not to have happened"),
    ("grantor_late_permille_num", BIGINT, "出让人逾期交地比例 · late delivery rate, numerator (permille)"),
    ("grantor_late_permille_den", BIGINT, "出让人逾期交地比例 · late delivery rate, denominator (permille)"),
    ("start_agreed_on", DATE, "约定开工日期 · start of construction agreed on"),
    ("completion_agreed_on", DATE, "约定竣工日期 · completion agreed on"),
    ("production_agreed_on", DATE, "约定投产日期 · production agreed on"),
    ("target_output_agreed_on", DATE, "约定达产日期 · target output agreed on"),
    ("start_agreed_after_count", COUNT, "约定开工期限 · start of construction agreed after, count"),
    ("start_agreed_after_unit", TEXT, "约定开工期限 · start of construction agreed after, unit"),
    ("start_agreed_after_anchor", TEXT, "约定开工期限 · start of construction agreed after, counted from"),
    ("completion_agreed_after_count", COUNT, "约定竣工期限 · completion agreed after, count"),
    ("completion_agreed_after_unit", TEXT, "约定竣工期限 · completion agreed after, unit"),
    ("completion_agreed_after_anchor", TEXT, "约定竣工期限 · completion agreed after, counted from"),
    ("production_agreed_after_count", COUNT, "约定投产期限 · production agreed after, count"),
    ("production_agreed_after_unit", TEXT, "约定投产期限 · production agreed after, unit"),
    ("production_agreed_after_anchor", TEXT, "约定投产期限 · production agreed after, counted from"),
    ("target_output_agreed_after_count", COUNT, "约定达产期限 · target output agreed after, count"),
    ("target_output_agreed_after_unit", TEXT, "约定达产期限 · target output agreed after, unit"),
    ("target_output_agreed_after_anchor", TEXT, "约定达产期限 · target output agreed after, counted from"),
    ("start_extensions_given", FLAG, "开工延期 · start of construction extensions, stated at all"),
    ("completion_extensions_given", FLAG, "竣工延期 · completion extensions, stated at all"),
    ("production_extensions_given", FLAG, "投产延期 · production extensions, stated at all"),
    ("target_output_extensions_given", FLAG, "达产延期 · target output extensions, stated at all"),
    ("start_on", DATE, "实际开工日期 · start of construction on"),
    ("completion_on", DATE, "实际竣工日期 · completion on"),
    ("production_on", DATE, "实际投产日期 · production on"),
    ("target_output_on", DATE, "实际达产日期 · target output on"),
    ("permit_on", DATE, "施工许可证日期 · construction permit on"),
    ("development_on", DATE, "动工开发日期 · development commenced on"),
    ("foundation_kind", TEXT, "基础类型 · foundation kind"),
    ("foundation_share_num", BIGINT, "基础完成比例 · foundation share, numerator"),
    ("foundation_share_den", BIGINT, "基础完成比例 · foundation share, denominator"),
    ("government_periods_given", FLAG, "政府原因期间 · government periods, stated at all"),
    ("developable_m2_num", BIGINT, "应动工面积 · area to be developed, numerator (m2)"),
    ("developable_m2_den", BIGINT, "应动工面积 · area to be developed, denominator (m2)"),
    ("developed_m2_num", BIGINT, "已动工面积 · area developed, numerator (m2)"),
    ("developed_m2_den", BIGINT, "已动工面积 · area developed, denominator (m2)"),
    ("investment_total_yuan_num", BIGINT, "总投资额 · total investment (idle basis), numerator (yuan)"),
    ("investment_total_yuan_den", BIGINT, "总投资额 · total investment (idle basis), denominator (yuan)"),
    ("invested_yuan_num", BIGINT, "已投资额 · invested (idle basis), numerator (yuan)"),
    ("invested_yuan_den", BIGINT, "已投资额 · invested (idle basis), denominator (yuan)"),
    ("investment_agreed_yuan_num", BIGINT, "约定固定资产投资 · agreed fixed-asset investment, numerator (yuan)"),
    ("investment_agreed_yuan_den", BIGINT, "约定固定资产投资 · agreed fixed-asset investment, denominator (yuan)"),
    ("investment_actual_yuan_num", BIGINT, "实际固定资产投资 · actual fixed-asset investment, numerator (yuan)"),
    ("investment_actual_yuan_den", BIGINT, "实际固定资产投资 · actual fixed-asset investment, denominator (yuan)"),
    ("suspended_on", DATE, "中止开发日期 · suspended on"),
    ("resumed_on", DATE, "恢复开发日期 · resumed on"),
    ("damages_scheme", TEXT, "违约方式 · damages scheme"),
    ("start_permille_num", BIGINT, "逾期开工违约金比例 · late start of construction rate, numerator (permille)"),
    ("start_permille_den", BIGINT, "逾期开工违约金比例 · late start of construction rate, denominator (permille)"),
    ("completion_permille_num", BIGINT, "逾期竣工违约金比例 · late completion rate, numerator (permille)"),
    ("completion_permille_den", BIGINT, "逾期竣工违约金比例 · late completion rate, denominator (permille)"),
    ("production_permille_num", BIGINT, "逾期投产违约金比例 · late production rate, numerator (permille)"),
    ("production_permille_den", BIGINT, "逾期投产违约金比例 · late production rate, denominator (permille)"),
    ("target_output_permille_num", BIGINT, "逾期达产违约金比例 · late target output rate, numerator (permille)"),
    ("target_output_permille_den", BIGINT, "逾期达产违约金比例 · late target output rate, denominator (permille)"),
    ("bond_yuan_num", BIGINT, "履约保证金 · performance bond, numerator (yuan)"),
    ("bond_yuan_den", BIGINT, "履约保证金 · performance bond, denominator (yuan)"),
    ("bond_split_start_num", BIGINT, "保证金比例 · bond split, start numerator"),
    ("bond_split_start_den", BIGINT, "保证金比例 · bond split, start denominator"),
    ("bond_split_completion_num", BIGINT, "保证金比例 · bond split, completion numerator"),
    ("bond_split_completion_den", BIGINT, "保证金比例 · bond split, completion denominator"),
    ("bond_split_production_num", BIGINT, "保证金比例 · bond split, production numerator"),
    ("bond_split_production_den", BIGINT, "保证金比例 · bond split, production denominator"),
    ("far_min_num", BIGINT, "容积率下限 · floor area ratio minimum, numerator"),
    ("far_min_den", BIGINT, "容积率下限 · floor area ratio minimum, denominator"),
    ("far_max_num", BIGINT, "容积率上限 · floor area ratio maximum, numerator"),
    ("far_max_den", BIGINT, "容积率上限 · floor area ratio maximum, denominator"),
    ("far_actual_num", BIGINT, "容积率实际 · floor area ratio actual, numerator"),
    ("far_actual_den", BIGINT, "容积率实际 · floor area ratio actual, denominator"),
    ("output_agreed_num", BIGINT, "约定亩均产值 · agreed output per mu, numerator (wan_per_mu)"),
    ("output_agreed_den", BIGINT, "约定亩均产值 · agreed output per mu, denominator (wan_per_mu)"),
    ("output_actual_num", BIGINT, "实际亩均产值 · actual output per mu, numerator (wan_per_mu)"),
    ("output_actual_den", BIGINT, "实际亩均产值 · actual output per mu, denominator (wan_per_mu)"),
    ("tax_agreed_num", BIGINT, "约定亩均税收 · agreed tax per mu, numerator (wan_per_mu)"),
    ("tax_agreed_den", BIGINT, "约定亩均税收 · agreed tax per mu, denominator (wan_per_mu)"),
    ("tax_actual_num", BIGINT, "实际亩均税收 · actual tax per mu, numerator (wan_per_mu)"),
    ("tax_actual_den", BIGINT, "实际亩均税收 · actual tax per mu, denominator (wan_per_mu)"),
    ("idle_determined_on", DATE, "闲置认定书送达日期 · idle determination served on"),
    ("ground_known_on", DATE, "解除事由知悉日期 · ground for rescission known on"),
    ("closed_on", DATE, "合同终止日期 · closed on"),
    ("closed_as", TEXT, "终止方式 · closed as"),
    ("lease_started_on", DATE, "租赁起始日期 · lease started on"),
    ("observed_on", DATE, "最近核查日期 · last observed on"),
    ("note", TEXT, "备注 · note"),
)

RULES = (
    ("acquisition_mode", "acquisition_mode IN ('grant', 'allocation', 'lease', 'capital_contribution', 'lease_then_grant')"),
    ("term_years", "(term_years_num IS NULL) = (term_years_den IS NULL) AND term_years_num >= 0 AND term_years_den > 0"),
    ("area_m2", "(area_m2_num IS NULL) = (area_m2_den IS NULL) AND area_m2_num >= 0 AND area_m2_den > 0"),
    ("premium_yuan", "(premium_yuan_num IS NULL) = (premium_yuan_den IS NULL) AND premium_yuan_num >= 0 AND premium_yuan_den > 0"),
    ("premium_paid_yuan", "(premium_paid_yuan_num IS NULL) = (premium_paid_yuan_den IS NULL) AND premium_paid_yuan_num >= 0 AND premium_paid_yuan_den > 0"),
    ("deposit_yuan", "(deposit_yuan_num IS NULL) = (deposit_yuan_den IS NULL) AND deposit_yuan_num >= 0 AND deposit_yuan_den > 0"),
    ("late_payment_permille", "(late_payment_permille_num IS NULL) = (late_payment_permille_den IS NULL) AND late_payment_permille_num >= 0 AND late_payment_permille_den > 0"),
    ("delivery_agreed_after", "num_nulls(delivery_agreed_after_count, delivery_agreed_after_unit, delivery_agreed_after_anchor) IN (0, 3) AND delivery_agreed_after_count >= 0 AND delivery_agreed_after_unit IN ('d', 'wd', 'm', 'y') AND delivery_agreed_after_anchor IN ('signing', 'payment', 'delivery', 'start', 'completion', 'production')"),
    ("undelivered", "NOT undelivered OR delivered_on IS NULL"),
    ("grantor_late_permille", "(grantor_late_permille_num IS NULL) = (grantor_late_permille_den IS NULL) AND grantor_late_permille_num >= 0 AND grantor_late_permille_den > 0"),
    ("start_agreed_after", "num_nulls(start_agreed_after_count, start_agreed_after_unit, start_agreed_after_anchor) IN (0, 3) AND start_agreed_after_count >= 0 AND start_agreed_after_unit IN ('d', 'wd', 'm', 'y') AND start_agreed_after_anchor IN ('signing', 'payment', 'delivery', 'start', 'completion', 'production')"),
    ("completion_agreed_after", "num_nulls(completion_agreed_after_count, completion_agreed_after_unit, completion_agreed_after_anchor) IN (0, 3) AND completion_agreed_after_count >= 0 AND completion_agreed_after_unit IN ('d', 'wd', 'm', 'y') AND completion_agreed_after_anchor IN ('signing', 'payment', 'delivery', 'start', 'completion', 'production')"),
    ("production_agreed_after", "num_nulls(production_agreed_after_count, production_agreed_after_unit, production_agreed_after_anchor) IN (0, 3) AND production_agreed_after_count >= 0 AND production_agreed_after_unit IN ('d', 'wd', 'm', 'y') AND production_agreed_after_anchor IN ('signing', 'payment', 'delivery', 'start', 'completion', 'production')"),
    ("target_output_agreed_after", "num_nulls(target_output_agreed_after_count, target_output_agreed_after_unit, target_output_agreed_after_anchor) IN (0, 3) AND target_output_agreed_after_count >= 0 AND target_output_agreed_after_unit IN ('d', 'wd', 'm', 'y') AND target_output_agreed_after_anchor IN ('signing', 'payment', 'delivery', 'start', 'completion', 'production')"),
    ("foundation_kind", "foundation_kind IN ('pit', 'piles', 'other')"),
    ("foundation_share", "(foundation_share_num IS NULL) = (foundation_share_den IS NULL) AND foundation_share_num >= 0 AND foundation_share_den > 0 AND foundation_share_num <= foundation_share_den"),
    ("developable_m2", "(developable_m2_num IS NULL) = (developable_m2_den IS NULL) AND developable_m2_num >= 0 AND developable_m2_den > 0"),
    ("developed_m2", "(developed_m2_num IS NULL) = (developed_m2_den IS NULL) AND developed_m2_num >= 0 AND developed_m2_den > 0"),
    ("investment_total_yuan", "(investment_total_yuan_num IS NULL) = (investment_total_yuan_den IS NULL) AND investment_total_yuan_num >= 0 AND investment_total_yuan_den > 0"),
    ("invested_yuan", "(invested_yuan_num IS NULL) = (invested_yuan_den IS NULL) AND invested_yuan_num >= 0 AND invested_yuan_den > 0"),
    ("investment_agreed_yuan", "(investment_agreed_yuan_num IS NULL) = (investment_agreed_yuan_den IS NULL) AND investment_agreed_yuan_num >= 0 AND investment_agreed_yuan_den > 0"),
    ("investment_actual_yuan", "(investment_actual_yuan_num IS NULL) = (investment_actual_yuan_den IS NULL) AND investment_actual_yuan_num >= 0 AND investment_actual_yuan_den > 0"),
    ("damages_scheme", "damages_scheme IN ('daily_permille', 'bond_tier', 'both')"),
    ("start_permille", "(start_permille_num IS NULL) = (start_permille_den IS NULL) AND start_permille_num >= 0 AND start_permille_den > 0"),
    ("completion_permille", "(completion_permille_num IS NULL) = (completion_permille_den IS NULL) AND completion_permille_num >= 0 AND completion_permille_den > 0"),
    ("production_permille", "(production_permille_num IS NULL) = (production_permille_den IS NULL) AND production_permille_num >= 0 AND production_permille_den > 0"),
    ("target_output_permille", "(target_output_permille_num IS NULL) = (target_output_permille_den IS NULL) AND target_output_permille_num >= 0 AND target_output_permille_den > 0"),
    ("bond_yuan", "(bond_yuan_num IS NULL) = (bond_yuan_den IS NULL) AND bond_yuan_num >= 0 AND bond_yuan_den > 0"),
    ("bond_split_start", "(bond_split_start_num IS NULL) = (bond_split_start_den IS NULL) AND bond_split_start_num >= 0 AND bond_split_start_den > 0"),
    ("bond_split_completion", "(bond_split_completion_num IS NULL) = (bond_split_completion_den IS NULL) AND bond_split_completion_num >= 0 AND bond_split_completion_den > 0"),
    ("bond_split_production", "(bond_split_production_num IS NULL) = (bond_split_production_den IS NULL) AND bond_split_production_num >= 0 AND bond_split_production_den > 0"),
    ("far_min", "(far_min_num IS NULL) = (far_min_den IS NULL) AND far_min_num >= 0 AND far_min_den > 0"),
    ("far_max", "(far_max_num IS NULL) = (far_max_den IS NULL) AND far_max_num >= 0 AND far_max_den > 0"),
    ("far_actual", "(far_actual_num IS NULL) = (far_actual_den IS NULL) AND far_actual_num >= 0 AND far_actual_den > 0"),
    ("output_agreed", "(output_agreed_num IS NULL) = (output_agreed_den IS NULL) AND output_agreed_num >= 0 AND output_agreed_den > 0"),
    ("output_actual", "(output_actual_num IS NULL) = (output_actual_den IS NULL) AND output_actual_num >= 0 AND output_actual_den > 0"),
    ("tax_agreed", "(tax_agreed_num IS NULL) = (tax_agreed_den IS NULL) AND tax_agreed_num >= 0 AND tax_agreed_den > 0"),
    ("tax_actual", "(tax_actual_num IS NULL) = (tax_actual_den IS NULL) AND tax_actual_num >= 0 AND tax_actual_den > 0"),
    ("closed_as", "closed_as IN ('rescinded', 'recovered', 'expired', 'surrendered')"),
)
# fmt: on

REQUIRED = {
    "instalments_given",
    "undelivered",
    "start_extensions_given",
    "completion_extensions_given",
    "production_extensions_given",
    "target_output_extensions_given",
    "government_periods_given",
}


def upgrade() -> None:
    op.create_table(
        "contract",
        sa.Column(
            "contract_id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="number of the contract, in order of first import",
        ),
        sa.Column("contract_no", sa.Text(), nullable=False, comment="合同编号 · contract number"),
        sa.Column("phase", sa.Text(), nullable=False, comment="分期 · phase"),
        sa.Column("parcel_code", sa.Text(), nullable=False, comment="宗地代码 · parcel code"),
        sa.Column("parcel_id", sa.BigInteger(), nullable=False, comment="the parcel it is about"),
        sa.CheckConstraint("contract_no <> ''", name=op.f("ck_contract_contract_no")),
        sa.ForeignKeyConstraint(
            ["parcel_id"], [f"{SCHEMA}.parcel.parcel_id"], name=op.f("fk_contract_parcel_id")
        ),
        sa.PrimaryKeyConstraint("contract_id", name=op.f("pk_contract")),
        sa.UniqueConstraint(
            "contract_no",
            "phase",
            "parcel_code",
            name=op.f("uq_contract_contract_no_phase_parcel_code"),
        ),
        schema=SCHEMA,
        comment="出让合同 · contracts, or phases of contracts",
    )
    op.create_index(op.f("ix_contract_parcel_id"), "contract", ["parcel_id"], schema=SCHEMA)
    op.create_table(
        "contract_fact",
        sa.Column(
            "fact_id",
            sa.BigInteger(),
            sa.Identity(),
            nullable=False,
            comment="number of this version",
        ),
        sa.Column(
            "contract_id",
            sa.BigInteger(),
            nullable=False,
            comment="the contract the facts are about",
        ),
        sa.Column(
            "true_from",
            sa.Date(),
            server_default=sa.text("'-infinity'"),
            nullable=False,
            comment="first day on which the facts held",
        ),
        sa.Column(
            "true_to",
            sa.Date(),
            server_default=sa.text("'infinity'"),
            nullable=False,
            comment="first day on which they held no longer",
        ),
        sa.Column(
            "known_from",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="instant from which they were known",
        ),
        sa.Column(
            "known_to",
            sa.DateTime(timezone=True),
            server_default=sa.text("'infinity'"),
            nullable=False,
            comment="instant from which a correction replaced them; infinity = still known",
        ),
        sa.Column(
            "import_id", sa.BigInteger(), nullable=False, comment="import that brought the facts"
        ),
        sa.Column(
            "content_digest",
            sa.LargeBinary(),
            nullable=False,
            comment="SHA-256 of what the facts say",
        ),
        sa.Column("row_no", sa.Integer(), nullable=False, comment="data row of the imported file"),
        *(
            sa.Column(name, kind, nullable=name not in REQUIRED, comment=comment)
            for name, kind, comment in FACTS
        ),
        ExcludeConstraint(
            (sa.column("contract_id"), "="),
            (sa.text("daterange(true_from, true_to)"), "&&"),
            (sa.text("tstzrange(known_from, known_to)"), "&&"),
            using="gist",
            name="ex_contract_fact_versions",
        ),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_contract_fact_{name}")) for name, rule in RULES),
        sa.CheckConstraint("known_from < known_to", name=op.f("ck_contract_fact_known")),
        sa.CheckConstraint(
            "octet_length(content_digest) = 32", name=op.f("ck_contract_fact_content_digest")
        ),
        sa.CheckConstraint("true_from < true_to", name=op.f("ck_contract_fact_true")),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            [f"{SCHEMA}.contract.contract_id"],
            name=op.f("fk_contract_fact_contract_id"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"],
            [f"{SCHEMA}.import_batch.import_id"],
            name=op.f("fk_contract_fact_import_id"),
        ),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_contract_fact")),
        schema=SCHEMA,
        comment="合同事实 · facts of contracts, every version known",
    )
    op.create_index(
        "ix_contract_fact_current",
        "contract_fact",
        ["contract_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("known_to = 'infinity'"),
    )
    op.create_table(
        "instalment_fact",
        sa.Column(
            "fact_id", sa.BigInteger(), nullable=False, comment="version of the facts it is part of"
        ),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the list, from 0"),
        sa.Column("due_on", sa.Date(), comment="应付日期 · due on"),
        sa.Column("amount_num", sa.BigInteger(), comment="金额 · amount, numerator (yuan)"),
        sa.Column("amount_den", sa.BigInteger(), comment="金额 · amount, denominator (yuan)"),
        sa.Column("paid_on", sa.Date(), comment="付款日期 · paid on"),
        sa.Column("demanded_on", sa.Date(), comment="催缴日期 · demanded on"),
        sa.CheckConstraint(
            "(amount_num IS NULL) = (amount_den IS NULL) AND amount_num >= 0 AND amount_den > 0",
            name=op.f("ck_instalment_fact_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["fact_id"],
            [f"{SCHEMA}.contract_fact.fact_id"],
            name=op.f("fk_instalment_fact_fact_id"),
        ),
        sa.PrimaryKeyConstraint("fact_id", "position", name=op.f("pk_instalment_fact")),
        schema=SCHEMA,
        comment="分期付款 · instalments of the premium",
    )
    op.create_table(
        "extension_fact",
        sa.Column(
            "fact_id", sa.BigInteger(), nullable=False, comment="version of the facts it is part of"
        ),
        sa.Column("milestone", sa.Text(), nullable=False, comment="履约节点 · milestone extended"),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the list, from 0"),
        sa.Column("applied_on", sa.Date(), comment="申请日期 · applied for on"),
        sa.Column("approved_on", sa.Date(), comment="批准日期 · approved on"),
        sa.Column("extended_to", sa.Date(), nullable=False, comment="延期至 · extended to"),
        sa.CheckConstraint(
            "milestone IN ('start', 'completion', 'production', 'target_output')",
            name=op.f("ck_extension_fact_milestone"),
        ),
        sa.ForeignKeyConstraint(
            ["fact_id"], [f"{SCHEMA}.contract_fact.fact_id"], name=op.f("fk_extension_fact_fact_id")
        ),
        sa.PrimaryKeyConstraint("fact_id", "milestone", "position", name=op.f("pk_extension_fact")),
        schema=SCHEMA,
        comment="延期 · extensions of milestones",
    )
    op.create_table(
        "period_fact",
        sa.Column(
            "fact_id", sa.BigInteger(), nullable=False, comment="version of the facts it is part of"
        ),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the list, from 0"),
        sa.Column("begins_on", sa.Date(), nullable=False, comment="起始日期 · first day"),
        sa.Column("ends_on", sa.Date(), comment="终止日期 · last day; null = still open"),
        sa.Column("cause", sa.Text(), nullable=False, comment="原因 · cause"),
        sa.Column(
            "status", sa.Text(), nullable=False, comment="核实状态 · whether it was verified"
        ),
        sa.CheckConstraint(
            "cause IN ('G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8')",
            name=op.f("ck_period_fact_cause"),
        ),
        sa.CheckConstraint(
            "status IN ('verified', 'claimed', 'rejected')", name=op.f("ck_period_fact_status")
        ),
        sa.CheckConstraint("begins_on <= ends_on", name=op.f("ck_period_fact_order")),
        sa.ForeignKeyConstraint(
            ["fact_id"], [f"{SCHEMA}.contract_fact.fact_id"], name=op.f("fk_period_fact_fact_id")
        ),
        sa.PrimaryKeyConstraint("fact_id", "position", name=op.f("pk_period_fact")),
        schema=SCHEMA,
        comment="政府原因期间 · periods of government causes",
    )
    for table in VERSIONED:
        op.execute(
            f"CREATE TRIGGER only_close AFTER UPDATE ON {SCHEMA}.{table}"
            f" FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.only_close()"
        )
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON {SCHEMA}.{table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
        )
    for table in UNCHANGING:
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {SCHEMA}.{table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("period_fact", schema=SCHEMA)
    op.drop_table("extension_fact", schema=SCHEMA)
    op.drop_table("instalment_fact", schema=SCHEMA)
    op.drop_table("contract_fact", schema=SCHEMA)
    op.drop_table("contract", schema=SCHEMA)
