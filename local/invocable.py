"""`python -m local.invocable`: the built stack for `sam local invoke`, beside a local cloud.

That command passes only the variables that a template declares, and resolves no other resource's
name. So this writes a template with the variables of the local cloud's functions, in which the
machine has the name that containers know it by. Docker on Linux does not lead from there to what
listens on loopback: `--bridge 172.17.0.1` does, until Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import json
import sys
from typing import Any

from samcli.yamlhelper import yaml_parse

from local.settings import HOST, REGION, ROOT, STACK, Settings, from_environment
from local.stack import CLOUDINARY_PARAMETER, CREDENTIALS, client

BUILD = ROOT / ".aws-sam" / "build"
WRITTEN = BUILD / "invocable.json"
MACHINE = "host.docker.internal"
SECRET = f"{CLOUDINARY_PARAMETER}-invocable"


def write(settings: Settings) -> None:
    """The built template, with every variable of every function as the local cloud has it."""
    template: dict[str, Any] = yaml_parse((BUILD / "template.yaml").read_text())
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["Environment"] = {"Variables": _variables(settings, name)}
    WRITTEN.write_text(json.dumps(template, default=str))


def _variables(settings: Settings, name: str) -> dict[str, str]:
    formation = client(settings, "cloudformation")
    deployed = formation.describe_stack_resource(StackName=STACK, LogicalResourceId=name)
    function = client(settings, "lambda").get_function_configuration(
        FunctionName=deployed["StackResourceDetail"]["PhysicalResourceId"]
    )
    variables = {
        **function["Environment"]["Variables"],
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": settings.aws_url,
    }
    there = {key: value.replace(HOST, MACHINE) for key, value in variables.items()}
    # The issuer is a name that tokens bear, and no place.
    kept = {key: variables[key] for key in ("TOKEN_ISSUER",) if key in variables}
    secret = {"CLOUDINARY_URL_PARAMETER": SECRET} if "CLOUDINARY_URL_PARAMETER" in there else {}
    return {**there, **kept, **secret}


def put_secret(settings: Settings) -> None:
    """The Cloudinary URL with the emulator where containers find it."""
    ssm = client(settings, "ssm")
    url = ssm.get_parameter(Name=CLOUDINARY_PARAMETER, WithDecryption=True)["Parameter"]["Value"]
    ssm.put_parameter(
        Name=SECRET, Value=url.replace(HOST, MACHINE), Type="SecureString", Overwrite=True
    )


async def forward(address: str, ports: list[int]) -> None:
    """Lead from that address to loopback."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    def listener(port: int) -> Any:
        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there, back = await asyncio.open_connection(HOST, port)
            await asyncio.gather(copy(reader, back), copy(there, writer))

        return asyncio.start_server(connect, address, port)

    servers = [await listener(port) for port in ports]
    await asyncio.gather(*(server.serve_forever() for server in servers))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bridge", metavar="ADDRESS", help="the machine's, as containers see it")
    arguments = parser.parse_args()
    settings = from_environment()
    put_secret(settings)
    write(settings)
    print(WRITTEN.relative_to(ROOT), flush=True)
    if arguments.bridge:
        ports = [settings.aws_port, settings.cloudinary_port, settings.comfyui_port]
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(forward(arguments.bridge, ports))
    return 0


if __name__ == "__main__":
    sys.exit(main())
