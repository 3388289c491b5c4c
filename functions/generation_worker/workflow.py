"""The workflow of a prompt: `workflow.json`, a graph in ComfyUI's API format with named inputs.

`inputs` maps each name to the node and the node's input that receive the value.
"""

import json
from pathlib import Path
from typing import Any

from darkroom.models.job import Job

WORKFLOW = json.loads(Path(__file__).with_name("workflow.json").read_text("utf-8"))

_INTEGERS = ("width", "height", "steps", "seed", "count")


def graph(job: Job) -> dict[str, Any]:
    """The graph of one job.

    The file names contain the job's id, because for an equal graph the host returns the files of
    its earlier run, which may have been deleted.
    """
    # DynamoDB has one number type, so integers and floats have to be restored.
    values = {**job.inputs.as_dict(), "cfg_scale": float(job.inputs.cfg_scale)}
    values |= {name: int(values[name]) for name in _INTEGERS}
    values["filename_prefix"] = f"darkroom/{job.job_id}"
    nodes = {
        name: {**node, "inputs": {**node["inputs"]}} for name, node in WORKFLOW["graph"].items()
    }
    for name, (node, node_input) in WORKFLOW["inputs"].items():
        nodes[node]["inputs"][node_input] = values[name]
    return nodes
