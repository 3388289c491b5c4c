"""A deployed stack, read by the names of the template."""

import argparse
from dataclasses import dataclass
from typing import Any

import boto3


@dataclass(frozen=True)
class Stack:
    name: str

    def physical(self, logical_id: str) -> str:
        """The name or URL that AWS gave to a resource."""
        resource = boto3.client("cloudformation").describe_stack_resource(
            StackName=self.name, LogicalResourceId=logical_id
        )
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

    def parameter(self, name: str) -> str:
        stack = boto3.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        values: dict[str, Any] = {
            parameter["ParameterKey"]: parameter["ParameterValue"]
            for parameter in stack["Parameters"]
        }
        return str(values[name])

    def output(self, name: str) -> str:
        stack = boto3.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"][0]
        values = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        return str(values[name])


def parser(description: str | None) -> argparse.ArgumentParser:
    """A parser with the arguments of every tool."""
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--stack", default="darkroom", help="name of the deployed stack")
    return arguments
