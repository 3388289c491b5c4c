"""The graph that the host runs: `workflow.json`, in ComfyUI's API format, with its inputs named.

`inputs` tells for each of our names the node and the node's own input that take its value.
"""

import json
from pathlib import Path
from typing import Any

from darkroom.models.job import Job

WORKFLOW = json.loads(Path(__file__).with_name("workflow.json").read_text("utf-8"))

_WHOLE = ("width", "height", "steps", "seed", "count")


def graph(job: Job) -> dict[str, Any]:
    """The graph of one job, whose files have a name of its own: the host gives an equal graph's
    files again, and they may be gone."""
    # What the table gives back of a number may be of the other type.
    values = {**job.inputs.as_dict(), "cfg_scale": float(job.inputs.cfg_scale)}
    values |= {name: int(values[name]) for name in _WHOLE}
    values["filename_prefix"] = f"darkroom/{job.job_id}"
    nodes = {
        name: {**node, "inputs": {**node["inputs"]}} for name, node in WORKFLOW["graph"].items()
    }
    for name, (node, node_input) in WORKFLOW["inputs"].items():
        nodes[node]["inputs"][node_input] = values[name]
    return nodes
