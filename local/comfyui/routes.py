"""The routes of the host: the part of a real host's routes that Darkroom uses."""

from local.comfyui import operations, server_info
from local.comfyui.emulator import Operation
from local.comfyui.prompts import post_prompt
from local.comfyui.view import view

# Served with and without the prefix /api.
DUPLICATED = [
    Operation("prompt", "GET", "/prompt", operations.get_prompt),
    Operation("prompt", "POST", "/prompt", post_prompt),
    Operation("queue", "GET", "/queue", operations.get_queue),
    Operation("queue", "POST", "/queue", operations.post_queue),
    Operation("history", "GET", "/history", operations.list_history),
    Operation("history", "POST", "/history", operations.post_history),
    Operation("history", "GET", "/history/{prompt_id}", operations.get_history),
    Operation("interrupt", "POST", "/interrupt", operations.post_interrupt),
    Operation("view", "GET", "/view", view),
    Operation("system_stats", "GET", "/system_stats", server_info.system_stats),
    Operation("models", "GET", "/models", server_info.model_folders),
    Operation("models", "GET", "/models/{folder}", server_info.models),
    Operation("object_info", "GET", "/object_info/{node}", server_info.object_info),
]
JOBS = [
    Operation("jobs", "GET", "/api/jobs", operations.list_jobs),
    Operation("jobs", "GET", "/api/jobs/{prompt_id}", operations.get_job),
    Operation("cancel", "POST", "/api/jobs/cancel", operations.cancel_jobs),
    Operation("cancel", "POST", "/api/jobs/{prompt_id}/cancel", operations.cancel_job),
]
OPERATIONS = [
    *DUPLICATED,
    *(operation._replace(path=f"/api{operation.path}") for operation in DUPLICATED),
    *JOBS,
]
