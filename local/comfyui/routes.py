"""Where each operation is found. A real host answers elsewhere too; nobody here asks there."""

from local.comfyui import facts, operations
from local.comfyui.emulator import Operation
from local.comfyui.prompts import post_prompt
from local.comfyui.view import view

# With the prefix /api and without.
EVERYWHERE = [
    Operation("prompt", "GET", "/prompt", operations.get_prompt),
    Operation("prompt", "POST", "/prompt", post_prompt),
    Operation("queue", "GET", "/queue", operations.get_queue),
    Operation("queue", "POST", "/queue", operations.post_queue),
    Operation("history", "GET", "/history", operations.get_history),
    Operation("history", "POST", "/history", operations.post_history),
    Operation("history", "GET", "/history/{prompt_id}", operations.get_history_of_one),
    Operation("interrupt", "POST", "/interrupt", operations.post_interrupt),
    Operation("view", "GET", "/view", view),
    Operation("system_stats", "GET", "/system_stats", facts.system_stats),
    Operation("models", "GET", "/models", facts.model_folders),
    Operation("models", "GET", "/models/{folder}", facts.models),
    Operation("object_info", "GET", "/object_info/{node}", facts.object_info),
]
JOBS = [
    Operation("jobs", "GET", "/api/jobs", operations.list_jobs),
    Operation("jobs", "GET", "/api/jobs/{prompt_id}", operations.get_job),
    Operation("cancel", "POST", "/api/jobs/cancel", operations.cancel_jobs),
    Operation("cancel", "POST", "/api/jobs/{prompt_id}/cancel", operations.cancel_job),
]
OPERATIONS = [
    *EVERYWHERE,
    *(operation._replace(path=f"/api{operation.path}") for operation in EVERYWHERE),
    *JOBS,
]
