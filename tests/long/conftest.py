"""Fixtures of the end-to-end tests, for the long tests on a local cloud."""

from tests.e2e.conftest import aws, deployment, differences, invoke, kill, settings, stack, system

__all__ = ["aws", "deployment", "differences", "invoke", "kill", "settings", "stack", "system"]
