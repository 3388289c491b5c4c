"""Operations that describe the host: its system, models and nodes."""

import platform

from starlette.responses import Response

from local.comfyui.calls import Call
from local.comfyui.emulator import Emulator
from local.comfyui.responses import FOLDER, Json, empty

VERSION = "0.33.0"
MEMORY = 16 * 2**30

SYSTEM = {
    "os": "linux",
    "ram_total": MEMORY,
    "ram_free": MEMORY // 2,
    "comfyui_version": VERSION,
    "required_frontend_version": "1.0.0",
    "installed_templates_version": "1.0.0",
    "required_templates_version": "1.0.0",
    "comfy_package_versions": [
        {"name": "stand-in", "installed": VERSION, "required": VERSION},
    ],
    "python_version": platform.python_version(),
    "pytorch_version": "none",
    "embedded_python": False,
    "deploy_environment": "stand-in",
    "argv": ["main.py", "--base-directory", FOLDER],
}
DEVICE = {
    "name": "stand-in",
    "type": "cpu",
    "index": None,
    "vram_total": MEMORY,
    "vram_free": MEMORY // 2,
    "torch_vram_total": MEMORY,
    "torch_vram_free": MEMORY // 2,
}

MODEL_FOLDERS = (
    *("checkpoints", "configs", "loras", "vae", "text_encoders", "diffusion_models"),
    *("clip_vision", "style_models", "embeddings", "diffusers", "vae_approx", "controlnet"),
    *("gligen", "upscale_models", "latent_upscale_models", "custom_nodes", "datasets"),
    *("hypernetworks", "photomaker", "classifiers", "model_patches", "audio_encoders"),
    *("background_removal", "frame_interpolation", "geometry_estimation", "optical_flow"),
    "detection",
)


def system_stats(_emulator: Emulator, _call: Call) -> Response:
    return Json({"system": SYSTEM, "devices": [DEVICE]})


def model_folders(_emulator: Emulator, _call: Call) -> Response:
    return Json(MODEL_FOLDERS)


def models(emulator: Emulator, call: Call) -> Response:
    folder = call.path_params["folder"]
    if folder not in MODEL_FOLDERS:
        return empty(404)
    return Json(emulator.installation.settings.checkpoints if folder == "checkpoints" else [])


def object_info(emulator: Emulator, call: Call) -> Response:
    definitions = emulator.installation.definitions
    node = call.path_params["node"]
    return Json({node: definitions[node]} if node in definitions else {})
