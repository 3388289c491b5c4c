"""The API graph: nodes by id, each `{"class_type", "inputs"}`, linked by `[node id, output]`."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

Graph = dict[str, dict[str, Any]]


def is_link(value: object) -> bool:
    return isinstance(value, list)


def links(graph: Graph, node_id: str) -> Iterator[str]:
    """The nodes that this one takes something from."""
    return (value[0] for value in graph[node_id]["inputs"].values() if is_link(value))


def in_order(graph: Graph, outputs: Sequence[str]) -> list[str]:
    """Whatever the outputs need, each node behind those it takes from; short ways come first."""
    if len(outputs) > 1:
        outputs = sorted(outputs, key=lambda output: len(in_order(graph, [output])))
    ordered: dict[str, None] = {}

    def visit(node_id: str) -> None:
        if node_id not in ordered:
            for source in links(graph, node_id):
                visit(source)
            ordered[node_id] = None

    for output in outputs:
        visit(output)
    return list(ordered)


def signatures(graph: Graph, ordered: Sequence[str]) -> dict[str, str]:
    """What each node's result depends on, and nothing else: two alike have the same."""
    signed: dict[str, str] = {}
    for node_id in ordered:
        node = graph[node_id]
        inputs = {
            name: [signed[value[0]], value[1]] if is_link(value) else value
            for name, value in node["inputs"].items()
        }
        text = json.dumps([node["class_type"], inputs], sort_keys=True)
        signed[node_id] = sha256(text.encode(errors="surrogatepass")).hexdigest()
    return signed
