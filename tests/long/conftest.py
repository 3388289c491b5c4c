"""Long tests run on a local cloud, as the end-to-end tests do."""

from tests.e2e.conftest import aws, differences, invoke, kill, settings, stack, target, world

__all__ = ["aws", "differences", "invoke", "kill", "settings", "stack", "target", "world"]
