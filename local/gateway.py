"""Completes the gateway of a deployed stack.

MiniStack leaves out what an imported API body says of `ANY` methods, mock responses, gateway
responses and binary types. All of it goes through the API instead, read from the very body that
was deployed.
"""

import re
from typing import Any

from botocore.config import Config

from local.settings import REGION, STACK, Settings
from local.stack import client

_VARIABLE = re.compile(r"\$\{([\w:.]+)\}")


def complete(settings: Settings, api_id: str) -> None:
    """Put in what the import left out, and deploy it to the stage."""
    resolve = _Resolver(settings)
    gateway = client(settings, "apigateway")
    api = _processed_template(settings)["Resources"]["Api"]["Properties"]
    body = api["Body"]
    paths = resolve(body["paths"])
    resources = gateway.get_resources(restApiId=api_id, limit=500)["items"]
    for resource in resources:
        for name, operation in paths.get(resource["path"], {}).items():
            _put_operation(gateway, api_id, resource["id"], name, operation)
    for kind, response in resolve(body["x-amazon-apigateway-gateway-responses"]).items():
        gateway.put_gateway_response(restApiId=api_id, responseType=kind, **_known(response))
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


def _known(response: dict[str, Any]) -> dict[str, Any]:
    known = {name: response[name] for name in ("responseParameters", "responseTemplates")}
    status = response.get("statusCode")
    return known | ({"statusCode": str(status)} if status else {})


def _set_binary_types(settings: Settings, api_id: str, types: list[str]) -> None:
    # AWS patches the types one by one, MiniStack only as a whole: a list, which the SDK refuses.
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


class _Resolver:
    """Replaces `Ref` and `Fn::Sub` by what the stack made of them."""

    def __init__(self, settings: Settings) -> None:
        formation = client(settings, "cloudformation")
        stack = formation.describe_stacks(StackName=STACK)["Stacks"][0]
        self._values = {
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::StackName": STACK,
            "AWS::AccountId": stack["StackId"].split(":")[4],
            **{item["ParameterKey"]: item["ParameterValue"] for item in stack["Parameters"]},
        }
        for item in formation.describe_stack_resources(StackName=STACK)["StackResources"]:
            self._add(item["LogicalResourceId"], item["PhysicalResourceId"], item["ResourceType"])

    def _add(self, name: str, physical: str, kind: str) -> None:
        self._values[name] = physical
        if kind == "AWS::Lambda::Function":
            account = self._values["AWS::AccountId"]
            self._values[f"{name}.Arn"] = f"arn:aws:lambda:{REGION}:{account}:function:{physical}"

    def __call__(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "Ref" in node:
            return self._values[node["Ref"]]
        if "Fn::Sub" in node:
            return _VARIABLE.sub(lambda found: self._values[found[1]], node["Fn::Sub"])
        return {name: self(value) for name, value in node.items()}
