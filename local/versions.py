"""Publishes a new version of every deployed function.

MiniStack applies SAM's transform with the defaults of the parameters, so neither another value nor
another release name creates new versions, as both do on AWS.
"""

from local.settings import STACK, Settings
from local.stack import client

ALIAS = "live"


def publish(settings: Settings) -> None:
    """Point every alias to the current code and configuration of its function."""
    functions = client(settings, "lambda")
    formation = client(settings, "cloudformation")
    for resource in formation.describe_stack_resources(StackName=STACK)["StackResources"]:
        if resource["ResourceType"] == "AWS::Lambda::Function":
            name = resource["PhysicalResourceId"]
            version = functions.publish_version(FunctionName=name)["Version"]
            functions.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)
