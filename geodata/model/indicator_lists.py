"""The closed lists of growth and count indicators: their formulas, and why one is unknown."""

from __future__ import annotations

from geodata.model.codelist import Codelist


class IndicatorFormula(Codelist):
    """How an indicator is computed from yearly figures (`docs/targets.md`)."""

    GROWTH = (
        "growth",
        "（末年合计÷首年合计）^（1÷间隔年数）－1",
        "(total of the last year / total of the first year) ^ (1 / years between) - 1",
    )
    GROWTH_PER_LAND = (
        "growth_per_land",
        "（末年合计÷末年用地面积，比上首年合计÷首年用地面积）^（1÷间隔年数）－1",
        "((total / land) of the last year / (total / land) of the first) ^ (1 / years between) - 1",
    )
    NEW_MEMBERS = (
        "new_members",
        "基年及以前均不属于、其后至末年曾属于的企业数",
        "enterprises that belong in a year after the base year and in none up to it",
    )
    NEW_PROJECTS = (
        "new_projects",
        "日期在期间内的项目数",
        "projects dated within the period",
    )


class UnknownReason(Codelist):
    """Why an indicator cannot be told."""

    NO_FIGURES = ("no_figures", "无可用数据", "no figures in a year it needs")
    TOO_MUCH_MISSING = ("too_much_missing", "缺失数据过多", "more figures missing than tolerated")
    NOTHING_BEFORE = ("nothing_before", "首年为零", "the first year is zero")


class EvaluationKind(Codelist):
    """Which part of a plan's term a report on it looks back on; a convention of the product."""

    YEARLY = ("yearly", "年度评估", "yearly evaluation")
    MID_TERM = ("mid_term", "中期评估", "mid-term evaluation")
    FINAL = ("final", "终期评估", "final evaluation")
