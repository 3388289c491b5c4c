"""The resources that the template declares, created in an emulated account."""

from typing import Any

from ops import template

# The properties of a table that CreateTable takes; AWS keeps the others apart from the table.
_TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "StreamSpecification",
)


def create_tables(dynamodb: Any) -> None:
    """Every table of the template, named by its logical id."""
    for name, table in template.resources("AWS::DynamoDB::Table").items():
        properties = table["Properties"]
        arguments = {key: properties[key] for key in _TABLE_PROPERTIES if key in properties}
        if stream := arguments.get("StreamSpecification"):
            # CloudFormation enables a stream by its view type.
            arguments["StreamSpecification"] = {**stream, "StreamEnabled": True}
        dynamodb.create_table(TableName=name, **arguments)


def create_queues(sqs: Any) -> dict[str, str]:
    """Every queue of the template; their URLs by logical id."""
    names = template.resources("AWS::SQS::Queue")
    return {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in names}


def create_user_pool(cognito: Any) -> dict[str, str]:
    """The stack's user pool and its client; their ids by logical id."""
    resources = template.template()["Resources"]
    pool, client = (dict(resources[name]["Properties"]) for name in ("UserPool", "UserPoolClient"))
    pool["PoolName"] = pool.pop("UserPoolName")["Ref"]
    del pool["DeletionProtection"]  # the pool is deleted after the test
    pool_id = cognito.create_user_pool(**pool)["UserPool"]["Id"]
    client |= {"UserPoolId": pool_id, "AccessTokenValidity": 30}
    client_id = cognito.create_user_pool_client(**client)["UserPoolClient"]["ClientId"]
    return {"UserPool": pool_id, "UserPoolClient": client_id}


def create_buckets(s3: Any) -> dict[str, str]:
    """Every bucket of the template; their names by logical id."""
    names = {name: name.lower() for name in template.resources("AWS::S3::Bucket")}
    for bucket in names.values():
        s3.create_bucket(Bucket=bucket)
    return names
