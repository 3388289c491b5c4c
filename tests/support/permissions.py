"""The permissions of the stack's roles, their use, and their temporary removal."""

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
        """Whether the function may perform the action on a resource with `resource` in its name."""
        matches = any(resource in name for name in self.resources)
        return self.logical_role == f"{function}Role" and self.action == action and matches

    def covers(self, use: dict[str, str]) -> bool:
        return (
            use["role"] == self.role
            and use["action"] == self.action
            and any(fnmatchcase(use["resource"], pattern) for pattern in self.resources)
        )


def grants(iam: Any) -> list[Grant]:
    """The grants of all inline policies of the stack."""
    return [
        Grant(role, policy, index, action, tuple(_list(statement["Resource"])))
        for role in _roles(iam)
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
        for index, statement in enumerate(_document(iam, role, policy)["Statement"])
        for action in _list(statement["Action"])
    ]


def managed_policies(iam: Any) -> set[str]:
    """The names of the AWS managed policies of the stack's roles."""
    return {
        attached["PolicyName"]
        for role in _roles(iam)
        for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    }


def uses(log: Path, start: int = 0) -> list[dict[str, str]]:
    """The allowed actions in the log, from the byte `start`."""
    return [json.loads(line) for line in log.read_bytes()[start:].splitlines()]


@contextmanager
def action_revoked(iam: Any, grant: Grant) -> Iterator[None]:
    """Remove the granted action from its statement while the context is open."""
    name = {"RoleName": grant.role, "PolicyName": grant.policy}
    original = json.dumps(_document(iam, grant.role, grant.policy))
    reduced = json.loads(original)
    statement = reduced["Statement"][grant.statement]
    remaining = [action for action in _list(statement["Action"]) if action != grant.action]
    statement["Action"] = remaining or ["none:Nothing"]
    iam.put_role_policy(**name, PolicyDocument=json.dumps(reduced))
    try:
        yield
    finally:
        iam.put_role_policy(**name, PolicyDocument=original)


@contextmanager
def permission_revoked(iam: Any, function: str, action: str, resource: str = "") -> Iterator[None]:
    """Remove the action from the function's role while the context is open.

    `resource` limits this to resources whose name contains it. A role without the action is not
    changed.
    """
    with ExitStack() as stack:
        for grant in grants(iam):
            if grant.allows(function, action, resource):
                stack.enter_context(action_revoked(iam, grant))
        yield


def _roles(iam: Any) -> list[str]:
    pages = iam.get_paginator("list_roles").paginate()
    names = [role["RoleName"] for page in pages for role in page["Roles"]]
    return [name for name in names if name.startswith(f"{STACK}-")]


def _document(iam: Any, role: str, policy: str) -> dict[str, Any]:
    response = iam.get_role_policy(RoleName=role, PolicyName=policy)
    document: dict[str, Any] = response["PolicyDocument"]
    return document


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
