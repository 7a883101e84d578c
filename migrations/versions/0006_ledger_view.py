"""The ledger as it is known now, for people and QGIS: numbers rounded, lists as in a ledger file."""
# ruff: noqa: E501 - frozen: one column to a line

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

FUNCTIONS = """
CREATE FUNCTION parcelwatch.decimal(num bigint, den bigint, digits integer) RETURNS numeric
    LANGUAGE sql IMMUTABLE RETURN trim_scale(round(num::numeric / den, digits));

CREATE FUNCTION parcelwatch.term(count integer, unit text, anchor text) RETURNS text
    LANGUAGE sql IMMUTABLE RETURN count || unit || ' after ' || anchor;

CREATE FUNCTION parcelwatch.day(date) RETURNS text
    LANGUAGE sql STABLE RETURN to_char($1, 'YYYY-MM-DD');
"""

VIEW = """
CREATE VIEW parcelwatch.ledger AS
SELECT
    contract.contract_id,
    nullif(contract.parcel_code, '') AS parcel_code,
    fact.supervision_no,
    nullif(contract.contract_no, '') AS contract_no,
    nullif(contract.phase, '') AS phase,
    fact.project_name,
    fact.location,
    fact.district,
    fact.town,
    fact.park,
    fact.grantor,
    fact.grantee,
    fact.uscc,
    fact.land_use,
    fact.acquisition_mode,
    fact.reserve_land,
    fact.signed_on,
    parcelwatch.decimal(fact.term_years_num, fact.term_years_den, 2) AS term_years,
    parcelwatch.decimal(fact.area_m2_num, fact.area_m2_den, 2) AS area_m2,
    parcelwatch.decimal(fact.premium_yuan_num, fact.premium_yuan_den, 2) AS premium_yuan,
    parcelwatch.decimal(fact.premium_paid_yuan_num, fact.premium_paid_yuan_den, 2) AS premium_paid_yuan,
    parcelwatch.decimal(fact.deposit_yuan_num, fact.deposit_yuan_den, 2) AS deposit_yuan,
    CASE WHEN fact.instalments_given THEN coalesce(instalments.list, '') END AS instalments,
    parcelwatch.decimal(fact.late_payment_permille_num, fact.late_payment_permille_den, 4) AS late_payment_permille,
    fact.delivery_agreed_on,
    parcelwatch.term(fact.delivery_agreed_after_count, fact.delivery_agreed_after_unit, fact.delivery_agreed_after_anchor) AS delivery_agreed_after,
    fact.delivered_on,
    fact.undelivered,
    parcelwatch.decimal(fact.grantor_late_permille_num, fact.grantor_late_permille_den, 4) AS grantor_late_permille,
    fact.start_agreed_on,
    fact.completion_agreed_on,
    fact.production_agreed_on,
    fact.target_output_agreed_on,
    parcelwatch.term(fact.start_agreed_after_count, fact.start_agreed_after_unit, fact.start_agreed_after_anchor) AS start_agreed_after,
    parcelwatch.term(fact.completion_agreed_after_count, fact.completion_agreed_after_unit, fact.completion_agreed_after_anchor) AS completion_agreed_after,
    parcelwatch.term(fact.production_agreed_after_count, fact.production_agreed_after_unit, fact.production_agreed_after_anchor) AS production_agreed_after,
    parcelwatch.term(fact.target_output_agreed_after_count, fact.target_output_agreed_after_unit, fact.target_output_agreed_after_anchor) AS target_output_agreed_after,
    CASE WHEN fact.start_extensions_given THEN coalesce(extensions.of_start, '') END AS start_extensions,
    CASE WHEN fact.completion_extensions_given THEN coalesce(extensions.of_completion, '') END AS completion_extensions,
    CASE WHEN fact.production_extensions_given THEN coalesce(extensions.of_production, '') END AS production_extensions,
    CASE WHEN fact.target_output_extensions_given THEN coalesce(extensions.of_target_output, '') END AS target_output_extensions,
    fact.start_on,
    fact.completion_on,
    fact.production_on,
    fact.target_output_on,
    fact.permit_on,
    fact.development_on,
    fact.foundation_kind,
    parcelwatch.decimal(fact.foundation_share_num, fact.foundation_share_den, 4) AS foundation_share,
    CASE WHEN fact.government_periods_given THEN coalesce(government_periods.list, '') END AS government_periods,
    parcelwatch.decimal(fact.developable_m2_num, fact.developable_m2_den, 2) AS developable_m2,
    parcelwatch.decimal(fact.developed_m2_num, fact.developed_m2_den, 2) AS developed_m2,
    parcelwatch.decimal(fact.investment_total_yuan_num, fact.investment_total_yuan_den, 2) AS investment_total_yuan,
    parcelwatch.decimal(fact.invested_yuan_num, fact.invested_yuan_den, 2) AS invested_yuan,
    parcelwatch.decimal(fact.investment_agreed_yuan_num, fact.investment_agreed_yuan_den, 2) AS investment_agreed_yuan,
    parcelwatch.decimal(fact.investment_actual_yuan_num, fact.investment_actual_yuan_den, 2) AS investment_actual_yuan,
    fact.suspended_on,
    fact.resumed_on,
    fact.damages_scheme,
    parcelwatch.decimal(fact.start_permille_num, fact.start_permille_den, 4) AS start_permille,
    parcelwatch.decimal(fact.completion_permille_num, fact.completion_permille_den, 4) AS completion_permille,
    parcelwatch.decimal(fact.production_permille_num, fact.production_permille_den, 4) AS production_permille,
    parcelwatch.decimal(fact.target_output_permille_num, fact.target_output_permille_den, 4) AS target_output_permille,
    parcelwatch.decimal(fact.bond_yuan_num, fact.bond_yuan_den, 2) AS bond_yuan,
    parcelwatch.decimal(fact.bond_split_start_num, fact.bond_split_start_den, 4)
        || '/' || parcelwatch.decimal(fact.bond_split_completion_num, fact.bond_split_completion_den, 4)
        || '/' || parcelwatch.decimal(fact.bond_split_production_num, fact.bond_split_production_den, 4) AS bond_split,
    parcelwatch.decimal(fact.far_min_num, fact.far_min_den, 4) AS far_min,
    parcelwatch.decimal(fact.far_max_num, fact.far_max_den, 4) AS far_max,
    parcelwatch.decimal(fact.far_actual_num, fact.far_actual_den, 4) AS far_actual,
    parcelwatch.decimal(fact.output_agreed_num, fact.output_agreed_den, 4) AS output_agreed,
    parcelwatch.decimal(fact.output_actual_num, fact.output_actual_den, 4) AS output_actual,
    parcelwatch.decimal(fact.tax_agreed_num, fact.tax_agreed_den, 4) AS tax_agreed,
    parcelwatch.decimal(fact.tax_actual_num, fact.tax_actual_den, 4) AS tax_actual,
    fact.idle_determined_on,
    fact.ground_known_on,
    fact.closed_on,
    fact.closed_as,
    fact.lease_started_on,
    fact.observed_on,
    fact.note,
    outline.geom
FROM parcelwatch.contract
JOIN parcelwatch.contract_fact AS fact
    ON fact.contract_id = contract.contract_id
    AND fact.known_to = 'infinity' AND fact.true_to = 'infinity'
LEFT JOIN parcelwatch.parcel_fact AS outline
    ON outline.parcel_id = contract.parcel_id
    AND outline.known_to = 'infinity' AND outline.true_to = 'infinity'
LEFT JOIN LATERAL (
    SELECT string_agg(concat_ws(' ',
        coalesce(parcelwatch.day(due_on), '-'),
        coalesce(parcelwatch.decimal(amount_num, amount_den, 2)::text, '-'),
        coalesce(parcelwatch.day(paid_on), '-'),
        coalesce(parcelwatch.day(demanded_on), '-')), '; ' ORDER BY position) AS list
    FROM parcelwatch.instalment_fact AS part
    WHERE part.fact_id = fact.fact_id
) AS instalments ON true
LEFT JOIN LATERAL (
    SELECT
        string_agg(step, '; ') FILTER (WHERE milestone = 'start') AS of_start,
        string_agg(step, '; ') FILTER (WHERE milestone = 'completion') AS of_completion,
        string_agg(step, '; ') FILTER (WHERE milestone = 'production') AS of_production,
        string_agg(step, '; ') FILTER (WHERE milestone = 'target_output') AS of_target_output
    FROM (
        SELECT milestone, concat(
            parcelwatch.day(applied_on), '/',
            parcelwatch.day(approved_on), '/',
            parcelwatch.day(extended_to)) AS step
        FROM parcelwatch.extension_fact AS part
        WHERE part.fact_id = fact.fact_id
        ORDER BY position
    ) AS steps
) AS extensions ON true
LEFT JOIN LATERAL (
    SELECT string_agg(concat(parcelwatch.day(begins_on), '/', parcelwatch.day(ends_on),
        ' ', cause, ' ', status), '; ' ORDER BY position) AS list
    FROM parcelwatch.period_fact AS part
    WHERE part.fact_id = fact.fact_id
) AS government_periods ON true
"""

COMMENTS = {
    "contract_id": "number of the contract",
    "parcel_code": "宗地代码 · parcel code",
    "supervision_no": "电子监管号 · electronic supervision number",
    "contract_no": "合同编号 · contract number",
    "phase": "分期 · phase",
    "project_name": "项目名称 · project",
    "location": "坐落 · location",
    "district": "行政区 · district",
    "town": "所属镇 · town",
    "park": "所属园区 · park",
    "grantor": "出让人 · grantor",
    "grantee": "受让人 · grantee",
    "uscc": "统一社会信用代码 · unified social credit code",
    "land_use": "土地用途 · land use",
    "acquisition_mode": "供应方式 · mode of supply",
    "reserve_land": "政府储备 · government reserve",
    "signed_on": "合同签订日期 · signed on",
    "term_years": "出让年限 · term (years)",
    "area_m2": "出让面积 · contract area (m2)",
    "premium_yuan": "出让价款 · premium (yuan)",
    "premium_paid_yuan": "已缴价款 · premium paid (yuan)",
    "deposit_yuan": "定金 · deposit (yuan)",
    "instalments": "分期付款 · instalments (yuan)",
    "late_payment_permille": "逾期付款比例 · late payment rate (permille)",
    "delivery_agreed_on": "约定交地日期 · delivery agreed on",
    "delivery_agreed_after": "约定交地期限 · delivery agreed after",
    "delivered_on": "实际交地日期 · delivered on",
    "undelivered": "实际交地日期 · delivered on, known not to have happened",
    "grantor_late_permille": "出让人逾期交地比例 · late delivery rate (permille)",
    "start_agreed_on": "约定开工日期 · start of construction agreed on",
    "completion_agreed_on": "约定竣工日期 · completion agreed on",
    "production_agreed_on": "约定投产日期 · production agreed on",
    "target_output_agreed_on": "约定达产日期 · target output agreed on",
    "start_agreed_after": "约定开工期限 · start of construction agreed after",
    "completion_agreed_after": "约定竣工期限 · completion agreed after",
    "production_agreed_after": "约定投产期限 · production agreed after",
    "target_output_agreed_after": "约定达产期限 · target output agreed after",
    "start_extensions": "开工延期 · start of construction extensions",
    "completion_extensions": "竣工延期 · completion extensions",
    "production_extensions": "投产延期 · production extensions",
    "target_output_extensions": "达产延期 · target output extensions",
    "start_on": "实际开工日期 · start of construction on",
    "completion_on": "实际竣工日期 · completion on",
    "production_on": "实际投产日期 · production on",
    "target_output_on": "实际达产日期 · target output on",
    "permit_on": "施工许可证日期 · construction permit on",
    "development_on": "动工开发日期 · development commenced on",
    "foundation_kind": "基础类型 · foundation kind",
    "foundation_share": "基础完成比例 · foundation share",
    "government_periods": "政府原因期间 · government periods",
    "developable_m2": "应动工面积 · area to be developed (m2)",
    "developed_m2": "已动工面积 · area developed (m2)",
    "investment_total_yuan": "总投资额 · total investment (idle basis) (yuan)",
    "invested_yuan": "已投资额 · invested (idle basis) (yuan)",
    "investment_agreed_yuan": "约定固定资产投资 · agreed fixed-asset investment (yuan)",
    "investment_actual_yuan": "实际固定资产投资 · actual fixed-asset investment (yuan)",
    "suspended_on": "中止开发日期 · suspended on",
    "resumed_on": "恢复开发日期 · resumed on",
    "damages_scheme": "违约方式 · damages scheme",
    "start_permille": "逾期开工违约金比例 · late start of construction rate (permille)",
    "completion_permille": "逾期竣工违约金比例 · late completion rate (permille)",
    "production_permille": "逾期投产违约金比例 · late production rate (permille)",
    "target_output_permille": "逾期达产违约金比例 · late target output rate (permille)",
    "bond_yuan": "履约保证金 · performance bond (yuan)",
    "bond_split": "保证金比例 · bond split",
    "far_min": "容积率下限 · floor area ratio minimum",
    "far_max": "容积率上限 · floor area ratio maximum",
    "far_actual": "容积率实际 · floor area ratio actual",
    "output_agreed": "约定亩均产值 · agreed output per mu (wan_per_mu)",
    "output_actual": "实际亩均产值 · actual output per mu (wan_per_mu)",
    "tax_agreed": "约定亩均税收 · agreed tax per mu (wan_per_mu)",
    "tax_actual": "实际亩均税收 · actual tax per mu (wan_per_mu)",
    "idle_determined_on": "闲置认定书送达日期 · idle determination served on",
    "ground_known_on": "解除事由知悉日期 · ground for rescission known on",
    "closed_on": "合同终止日期 · closed on",
    "closed_as": "终止方式 · closed as",
    "lease_started_on": "租赁起始日期 · lease started on",
    "observed_on": "最近核查日期 · last observed on",
    "note": "备注 · note",
    "geom": "宗地界线 · outline of the parcel (EPSG:4490)",
}


def upgrade() -> None:
    op.execute(FUNCTIONS)
    op.execute(VIEW)
    op.execute("COMMENT ON VIEW parcelwatch.ledger IS '合同台账 · the ledger as it is known now'")
    for column, comment in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN parcelwatch.ledger.{column} IS '{comment}'")


def downgrade() -> None:
    op.execute("DROP VIEW parcelwatch.ledger")
    for function in ("decimal", "term", "day"):
        op.execute(f"DROP FUNCTION parcelwatch.{function}")
