"""`python -m local.invocable`: the built stack as `sam local invoke` can run it beside `make up`.

That command passes only variables that a template declares, and resolves no other resource's name.
So this writes a template with the variables that the local cloud's functions have, and where its
services are.
"""

import json
import sys
from typing import Any

from samcli.yamlhelper import yaml_parse

from local.settings import REGION, ROOT, STACK, Settings, from_environment
from local.stack import CREDENTIALS, client

BUILD = ROOT / ".aws-sam" / "build"
WRITTEN = BUILD / "invocable.json"


def invocable(settings: Settings) -> dict[str, Any]:
    """The built template, with every variable of every function as the local cloud has it."""
    template: dict[str, Any] = yaml_parse((BUILD / "template.yaml").read_text())
    formation, functions = client(settings, "cloudformation"), client(settings, "lambda")
    reach = {"AWS_ENDPOINT_URL": settings.aws_url, "AWS_DEFAULT_REGION": REGION, **CREDENTIALS}
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            deployed = formation.describe_stack_resource(StackName=STACK, LogicalResourceId=name)
            physical = deployed["StackResourceDetail"]["PhysicalResourceId"]
            variables = functions.get_function_configuration(FunctionName=physical)["Environment"]
            resource["Properties"]["Environment"] = {"Variables": variables["Variables"] | reach}
    return template


def main() -> int:
    WRITTEN.write_text(json.dumps(invocable(from_environment()), default=str))
    print(WRITTEN.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
