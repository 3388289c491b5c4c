"""Brings what was deployed under the alias.

MiniStack transforms a template with its parameters' defaults: there, neither another value nor the
release's name makes a new version of a function. On AWS they do.
"""

from local.settings import STACK, Settings
from local.stack import client

ALIAS = "live"


def publish(settings: Settings) -> None:
    """Let every alias lead to its function as it is now."""
    functions = client(settings, "lambda")
    formation = client(settings, "cloudformation")
    for resource in formation.describe_stack_resources(StackName=STACK)["StackResources"]:
        if resource["ResourceType"] == "AWS::Lambda::Function":
            name = resource["PhysicalResourceId"]
            version = functions.publish_version(FunctionName=name)["Version"]
            functions.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)
