"""A client for the ComfyUI stand-in, and workflows for its prompts."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx2
from PIL import Image
from websockets.sync.client import connect

Graph = dict[str, dict[str, Any]]

CHECKPOINT = "random-sd15.safetensors"
FINAL_STATES = {"completed", "failed", "cancelled"}


def text_to_image(
    text: str = "a lighthouse at dawn",
    *,
    seed: object = 42,
    steps: int = 4,
    size: tuple[int, int] = (64, 64),
    batch: int = 1,
    prefix: str = "lighthouse",
    checkpoint: str = CHECKPOINT,
) -> Graph:
    sampler = {"seed": seed, "steps": steps, "cfg": 7.0, "sampler_name": "euler"}
    links = {"model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0]}
    options = {"scheduler": "normal", "denoise": 1.0, "latent_image": ["5", 0]}
    latents = {"width": size[0], "height": size[1], "batch_size": batch}
    return {
        "3": node("KSampler", **sampler, **links, **options),
        "4": node("CheckpointLoaderSimple", ckpt_name=checkpoint),
        "5": node("EmptyLatentImage", **latents),
        "6": node("CLIPTextEncode", text=text, clip=["4", 1]),
        "7": node("CLIPTextEncode", text="blurry", clip=["4", 1]),
        "8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": node("SaveImage", filename_prefix=prefix, images=["8", 0]),
    }


def plain_image(color: int = 1, prefix: str = "plain") -> Graph:
    """A graph without sampling, which runs immediately."""
    return {
        "1": node("EmptyImage", width=64, height=48, batch_size=1, color=color),
        "2": node("SaveImage", filename_prefix=prefix, images=["1", 0]),
    }


def node(class_type: str, **inputs: object) -> dict[str, Any]:
    return {"class_type": class_type, "inputs": inputs}


class HostClient:
    """A client of a host, and of the stand-in's control routes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.Client(base_url=url, timeout=20)

    def post(self, graph: Graph, prompt_id: str = "", **fields: object) -> str:
        """Post a prompt, which the host must accept, and return its id."""
        prompt_id = prompt_id or str(uuid4())
        body = {"prompt": graph, "prompt_id": prompt_id, **fields}
        self.http.post("/prompt", json=body).raise_for_status()
        return prompt_id

    def job(self, prompt_id: str) -> dict[str, Any]:
        """`status` is "unknown" if the job does not exist."""
        response = self.http.get(f"/api/jobs/{prompt_id}")
        return dict(response.json()) if response.status_code == 200 else {"status": "unknown"}

    def wait_for(self, prompt_id: str, *states: str) -> dict[str, Any]:
        """Wait until the job is in one of the states, and return it."""
        deadline = time.monotonic() + 20
        while (job := self.job(prompt_id))["status"] not in states:
            assert time.monotonic() < deadline, f"still {job['status']}"
            time.sleep(0.01)
        return job

    def run(self, graph: Graph, prompt_id: str = "", **fields: object) -> dict[str, Any]:
        """Post a prompt, wait for the end of its run, and return the job."""
        return self.wait_for(self.post(graph, prompt_id, **fields), *FINAL_STATES)

    def occupy(self, graph: Graph | None = None, prompt_id: str = "", **fields: object) -> str:
        """Post a prompt that runs until it is interrupted; return its id once it is sampling."""
        self.set_seconds(600)
        with self.listen(str(fields.get("client_id", "watcher"))) as events:
            prompt_id = self.post(graph or text_to_image(steps=60), prompt_id, **fields)
            next(event for event in events if "3" in event["data"].get("nodes", ()))
        return prompt_id

    @contextmanager
    def listen(self, client_id: str) -> Iterator[Iterator[dict[str, Any]]]:
        """The events of a websocket. The first one is the status of the queue."""
        url = f"{self.url.replace('http', 'ws', 1)}/ws?clientId={client_id}"
        with connect(url, proxy=None) as socket:
            yield (json.loads(message) for message in socket)

    def view(self, **query: str) -> httpx2.Response:
        return self.http.get("/view", params=query)

    def first_image(self, job: dict[str, Any]) -> Image.Image:
        image = Image.open(BytesIO(self.view(**_view_params(job["preview_output"])).content))
        image.load()
        return image

    def set_seconds(self, seconds: float) -> None:
        self.http.post("/_settings", json={"seconds": seconds}).raise_for_status()

    def inject_fault(self, **fault: object) -> None:
        self.http.post("/_faults", json=fault).raise_for_status()

    def requests(self) -> list[dict[str, Any]]:
        return list(self.http.get("/_requests").json()["requests"])


def _view_params(image: dict[str, str]) -> dict[str, str]:
    return {name: image[name] for name in ("filename", "subfolder", "type")}
