"""CloudFormation's intrinsic functions, as far as the template needs them outside of AWS."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

LOOP = "Fn::ForEach::"

_VARIABLE = re.compile(r"\$\{([\w:.]+)\}")


def expand_loops(node: Any, variables: Mapping[str, str] | None = None) -> Any:
    """A copy of a part of a template in which entries replace every `Fn::ForEach`.

    The variables of a loop are replaced where AWS replaces them: in the keys of its body, in
    `Ref` and in the text of `Fn::Sub`. In any other text they stay.
    """
    variables = variables or {}
    match node:
        case list():
            return [expand_loops(item, variables) for item in node]
        case {"Ref": {"Fn::Sub": str(text)}}:
            return {"Ref": _substitute(text, variables)}
        case {"Ref": str(name)} if name in variables:
            return variables[name]
        case {"Fn::Sub": str(text)} if variables:
            text = _substitute(text, variables)
            return {"Fn::Sub": text} if "${" in text else text
        case dict():
            return {
                name: value
                for key, entry in node.items()
                for name, value in _entries(key, entry, variables)
            }
        case _:
            return node


def _entries(key: str, value: Any, variables: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    if not key.startswith(LOOP):
        yield key, expand_loops(value, variables)
        return
    variable, items, body = value
    for item in items:
        inner = {**variables, variable: item}
        for name, entry in body.items():
            yield from _entries(_substitute(name, inner), entry, inner)


def _substitute(text: str, variables: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), text)


@dataclass(frozen=True)
class Resolver:
    """Replaces `Ref`, `Fn::Sub` and `Fn::If` by their values.

    `value_of` returns the value of a parameter, a resource or an attribute such as `Table.Arn`.
    """

    value_of: Callable[[str], str]
    conditions: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, node: Any) -> Any:
        match node:
            case list():
                return [self(item) for item in node]
            case {"Ref": name}:
                return self.value_of(name)
            case {"Fn::Sub": [text, variables]}:
                inner = self(variables)
                return _VARIABLE.sub(lambda found: inner.get(found[1]) or self._text(found), text)
            case {"Fn::Sub": text}:
                return _VARIABLE.sub(self._text, text)
            case {"Fn::If": [condition, then, otherwise]}:
                return self(then if self._is_true(condition) else otherwise)
            case dict():
                return {key: self(value) for key, value in node.items()}
            case _:
                return node

    def _text(self, found: re.Match[str]) -> str:
        return self.value_of(found[1])

    def _is_true(self, condition: str) -> bool:
        one, other = self.conditions[condition]["Fn::Equals"]
        return bool(self(one) == self(other))
