"""Completes the gateway of a deployed stack.

When MiniStack imports an API body, it ignores `ANY` methods, mock responses, gateway responses
and binary types. They are read from the deployed body and set through the API instead.
"""

from typing import Any

from botocore.config import Config

from local.settings import REGION, STACK, Settings
from local.stack import client
from ops.intrinsics import Resolver


def complete(settings: Settings, api_id: str) -> None:
    """Set everything that the import ignored, and deploy it to the stage."""
    resolve = Resolver(_values(settings).__getitem__)
    gateway = client(settings, "apigateway")
    api = _processed_template(settings)["Resources"]["Api"]["Properties"]
    body = api["Body"]
    paths = resolve(body["paths"])
    resources = gateway.get_resources(restApiId=api_id, limit=500)["items"]
    for resource in resources:
        for name, operation in paths.get(resource["path"], {}).items():
            _put_operation(gateway, api_id, resource["id"], name, operation)
    for kind, response in resolve(body["x-amazon-apigateway-gateway-responses"]).items():
        gateway.put_gateway_response(restApiId=api_id, responseType=kind, **_settable(response))
    _set_binary_types(settings, api_id, body["x-amazon-apigateway-binary-media-types"])
    gateway.create_deployment(restApiId=api_id, stageName="live")


def _put_operation(
    gateway: Any, api_id: str, resource_id: str, name: str, operation: dict[str, Any]
) -> None:
    method = "ANY" if name == "x-amazon-apigateway-any-method" else name.upper()
    where = {"restApiId": api_id, "resourceId": resource_id, "httpMethod": method}
    integration = operation["x-amazon-apigateway-integration"]
    if method == "ANY":
        gateway.put_method(**where, **_authorization(gateway, api_id, operation))
        gateway.put_integration(
            **where, type="AWS_PROXY", integrationHttpMethod="POST", uri=integration["uri"]
        )
    else:
        mock = integration["responses"]["default"]
        gateway.put_integration_response(
            **where, statusCode="200", responseParameters=mock["responseParameters"]
        )


def _authorization(gateway: Any, api_id: str, operation: dict[str, Any]) -> dict[str, str]:
    names = [name for scheme in operation.get("security", ()) for name in scheme]
    for authorizer in gateway.get_authorizers(restApiId=api_id)["items"]:
        if authorizer["name"] in names:
            return {"authorizationType": "CUSTOM", "authorizerId": authorizer["id"]}
    return {"authorizationType": "NONE"}


def _settable(response: dict[str, Any]) -> dict[str, Any]:
    fields = {name: response[name] for name in ("responseParameters", "responseTemplates")}
    status = response.get("statusCode")
    return fields | ({"statusCode": str(status)} if status else {})


def _set_binary_types(settings: Settings, api_id: str, types: list[str]) -> None:
    # AWS patches one type at a time; MiniStack requires the whole list, which the SDK rejects.
    lenient = client(settings, "apigateway", Config(parameter_validation=False))
    lenient.update_rest_api(
        restApiId=api_id,
        patchOperations=[{"op": "replace", "path": "/binaryMediaTypes", "value": types}],
    )


def _processed_template(settings: Settings) -> dict[str, Any]:
    template: dict[str, Any] = client(settings, "cloudformation").get_template(
        StackName=STACK, TemplateStage="Processed"
    )["TemplateBody"]
    return template


def _values(settings: Settings) -> dict[str, str]:
    """The values of the stack's parameters, resources and functions' ARNs, by their names."""
    formation = client(settings, "cloudformation")
    stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
    account = stack["StackId"].split(":")[4]
    values = {
        "AWS::Region": REGION,
        "AWS::Partition": "aws",
        "AWS::StackName": STACK,
        "AWS::AccountId": account,
        **{item["ParameterKey"]: item["ParameterValue"] for item in stack["Parameters"]},
    }
    for item in formation.describe_stack_resources(StackName=STACK)["StackResources"]:
        name, physical = item["LogicalResourceId"], item["PhysicalResourceId"]
        values[name] = physical
        if item["ResourceType"] == "AWS::Lambda::Function":
            values[f"{name}.Arn"] = f"arn:aws:lambda:{REGION}:{account}:function:{physical}"
    return values
