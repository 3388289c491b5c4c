"""What the stack's roles may do, and what of it they have done."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from local.settings import STACK


@dataclass(frozen=True)
class Grant:
    """One action of one statement of a role's inline policy."""

    role: str
    policy: str
    statement: int
    action: str
    resources: tuple[str, ...]

    def __str__(self) -> str:
        resources = ", ".join(name.rpartition(":")[2] for name in self.resources)
        return f"{self.logical_role} {self.action} on {resources}"

    @property
    def logical_role(self) -> str:
        return self.role.split("-")[1]

    def allows(self, function: str, action: str, resource: str = "") -> bool:
        """Whether it lets that function do that, to a resource with that word in its name."""
        named = any(resource in name for name in self.resources)
        return self.logical_role == f"{function}Role" and self.action == action and named

    def covers(self, use: dict[str, str]) -> bool:
        return (
            use["role"] == self.role
            and use["action"] == self.action
            and any(fnmatchcase(use["resource"], pattern) for pattern in self.resources)
        )


def grants(iam: Any) -> list[Grant]:
    """All that the stack's inline policies grant."""
    return [
        Grant(role, policy, index, action, tuple(_list(statement["Resource"])))
        for role in _roles(iam)
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
        for index, statement in enumerate(_document(iam, role, policy)["Statement"])
        for action in _list(statement["Action"])
    ]


def managed_policies(iam: Any) -> set[str]:
    """The names of the policies that AWS keeps and the stack's roles have."""
    return {
        attached["PolicyName"]
        for role in _roles(iam)
        for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    }


def uses(log: Path, start: int = 0) -> list[dict[str, str]]:
    """What was used and allowed, from that byte of the log on."""
    return [json.loads(line) for line in log.read_bytes()[start:].splitlines()]


@contextmanager
def taken_away(iam: Any, grant: Grant) -> Iterator[None]:
    """The role without this one action of this one statement, for a while."""
    name = {"RoleName": grant.role, "PolicyName": grant.policy}
    whole = json.dumps(_document(iam, grant.role, grant.policy))
    less = json.loads(whole)
    statement = less["Statement"][grant.statement]
    left = [action for action in _list(statement["Action"]) if action != grant.action]
    statement["Action"] = left or ["none:Nothing"]
    iam.put_role_policy(**name, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(**name, PolicyDocument=whole)


@contextmanager
def without(iam: Any, function: str, action: str, resource: str = "") -> Iterator[None]:
    """The function without an action, on resources with that word in their names, for a while;
    as it is where it may not do that."""
    with ExitStack() as taken:
        for grant in grants(iam):
            if grant.allows(function, action, resource):
                taken.enter_context(taken_away(iam, grant))
        yield


def _roles(iam: Any) -> list[str]:
    pages = iam.get_paginator("list_roles").paginate()
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    return [name for name in names if name.startswith(f"{STACK}-")]


def _document(iam: Any, role: str, policy: str) -> dict[str, Any]:
    found: dict[str, Any] = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    return found


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
