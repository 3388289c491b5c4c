"""The API graph: nodes by id, each `{"class_type", "inputs"}`, linked by `[node id, output]`."""

import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

Graph = dict[str, dict[str, Any]]


def is_link(value: object) -> bool:
    return isinstance(value, list)


def linked_nodes(graph: Graph, node_id: str) -> Iterator[str]:
    """The ids of the nodes from which this node takes its inputs."""
    return (value[0] for value in graph[node_id]["inputs"].values() if is_link(value))


def execution_order(graph: Graph, outputs: Sequence[str]) -> list[str]:
    """The nodes that the outputs need, in topological order; the smallest output comes first."""
    if len(outputs) > 1:
        outputs = sorted(outputs, key=lambda output: len(execution_order(graph, [output])))
    ordered: dict[str, None] = {}

    def visit(node_id: str) -> None:
        if node_id not in ordered:
            for source in linked_nodes(graph, node_id):
                visit(source)
            ordered[node_id] = None

    for output in outputs:
        visit(output)
    return list(ordered)


def cache_keys(graph: Graph, ordered: Sequence[str]) -> dict[str, str]:
    """By node, the hash of everything that its result depends on."""
    keys: dict[str, str] = {}
    for node_id in ordered:
        node = graph[node_id]
        inputs = {
            name: [keys[value[0]], value[1]] if is_link(value) else value
            for name, value in node["inputs"].items()
        }
        text = json.dumps([node["class_type"], inputs], sort_keys=True)
        keys[node_id] = sha256(text.encode(errors="surrogatepass")).hexdigest()
    return keys
