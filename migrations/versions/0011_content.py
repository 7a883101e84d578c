"""Content beside the ledger: parcels, enterprises, agreements, patrols, evidence and the like."""
# ruff: noqa: E501 - frozen: one column or rule to a line

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

revision = "0011"
down_revision = "0010"

SCHEMA = "parcelwatch"

TEXT, WHOLE, INTEGER, DATE, FLAG = sa.Text, sa.BigInteger, sa.Integer, sa.Date, sa.Boolean

OLD_KINDS = "'ledger', 'claims', 'district'"
NEW_KINDS = "'ledger', 'claims', 'district', 'parcels', 'approvals', 'enterprise_years', 'occupancies', 'agreements', 'government_periods', 'observations', 'supervision', 'evidence'"

# fmt: off
# By name: comments on the natural key, on what it names, and on the facts.
TABLES = {
    "parcel_record": ("parcel_code, joined by ~, where % and ~ are written %25 and %7E", "宗地条目 · what names the rows: parcels", "宗地 · parcels, every version known"),
    "approval": ("approval_no, batch, joined by ~, where % and ~ are written %25 and %7E", "批而未供条目 · what names the rows: approved, not supplied", "批而未供 · approved, not supplied, every version known"),
    "enterprise_year": ("uscc, year, joined by ~, where % and ~ are written %25 and %7E", "企业年度数据条目 · what names the rows: enterprise year figures", "企业年度数据 · enterprise year figures, every version known"),
    "occupancy": ("uscc, parcel_code, role, building, begins_on, joined by ~, where % and ~ are written %25 and %7E", "企业用地条目 · what names the rows: enterprises on parcels", "企业用地 · enterprises on parcels, every version known"),
    "agreement": ("agreement_no, joined by ~, where % and ~ are written %25 and %7E", "投资协议条目 · what names the rows: investment agreements", "投资协议 · investment agreements, every version known"),
    "government_period": ("contract_no, phase, parcel_code, begins_on, cause, joined by ~, where % and ~ are written %25 and %7E", "政府原因期间条目 · what names the rows: government periods", "政府原因期间 · government periods, every version known"),
    "observation": ("contract_no, phase, parcel_code, observed_on, joined by ~, where % and ~ are written %25 and %7E", "履约巡查条目 · what names the rows: patrol observations", "履约巡查 · patrol observations, every version known"),
    "supervision_record": ("uscc, field, record_no, recorded_on, joined by ~, where % and ~ are written %25 and %7E", "协同监管条目 · what names the rows: joint supervision", "协同监管 · joint supervision, every version known"),
    "evidence_file": ("path, contract_no, phase, parcel_code, joined by ~, where % and ~ are written %25 and %7E", "证据材料条目 · what names the rows: evidence files", "证据材料 · evidence files, every version known"),
}

FACTS = {
    "parcel_record": (
        ("parcel_code", TEXT, False, "宗地代码 · parcel code"),
        ("unit_code", TEXT, True, "不动产单元号 · real estate unit code"),
        ("location", TEXT, True, "坐落 · location"),
        ("district", TEXT, True, "行政区 · district"),
        ("town", TEXT, True, "所属镇 · town"),
        ("park", TEXT, True, "所属园区 · park"),
        ("land_use", TEXT, True, "土地用途 · land use"),
        ("area_m2_num", WHOLE, True, "宗地面积 · parcel area, numerator (m2)"),
        ("area_m2_den", WHOLE, True, "宗地面积 · parcel area, denominator (m2)"),
        ("holder", TEXT, True, "权利人 · holder"),
        ("uscc", TEXT, True, "统一社会信用代码 · unified social credit code"),
        ("right_kind", TEXT, True, "权利类型 · kind of right"),
        ("registered_on", DATE, True, "登记日期 · registered on"),
        ("right_ends_on", DATE, True, "使用权终止日期 · right ends on"),
        ("note", TEXT, True, "备注 · note"),
    ),
    "approval": (
        ("approval_no", TEXT, False, "批准文号 · approval number"),
        ("approved_on", DATE, True, "批准日期 · approved on"),
        ("batch", TEXT, True, "批次名称 · batch"),
        ("location", TEXT, True, "坐落 · location"),
        ("district", TEXT, True, "行政区 · district"),
        ("town", TEXT, True, "所属镇 · town"),
        ("park", TEXT, True, "所属园区 · park"),
        ("approved_m2_num", WHOLE, True, "批准面积 · area approved, numerator (m2)"),
        ("approved_m2_den", WHOLE, True, "批准面积 · area approved, denominator (m2)"),
        ("supplied_m2_num", WHOLE, True, "已供面积 · area supplied, numerator (m2)"),
        ("supplied_m2_den", WHOLE, True, "已供面积 · area supplied, denominator (m2)"),
        ("remaining_m2_num", WHOLE, True, "未供面积 · area not supplied, numerator (m2)"),
        ("remaining_m2_den", WHOLE, True, "未供面积 · area not supplied, denominator (m2)"),
        ("cause", TEXT, True, "未供原因 · cause"),
        ("measure", TEXT, True, "处置措施 · measure"),
        ("deadline_on", DATE, True, "完成时限 · deadline"),
        ("responsible", TEXT, True, "责任单位 · responsible unit"),
        ("note", TEXT, True, "备注 · note"),
    ),
    "enterprise_year": (
        ("uscc", TEXT, False, "统一社会信用代码 · unified social credit code"),
        ("year", INTEGER, False, "年度 · year"),
        ("enterprise", TEXT, True, "企业名称 · enterprise"),
        ("industry", TEXT, True, "行业分类 · industry"),
        ("above_scale", FLAG, True, "是否规上 · above scale"),
        ("output_yuan_num", WHOLE, True, "工业总产值 · gross output, numerator (yuan)"),
        ("output_yuan_den", WHOLE, True, "工业总产值 · gross output, denominator (yuan)"),
        ("revenue_yuan_num", WHOLE, True, "营业收入 · revenue, numerator (yuan)"),
        ("revenue_yuan_den", WHOLE, True, "营业收入 · revenue, denominator (yuan)"),
        ("value_added_yuan_num", WHOLE, True, "工业增加值 · value added, numerator (yuan)"),
        ("value_added_yuan_den", WHOLE, True, "工业增加值 · value added, denominator (yuan)"),
        ("tax_yuan_num", WHOLE, True, "实缴税收 · tax paid, numerator (yuan)"),
        ("tax_yuan_den", WHOLE, True, "实缴税收 · tax paid, denominator (yuan)"),
        ("investment_yuan_num", WHOLE, True, "固定资产投资 · fixed-asset investment, numerator (yuan)"),
        ("investment_yuan_den", WHOLE, True, "固定资产投资 · fixed-asset investment, denominator (yuan)"),
        ("rd_yuan_num", WHOLE, True, "研发经费 · research and development, numerator (yuan)"),
        ("rd_yuan_den", WHOLE, True, "研发经费 · research and development, denominator (yuan)"),
        ("energy_tce_num", WHOLE, True, "综合能耗 · energy used, numerator (tce)"),
        ("energy_tce_den", WHOLE, True, "综合能耗 · energy used, denominator (tce)"),
        ("electricity_kwh_num", WHOLE, True, "用电量 · electricity used, numerator (kwh)"),
        ("electricity_kwh_den", WHOLE, True, "用电量 · electricity used, denominator (kwh)"),
        ("emissions_t_num", WHOLE, True, "主要污染物排放量 · main pollutants emitted, numerator (t)"),
        ("emissions_t_den", WHOLE, True, "主要污染物排放量 · main pollutants emitted, denominator (t)"),
        ("staff_count", WHOLE, True, "从业人数 · staff (persons)"),
        ("note", TEXT, True, "备注 · note"),
    ),
    "occupancy": (
        ("uscc", TEXT, False, "统一社会信用代码 · unified social credit code"),
        ("enterprise", TEXT, True, "企业名称 · enterprise"),
        ("parcel_code", TEXT, False, "宗地代码 · parcel code"),
        ("role", TEXT, False, "用地方式 · role"),
        ("building", TEXT, True, "厂房 · building"),
        ("share_num", WHOLE, True, "占宗地份额 · share of the parcel, numerator"),
        ("share_den", WHOLE, True, "占宗地份额 · share of the parcel, denominator"),
        ("occupied_m2_num", WHOLE, True, "占用土地面积 · land occupied, numerator (m2)"),
        ("occupied_m2_den", WHOLE, True, "占用土地面积 · land occupied, denominator (m2)"),
        ("floor_m2_num", WHOLE, True, "使用建筑面积 · floor area used, numerator (m2)"),
        ("floor_m2_den", WHOLE, True, "使用建筑面积 · floor area used, denominator (m2)"),
        ("begins_on", DATE, True, "起始日期 · begins on"),
        ("ends_on", DATE, True, "终止日期 · ends on"),
        ("note", TEXT, True, "备注 · note"),
    ),
    "agreement": (
        ("agreement_no", TEXT, False, "协议编号 · agreement number"),
        ("contract_no", TEXT, False, "合同编号 · contract number"),
        ("phase", TEXT, True, "分期 · phase"),
        ("parcel_code", TEXT, True, "宗地代码 · parcel code"),
        ("authority", TEXT, True, "协议甲方 · authority"),
        ("grantee", TEXT, True, "受让人 · grantee"),
        ("uscc", TEXT, True, "统一社会信用代码 · unified social credit code"),
        ("signed_on", DATE, True, "协议签订日期 · agreement signed on"),
        ("ends_on", DATE, True, "协议终止日期 · agreement ends on"),
        ("start_agreed_on", DATE, True, "约定开工日期 · start of construction agreed on"),
        ("completion_agreed_on", DATE, True, "约定竣工日期 · completion agreed on"),
        ("production_agreed_on", DATE, True, "约定投产日期 · production agreed on"),
        ("target_output_agreed_on", DATE, True, "约定达产日期 · target output agreed on"),
        ("start_agreed_after_count", INTEGER, True, "约定开工期限 · start of construction agreed after, count"),
        ("start_agreed_after_unit", TEXT, True, "约定开工期限 · start of construction agreed after, unit"),
        ("start_agreed_after_anchor", TEXT, True, "约定开工期限 · start of construction agreed after, counted from"),
        ("completion_agreed_after_count", INTEGER, True, "约定竣工期限 · completion agreed after, count"),
        ("completion_agreed_after_unit", TEXT, True, "约定竣工期限 · completion agreed after, unit"),
        ("completion_agreed_after_anchor", TEXT, True, "约定竣工期限 · completion agreed after, counted from"),
        ("production_agreed_after_count", INTEGER, True, "约定投产期限 · production agreed after, count"),
        ("production_agreed_after_unit", TEXT, True, "约定投产期限 · production agreed after, unit"),
        ("production_agreed_after_anchor", TEXT, True, "约定投产期限 · production agreed after, counted from"),
        ("target_output_agreed_after_count", INTEGER, True, "约定达产期限 · target output agreed after, count"),
        ("target_output_agreed_after_unit", TEXT, True, "约定达产期限 · target output agreed after, unit"),
        ("target_output_agreed_after_anchor", TEXT, True, "约定达产期限 · target output agreed after, counted from"),
        ("start_permille_num", WHOLE, True, "逾期开工违约金比例 · late start of construction rate, numerator (permille)"),
        ("start_permille_den", WHOLE, True, "逾期开工违约金比例 · late start of construction rate, denominator (permille)"),
        ("completion_permille_num", WHOLE, True, "逾期竣工违约金比例 · late completion rate, numerator (permille)"),
        ("completion_permille_den", WHOLE, True, "逾期竣工违约金比例 · late completion rate, denominator (permille)"),
        ("production_permille_num", WHOLE, True, "逾期投产违约金比例 · late production rate, numerator (permille)"),
        ("production_permille_den", WHOLE, True, "逾期投产违约金比例 · late production rate, denominator (permille)"),
        ("target_output_permille_num", WHOLE, True, "逾期达产违约金比例 · late target output rate, numerator (permille)"),
        ("target_output_permille_den", WHOLE, True, "逾期达产违约金比例 · late target output rate, denominator (permille)"),
        ("investment_agreed_yuan_num", WHOLE, True, "约定固定资产投资 · agreed fixed-asset investment, numerator (yuan)"),
        ("investment_agreed_yuan_den", WHOLE, True, "约定固定资产投资 · agreed fixed-asset investment, denominator (yuan)"),
        ("far_min_num", WHOLE, True, "容积率下限 · floor area ratio minimum, numerator"),
        ("far_min_den", WHOLE, True, "容积率下限 · floor area ratio minimum, denominator"),
        ("far_max_num", WHOLE, True, "容积率上限 · floor area ratio maximum, numerator"),
        ("far_max_den", WHOLE, True, "容积率上限 · floor area ratio maximum, denominator"),
        ("output_agreed_num", WHOLE, True, "约定亩均产值 · agreed output per mu, numerator (wan_per_mu)"),
        ("output_agreed_den", WHOLE, True, "约定亩均产值 · agreed output per mu, denominator (wan_per_mu)"),
        ("tax_agreed_num", WHOLE, True, "约定亩均税收 · agreed tax per mu, numerator (wan_per_mu)"),
        ("tax_agreed_den", WHOLE, True, "约定亩均税收 · agreed tax per mu, denominator (wan_per_mu)"),
        ("damages_scheme", TEXT, True, "违约方式 · damages scheme"),
        ("bond_yuan_num", WHOLE, True, "履约保证金 · performance bond, numerator (yuan)"),
        ("bond_yuan_den", WHOLE, True, "履约保证金 · performance bond, denominator (yuan)"),
        ("bond_split_start_num", WHOLE, True, "保证金比例 · bond split, start numerator"),
        ("bond_split_start_den", WHOLE, True, "保证金比例 · bond split, start denominator"),
        ("bond_split_completion_num", WHOLE, True, "保证金比例 · bond split, completion numerator"),
        ("bond_split_completion_den", WHOLE, True, "保证金比例 · bond split, completion denominator"),
        ("bond_split_production_num", WHOLE, True, "保证金比例 · bond split, production numerator"),
        ("bond_split_production_den", WHOLE, True, "保证金比例 · bond split, production denominator"),
        ("obligations", TEXT, True, "其他义务 · further obligations"),
        ("note", TEXT, True, "备注 · note"),
    ),
    "government_period": (
        ("contract_no", TEXT, False, "合同编号 · contract number"),
        ("phase", TEXT, True, "分期 · phase"),
        ("parcel_code", TEXT, True, "宗地代码 · parcel code"),
        ("begins_on", DATE, False, "起始日期 · begins on"),
        ("ends_on", DATE, True, "终止日期 · ends on"),
        ("cause", TEXT, False, "原因 · cause"),
        ("status", TEXT, False, "核实状态 · status"),
        ("document", TEXT, True, "认定文件 · document"),
        ("note", TEXT, True, "备注 · note"),
    ),
    "observation": (
        ("contract_no", TEXT, True, "合同编号 · contract number"),
        ("phase", TEXT, True, "分期 · phase"),
        ("parcel_code", TEXT, True, "宗地代码 · parcel code"),
        ("observed_on", DATE, False, "巡查日期 · observed on"),
        ("officers", TEXT, True, "巡查人员 · officers"),
        ("longitude_deg_num", WHOLE, True, "经度 · longitude, numerator (deg)"),
        ("longitude_deg_den", WHOLE, True, "经度 · longitude, denominator (deg)"),
        ("latitude_deg_num", WHOLE, True, "纬度 · latitude, numerator (deg)"),
        ("latitude_deg_den", WHOLE, True, "纬度 · latitude, denominator (deg)"),
        ("track", TEXT, True, "巡查轨迹 · track"),
        ("photos", TEXT, True, "照片 · photos"),
        ("site_state", TEXT, True, "现场状态 · state of the site"),
        ("foundation_share_num", WHOLE, True, "基础完成比例 · foundation share, numerator"),
        ("foundation_share_den", WHOLE, True, "基础完成比例 · foundation share, denominator"),
        ("piles_driven_count", WHOLE, True, "已打桩数 · piles driven"),
        ("piles_count", WHOLE, True, "总桩数 · piles in all"),
        ("storeys_count", WHOLE, True, "已建层数 · storeys built"),
        ("suspended_on", DATE, True, "停工日期 · suspended since"),
        ("permit_no", TEXT, True, "施工许可证号 · construction permit number"),
        ("permit_on", DATE, True, "施工许可证日期 · construction permit on"),
        ("workers_count", WHOLE, True, "现场工人数 · workers present (persons)"),
        ("machines_count", WHOLE, True, "现场机械数 · machines present"),
        ("statement", TEXT, True, "用地单位说明 · statement of the user"),
        ("deviation", TEXT, True, "越界情况 · deviation from the boundary"),
        ("change", TEXT, True, "较上次变化 · change since the last patrol"),
        ("next_milestone", TEXT, True, "下一节点 · next milestone"),
        ("conclusion", TEXT, True, "巡查结论 · conclusion"),
        ("is_signed", FLAG, True, "是否签字 · signed"),
        ("letters", TEXT, True, "催告函件 · reminder letters"),
        ("note", TEXT, True, "备注 · note"),
    ),
    "supervision_record": (
        ("uscc", TEXT, False, "统一社会信用代码 · unified social credit code"),
        ("enterprise", TEXT, True, "企业名称 · enterprise"),
        ("parcel_code", TEXT, True, "宗地代码 · parcel code"),
        ("field", TEXT, False, "监管领域 · field"),
        ("record_no", TEXT, True, "文书编号 · record number"),
        ("recorded_on", DATE, False, "记录日期 · recorded on"),
        ("agency", TEXT, True, "监管部门 · agency"),
        ("matter", TEXT, True, "事项 · matter"),
        ("outcome", TEXT, True, "处理结果 · outcome"),
        ("amount_yuan_num", WHOLE, True, "涉及金额 · amount, numerator (yuan)"),
        ("amount_yuan_den", WHOLE, True, "涉及金额 · amount, denominator (yuan)"),
        ("resolved_on", DATE, True, "办结日期 · resolved on"),
        ("note", TEXT, True, "备注 · note"),
    ),
    "evidence_file": (
        ("path", TEXT, False, "文件路径 · path"),
        ("sha256", TEXT, True, "文件摘要 · SHA-256"),
        ("kind", TEXT, False, "材料类别 · kind"),
        ("title", TEXT, True, "材料名称 · title"),
        ("dated_on", DATE, True, "材料日期 · dated"),
        ("contract_no", TEXT, True, "合同编号 · contract number"),
        ("phase", TEXT, True, "分期 · phase"),
        ("parcel_code", TEXT, True, "宗地代码 · parcel code"),
        ("note", TEXT, True, "备注 · note"),
    ),
}

RULES = {
    "parcel_record": (
        ("area_m2", "(area_m2_num IS NULL) = (area_m2_den IS NULL) AND area_m2_num >= 0 AND area_m2_den > 0"),
        ("registered_on_order", "registered_on <= right_ends_on"),
    ),
    "approval": (
        ("remaining_m2", "(remaining_m2_num IS NULL) = (remaining_m2_den IS NULL) AND remaining_m2_num >= 0 AND remaining_m2_den > 0"),
        ("approved_m2", "(approved_m2_num IS NULL) = (approved_m2_den IS NULL) AND approved_m2_num >= 0 AND approved_m2_den > 0"),
        ("supplied_m2", "(supplied_m2_num IS NULL) = (supplied_m2_den IS NULL) AND supplied_m2_num >= 0 AND supplied_m2_den > 0"),
    ),
    "enterprise_year": (
        ("staff_count", "staff_count >= 0"),
        ("rd_yuan", "(rd_yuan_num IS NULL) = (rd_yuan_den IS NULL) AND rd_yuan_num >= 0 AND rd_yuan_den > 0"),
        ("energy_tce", "(energy_tce_num IS NULL) = (energy_tce_den IS NULL) AND energy_tce_num >= 0 AND energy_tce_den > 0"),
        ("emissions_t", "(emissions_t_num IS NULL) = (emissions_t_den IS NULL) AND emissions_t_num >= 0 AND emissions_t_den > 0"),
        ("revenue_yuan", "(revenue_yuan_num IS NULL) = (revenue_yuan_den IS NULL) AND revenue_yuan_num >= 0 AND revenue_yuan_den > 0"),
        ("tax_yuan", "(tax_yuan_num IS NULL) = (tax_yuan_den IS NULL) AND tax_yuan_num >= 0 AND tax_yuan_den > 0"),
        ("investment_yuan", "(investment_yuan_num IS NULL) = (investment_yuan_den IS NULL) AND investment_yuan_num >= 0 AND investment_yuan_den > 0"),
        ("electricity_kwh", "(electricity_kwh_num IS NULL) = (electricity_kwh_den IS NULL) AND electricity_kwh_num >= 0 AND electricity_kwh_den > 0"),
        ("value_added_yuan", "(value_added_yuan_num IS NULL) = (value_added_yuan_den IS NULL) AND value_added_yuan_num >= 0 AND value_added_yuan_den > 0"),
        ("output_yuan", "(output_yuan_num IS NULL) = (output_yuan_den IS NULL) AND output_yuan_num >= 0 AND output_yuan_den > 0"),
    ),
    "occupancy": (
        ("occupied_m2", "(occupied_m2_num IS NULL) = (occupied_m2_den IS NULL) AND occupied_m2_num >= 0 AND occupied_m2_den > 0"),
        ("role", "role IN ('owner', 'tenant')"),
        ("share", "(share_num IS NULL) = (share_den IS NULL) AND share_num >= 0 AND share_den > 0 AND share_num <= share_den"),
        ("floor_m2", "(floor_m2_num IS NULL) = (floor_m2_den IS NULL) AND floor_m2_num >= 0 AND floor_m2_den > 0"),
        ("begins_on_order", "begins_on <= ends_on"),
    ),
    "agreement": (
        ("output_agreed", "(output_agreed_num IS NULL) = (output_agreed_den IS NULL) AND output_agreed_num >= 0 AND output_agreed_den > 0"),
        ("production_permille", "(production_permille_num IS NULL) = (production_permille_den IS NULL) AND production_permille_num >= 0 AND production_permille_den > 0"),
        ("damages_scheme", "damages_scheme IN ('daily_permille', 'bond_tier', 'both')"),
        ("target_output_agreed_after", "num_nulls(target_output_agreed_after_count, target_output_agreed_after_unit, target_output_agreed_after_anchor) IN (0, 3) AND target_output_agreed_after_count >= 0 AND target_output_agreed_after_unit IN ('d', 'wd', 'm', 'y') AND target_output_agreed_after_anchor IN ('signing', 'payment', 'delivery', 'start', 'completion', 'production')"),
        ("tax_agreed", "(tax_agreed_num IS NULL) = (tax_agreed_den IS NULL) AND tax_agreed_num >= 0 AND tax_agreed_den > 0"),
        ("bond_split_completion", "(bond_split_completion_num IS NULL) = (bond_split_completion_den IS NULL) AND bond_split_completion_num >= 0 AND bond_split_completion_den > 0"),
        ("bond_yuan", "(bond_yuan_num IS NULL) = (bond_yuan_den IS NULL) AND bond_yuan_num >= 0 AND bond_yuan_den > 0"),
        ("target_output_permille", "(target_output_permille_num IS NULL) = (target_output_permille_den IS NULL) AND target_output_permille_num >= 0 AND target_output_permille_den > 0"),
        ("far_max", "(far_max_num IS NULL) = (far_max_den IS NULL) AND far_max_num >= 0 AND far_max_den > 0"),
        ("start_permille", "(start_permille_num IS NULL) = (start_permille_den IS NULL) AND start_permille_num >= 0 AND start_permille_den > 0"),
        ("completion_agreed_after", "num_nulls(completion_agreed_after_count, completion_agreed_after_unit, completion_agreed_after_anchor) IN (0, 3) AND completion_agreed_after_count >= 0 AND completion_agreed_after_unit IN ('d', 'wd', 'm', 'y') AND completion_agreed_after_anchor IN ('signing', 'payment', 'delivery', 'start', 'completion', 'production')"),
        ("bond_split_start", "(bond_split_start_num IS NULL) = (bond_split_start_den IS NULL) AND bond_split_start_num >= 0 AND bond_split_start_den > 0"),
        ("bond_split_production", "(bond_split_production_num IS NULL) = (bond_split_production_den IS NULL) AND bond_split_production_num >= 0 AND bond_split_production_den > 0"),
        ("investment_agreed_yuan", "(investment_agreed_yuan_num IS NULL) = (investment_agreed_yuan_den IS NULL) AND investment_agreed_yuan_num >= 0 AND investment_agreed_yuan_den > 0"),
        ("signed_on_order", "signed_on <= ends_on"),
        ("completion_permille", "(completion_permille_num IS NULL) = (completion_permille_den IS NULL) AND completion_permille_num >= 0 AND completion_permille_den > 0"),
        ("production_agreed_after", "num_nulls(production_agreed_after_count, production_agreed_after_unit, production_agreed_after_anchor) IN (0, 3) AND production_agreed_after_count >= 0 AND production_agreed_after_unit IN ('d', 'wd', 'm', 'y') AND production_agreed_after_anchor IN ('signing', 'payment', 'delivery', 'start', 'completion', 'production')"),
        ("far_min", "(far_min_num IS NULL) = (far_min_den IS NULL) AND far_min_num >= 0 AND far_min_den > 0"),
        ("start_agreed_after", "num_nulls(start_agreed_after_count, start_agreed_after_unit, start_agreed_after_anchor) IN (0, 3) AND start_agreed_after_count >= 0 AND start_agreed_after_unit IN ('d', 'wd', 'm', 'y') AND start_agreed_after_anchor IN ('signing', 'payment', 'delivery', 'start', 'completion', 'production')"),
    ),
    "government_period": (
        ("begins_on_order", "begins_on <= ends_on"),
        ("cause", "cause IN ('G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8')"),
        ("status", "status IN ('verified', 'claimed', 'rejected')"),
    ),
    "observation": (
        ("workers_count", "workers_count >= 0"),
        ("storeys_count", "storeys_count >= 0"),
        ("foundation_share", "(foundation_share_num IS NULL) = (foundation_share_den IS NULL) AND foundation_share_num >= 0 AND foundation_share_den > 0 AND foundation_share_num <= foundation_share_den"),
        ("latitude_deg", "(latitude_deg_num IS NULL) = (latitude_deg_den IS NULL) AND latitude_deg_num >= 0 AND latitude_deg_den > 0"),
        ("piles_driven_count", "piles_driven_count >= 0"),
        ("machines_count", "machines_count >= 0"),
        ("longitude_deg", "(longitude_deg_num IS NULL) = (longitude_deg_den IS NULL) AND longitude_deg_num >= 0 AND longitude_deg_den > 0"),
        ("piles_count", "piles_count >= 0"),
        ("next_milestone", "next_milestone IN ('start', 'completion', 'production', 'target_output')"),
        ("site_state", "site_state IN ('bare', 'levelled', 'pit', 'piles', 'foundation', 'storeys', 'completed', 'suspended')"),
    ),
    "supervision_record": (
        ("field", "field IN ('safety', 'environment', 'tax', 'other')"),
        ("amount_yuan", "(amount_yuan_num IS NULL) = (amount_yuan_den IS NULL) AND amount_yuan_num >= 0 AND amount_yuan_den > 0"),
        ("recorded_on_order", "recorded_on <= resolved_on"),
    ),
    "evidence_file": (
        ("sha256", "sha256 ~ '^[0-9a-f]{64}$'"),
        ("kind", "kind IN ('decision', 'receipt', 'notice', 'reply', 'determination', 'hearing', 'contract', 'payment', 'delivery', 'title', 'boundary', 'photo', 'permit', 'investment', 'patrol', 'inquiry', 'other')"),
    ),
}
# fmt: on


def upgrade() -> None:
    _allow(NEW_KINDS)
    for name, comments in TABLES.items():
        _create_identity(name, *comments[:2])
        _create_facts(name, comments[2])
        table = f"{SCHEMA}.{name}_fact"
        op.execute(
            f"CREATE TRIGGER only_close AFTER UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {SCHEMA}.only_close()"
        )
        op.execute(
            f"CREATE TRIGGER refuse_change BEFORE DELETE OR TRUNCATE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {SCHEMA}.refuse_change()"
        )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(f"{name}_fact", schema=SCHEMA)
        op.drop_table(name, schema=SCHEMA)
    _allow(OLD_KINDS, " NOT VALID")  # imports of the newer kinds stay in the log


def _allow(kinds: str, validity: str = "") -> None:
    """Let the log of imports hold these kinds."""
    op.drop_constraint(op.f("ck_import_batch_kind"), "import_batch", schema=SCHEMA)
    op.execute(
        f"ALTER TABLE {SCHEMA}.import_batch"
        f" ADD CONSTRAINT ck_import_batch_kind CHECK (kind IN ({kinds})){validity}"
    )


def _create_identity(name: str, key_comment: str, comment: str) -> None:
    op.create_table(
        name,
        sa.Column(
            f"{name}_id", WHOLE(), sa.Identity(), nullable=False, comment=f"number of the {name}"
        ),
        sa.Column("natural_key", TEXT(), nullable=False, comment=key_comment),
        sa.PrimaryKeyConstraint(f"{name}_id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("natural_key", name=op.f(f"uq_{name}_natural_key")),
        schema=SCHEMA,
        comment=comment,
    )


def _create_facts(name: str, comment: str) -> None:
    fact, identity = f"{name}_fact", f"{name}_id"
    op.create_table(
        fact,
        sa.Column("fact_id", WHOLE(), sa.Identity(), nullable=False, comment="number of this version"),
        sa.Column(identity, WHOLE(), nullable=False, comment=f"the {name} the facts are about"),
        sa.Column("true_from", DATE(), server_default=sa.text("'-infinity'"), nullable=False, comment="first day on which the facts held"),
        sa.Column("true_to", DATE(), server_default=sa.text("'infinity'"), nullable=False, comment="first day on which they held no longer"),
        sa.Column("known_from", sa.DateTime(timezone=True), nullable=False, comment="instant from which they were known"),
        sa.Column("known_to", sa.DateTime(timezone=True), server_default=sa.text("'infinity'"), nullable=False, comment="instant from which a correction replaced them; infinity = still known"),
        sa.Column("import_id", WHOLE(), nullable=False, comment="import that brought the facts"),
        sa.Column("content_digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of what the facts say"),
        sa.Column("row_no", INTEGER(), nullable=False, comment="data row of the imported file"),
        *(
            sa.Column(column, kind(), nullable=nullable, comment=words)
            for column, kind, nullable, words in FACTS[name]
        ),
        sa.Column("extras", JSONB(), server_default=sa.text("'{}'"), nullable=False, comment="其他列 · other columns of the file, text by header"),
        ExcludeConstraint(
            (sa.column(identity), "="),
            (sa.text("daterange(true_from, true_to)"), "&&"),
            (sa.text("tstzrange(known_from, known_to)"), "&&"),
            using="gist",
            name=f"ex_{fact}_versions",
        ),
        sa.CheckConstraint("jsonb_typeof(extras) = 'object'", name=op.f(f"ck_{fact}_extras")),
        sa.CheckConstraint("true_from < true_to", name=op.f(f"ck_{fact}_true")),
        sa.CheckConstraint("known_from < known_to", name=op.f(f"ck_{fact}_known")),
        sa.CheckConstraint("octet_length(content_digest) = 32", name=op.f(f"ck_{fact}_content_digest")),
        *(
            sa.CheckConstraint(condition, name=op.f(f"ck_{fact}_{rule}"))
            for rule, condition in RULES[name]
        ),
        sa.ForeignKeyConstraint([identity], [f"{SCHEMA}.{name}.{identity}"], name=op.f(f"fk_{fact}_{identity}")),
        sa.ForeignKeyConstraint(["import_id"], [f"{SCHEMA}.import_batch.import_id"], name=op.f(f"fk_{fact}_import_id")),
        sa.PrimaryKeyConstraint("fact_id", name=op.f(f"pk_{fact}")),
        schema=SCHEMA,
        comment=comment,
    )  # fmt: skip
    op.create_index(
        f"ix_{fact}_current",
        fact,
        [identity],
        schema=SCHEMA,
        postgresql_where=sa.text("known_to = 'infinity'"),
    )
