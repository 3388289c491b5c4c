"""`python -m local.invocable`: a template of the build for `sam local invoke` with a local cloud.

`sam local invoke` passes only the variables that a template declares, and resolves no names of
other resources. The written template therefore contains the variables of the deployed functions,
with the name under which containers reach this machine. On Linux, Docker does not forward that
name to loopback: `--bridge 172.17.0.1` does, until Ctrl-C.
"""

import argparse
import asyncio
import contextlib
import json
import sys
from typing import Any

from local.settings import HOST, REGION, ROOT, STACK, Settings, from_environment
from local.stack import CLOUDINARY_PARAMETER, CREDENTIALS, client
from ops import template

BUILD = ROOT / ".aws-sam" / "build"
OUTPUT = BUILD / "invocable.json"
MACHINE = "host.docker.internal"
SECRET = f"{CLOUDINARY_PARAMETER}-invocable"


def write(settings: Settings) -> None:
    """Write the built template with the variables of the deployed functions."""
    built = template.read(BUILD / "template.yaml")
    for name, resource in built["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["Environment"] = {"Variables": _variables(settings, name)}
    OUTPUT.write_text(json.dumps(built, default=str))


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
    reachable = {key: value.replace(HOST, MACHINE) for key, value in variables.items()}
    # Tokens contain the issuer as a name; nothing connects to it.
    issuer = {key: variables[key] for key in ("TOKEN_ISSUER",) if key in variables}
    secret = {"CLOUDINARY_URL_PARAMETER": SECRET} if "CLOUDINARY_URL_PARAMETER" in variables else {}
    return {**reachable, **issuer, **secret}


def put_secret(settings: Settings) -> None:
    """Store the Cloudinary URL with the address under which containers reach the emulator."""
    ssm = client(settings, "ssm")
    url = ssm.get_parameter(Name=CLOUDINARY_PARAMETER, WithDecryption=True)["Parameter"]["Value"]
    ssm.put_parameter(
        Name=SECRET, Value=url.replace(HOST, MACHINE), Type="SecureString", Overwrite=True
    )


async def forward(address: str, ports: list[int]) -> None:
    """Forward connections from these ports of the address to loopback."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    def listener(port: int) -> Any:
        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            local_reader, local_writer = await asyncio.open_connection(HOST, port)
            await asyncio.gather(copy(reader, local_writer), copy(local_reader, writer))

        return asyncio.start_server(connect, address, port)

    servers = [await listener(port) for port in ports]
    await asyncio.gather(*(server.serve_forever() for server in servers))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bridge", metavar="ADDRESS", help="this machine's address in containers")
    arguments = parser.parse_args()
    settings = from_environment()
    put_secret(settings)
    write(settings)
    print(OUTPUT.relative_to(ROOT), flush=True)
    if arguments.bridge:
        ports = [settings.aws_port, settings.cloudinary_port, settings.comfyui_port]
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(forward(arguments.bridge, ports))
    return 0


if __name__ == "__main__":
    sys.exit(main())
