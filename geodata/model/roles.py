"""Who may do what: permissions, roles, and the one who acts. Conventions of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from geodata.errors import NotAllowedError
from geodata.model.codelist import Codelist


class Permission(Codelist):
    """One thing that can be allowed; every route names one, or is public."""

    TOTALS = ("totals", "查看汇总", "see totals")
    VIEW = ("view", "查看合同与宗地", "see contracts and parcels")
    EXPORT = ("export", "导出", "export what is shown")
    RUNS = ("runs", "查看判定记录", "see audit runs")
    AUDIT = ("audit", "运行判定", "start audits")
    IMPORT = ("import", "导入数据", "import files")
    ENTER = ("enter", "录入事实", "enter facts")
    APPROVE = ("approve", "复核事实", "approve facts another entered")
    REVIEW = ("review", "核查发现", "review findings")
    CASES = ("cases", "办理案件", "work on cases")
    ISSUE = ("issue", "签发文书", "issue documents of cases")
    AGREE = ("agree", "复核案件、签署判定", "agree to steps of cases and sign audits off")
    COMMENT = ("comment", "案件留言", "comment on cases")
    CHOOSE = ("choose", "选定指标口径", "choose which figure of a target is shown first")
    LIST = ("list", "维护清单", "keep lists and registers")
    EVIDENCE = ("evidence", "查看证据原件与事件日志", "see original evidence and the event log")
    ADMINISTER = ("administer", "管理账户", "manage accounts")
    PERSONAL = ("personal", "查看个人信息", "see names and telephone numbers of persons")
    OPERATE = ("operate", "读取运行指标", "read figures of operation")


class Role(Codelist):
    """What kind of work an account is for."""

    ADMINISTRATOR = ("administrator", "系统管理员", "administrator")
    AUDITOR = ("auditor", "核查员", "auditor")
    REVIEWER = ("reviewer", "复核员", "reviewer")
    LEGAL = ("legal", "法务", "legal")
    PARK_MANAGER = ("park_manager", "园区管理员", "park manager")
    LEADER = ("leader", "领导", "leader")
    API_CLIENT = ("api_client", "接口客户端", "API client")

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role allows."""
        return _ALLOWED[self]

    @property
    def is_of_parks(self) -> bool:
        """True where an account sees the parks it was given, and nothing else."""
        return self is Role.PARK_MANAGER

    @property
    def signs_in(self) -> bool:
        """True for persons; a program shows a token with every request instead."""
        return self is not Role.API_CLIENT


_READ: Final = frozenset({Permission.TOTALS, Permission.VIEW, Permission.EXPORT})
_COMPARE: Final = _READ | {Permission.RUNS}
_CASEWORK: Final = _COMPARE | {Permission.PERSONAL, Permission.COMMENT, Permission.EVIDENCE}

_ALLOWED: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.ADMINISTRATOR: _COMPARE
    | {Permission.AUDIT, Permission.IMPORT, Permission.ADMINISTER, Permission.OPERATE},
    Role.AUDITOR: _CASEWORK
    | {Permission.AUDIT, Permission.IMPORT, Permission.ENTER, Permission.REVIEW}
    | {Permission.CASES, Permission.LIST},
    Role.REVIEWER: _CASEWORK | {Permission.APPROVE, Permission.AGREE, Permission.CHOOSE},
    Role.LEGAL: _CASEWORK | {Permission.CASES, Permission.ISSUE},
    Role.PARK_MANAGER: _READ | {Permission.PERSONAL, Permission.ENTER, Permission.COMMENT},
    Role.LEADER: frozenset({Permission.TOTALS}),
    Role.API_CLIENT: _READ,
}
"""Who keeps the accounts states no facts; who enters facts or takes steps does not approve them.

Persons are shown to those who deal with them, and to no program.
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and what that one may do and see.

    Attributes
    ----------
    name
        Name of the account.
    parks
        Parks whose land is seen; None = all, empty = none.
    permissions
        Those of the role, or the fewer ones of an API token.
    """

    name: str
    role: Role
    parks: frozenset[str] | None
    permissions: frozenset[Permission]

    @classmethod
    def of_role(cls, name: str, role: Role) -> Actor:
        """One who may all that a role allows and sees every park: for the command line."""
        return cls(name, role, None, role.permissions)

    def may(self, permission: Permission) -> bool:
        """Whether the actor is allowed a thing."""
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Return when the actor is allowed a thing.

        Raises
        ------
        NotAllowedError
            When not.
        """
        if not self.may(permission):
            raise NotAllowedError(
                "The account {account} may not do this; it would need the right: {permission}.",
                "Ask an administrator, or sign in with another account.",
                account=self.name,
                permission=permission,
            )

    @property
    def sees_all(self) -> bool:
        """True where no park is closed to the actor."""
        return self.parks is None
