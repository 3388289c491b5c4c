"""What the template declares, for tests that must not drift from what is deployed."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).parent.parent.parent
TEMPLATE = ROOT / "template.yaml"

# What CreateTable takes of a table's properties; the rest is AWS's keeping of it.
_TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "StreamSpecification",
)


@cache
def template() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml_parse(TEMPLATE.read_text())
    return parsed


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one type by logical id."""
    return {
        name: resource
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def functions() -> dict[str, dict[str, Any]]:
    """The properties of every function by logical id."""
    found = resources("AWS::Serverless::Function")
    return {name: function["Properties"] for name, function in found.items()}


def function_of(package: str) -> str:
    """The logical id of the (first) function whose code is in that package."""
    return next(
        name
        for name, function in functions().items()
        if function["Handler"].startswith(f"{package}.")
    )


def environment(function: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
    """A function's variables, with references resolved by `values`, parameters and logical ids."""
    declared = {
        **template()["Globals"]["Function"]["Environment"]["Variables"],
        **function.get("Environment", {}).get("Variables", {}),
    }
    return {name: _resolved(value, values) for name, value in declared.items()}


def create_tables(dynamodb: Any) -> None:
    """Every table of the template, named by its logical id."""
    for name, table in resources("AWS::DynamoDB::Table").items():
        properties = table["Properties"]
        taken = {key: properties[key] for key in _TABLE_PROPERTIES if key in properties}
        if stream := taken.get("StreamSpecification"):
            # CloudFormation's says only what the stream shows.
            taken["StreamSpecification"] = {**stream, "StreamEnabled": True}
        dynamodb.create_table(TableName=name, **taken)


def create_queues(sqs: Any) -> dict[str, str]:
    """Every queue of the template; their URLs by logical id."""
    names = resources("AWS::SQS::Queue")
    return {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}


def create_user_pool(cognito: Any) -> dict[str, str]:
    """The stack's user pool and its client; their ids by logical id."""
    pool, client = (
        dict(template()["Resources"][name]["Properties"]) for name in ("UserPool", "UserPoolClient")
    )
    pool["PoolName"] = pool.pop("UserPoolName")["Ref"]
    del pool["DeletionProtection"]  # it goes with the test
    pool_id = cognito.create_user_pool(**pool)["UserPool"]["Id"]
    client |= {"UserPoolId": pool_id, "AccessTokenValidity": 30}
    client_id = cognito.create_user_pool_client(**client)["UserPoolClient"]["ClientId"]
    return {"UserPool": pool_id, "UserPoolClient": client_id}


def create_buckets(s3: Any) -> dict[str, str]:
    """Every bucket of the template; their names by logical id."""
    names = {name: name.lower() for name in resources("AWS::S3::Bucket")}
    for bucket in names.values():
        s3.create_bucket(Bucket=bucket)
    return names


def _resolved(value: Any, values: dict[str, str]) -> str:
    """What CloudFormation makes of a value, as far as our environments need it."""
    match value:
        case {"Ref": name}:
            parameter = template()["Parameters"].get(name, {})
            return str(values.get(name, parameter.get("Default", name)))
        case {"Fn::If": [condition, then, otherwise]}:
            return _resolved(then if _holds(condition, values) else otherwise, values)
        case {"Fn::Sub": [text, variables]}:
            inner = {name: _resolved(item, values) for name, item in variables.items()}
            return _resolved({"Fn::Sub": text}, {**values, **inner})
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([\w:]+)\}", lambda m: _resolved({"Ref": m[1]}, values), text)
        case _:
            return str(value)


def _holds(condition: str, values: dict[str, str]) -> bool:
    one, other = template()["Conditions"][condition]["Fn::Equals"]
    return _resolved(one, values) == _resolved(other, values)
