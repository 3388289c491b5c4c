"""Long tests run on a local cloud, as the end-to-end tests do."""

from tests.e2e.conftest import aws, differences, invoke, kill, settings, stack, target

__all__ = ["aws", "differences", "invoke", "kill", "settings", "stack", "target"]
