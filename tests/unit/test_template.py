"""Rules that the template and its functions must always follow."""

import ast
import json
import os
import re
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from ops import template
from ops.template import ROOT
from tests.support.functions import CREDENTIALS

FUNCTIONS = template.functions()
PACKAGES = sorted(path.name for path in (ROOT / "functions").iterdir() if path.is_dir())


def statements(function: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of a function's policies, if all conditions of the template are true."""
    policies = [
        policy["Fn::If"][1] if "Fn::If" in policy else policy
        for policy in function.get("Policies", [])
    ]
    return [statement for policy in policies for statement in policy["Statement"]]


def triggers(function: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [trigger for trigger in function.get("Events", {}).values() if trigger["Type"] == kind]


def in_fresh_process(name: str, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run code with only the declared environment of the function."""
    environment = template.environment(FUNCTIONS[name], {}) | variables
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={
            **CREDENTIALS,
            **environment,
            "PYTHONPATH": os.pathsep.join([f"{ROOT}/functions", f"{ROOT}/layers/darkroom"]),
        },
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("section", ["Parameters", "Outputs"])
def test_parameters_and_outputs_are_described(section: str) -> None:
    entries = template.template()[section]

    assert [name for name, entry in entries.items() if not entry.get("Description")] == []


@pytest.mark.parametrize("kind", ["AWS::Serverless::Function", "AWS::Serverless::LayerVersion"])
def test_functions_and_layers_are_described(kind: str) -> None:
    resources = template.resources(kind)

    assert [
        n for n, resource in resources.items() if not resource["Properties"].get("Description")
    ] == []


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"])
def test_tables_buckets_and_queues_are_described(kind: str) -> None:
    # CloudFormation has no description for these, so it is in the metadata.
    resources = template.resources(kind)

    assert [
        name for name, resource in resources.items() if not resource["Metadata"]["Description"]
    ] == []


def test_sections_are_in_the_documented_order() -> None:
    banners = re.findall(r"^ *# --- (\w+) -", template.TEMPLATE.read_text(), re.MULTILINE)

    assert banners == [
        "Parameters",
        "Mappings",
        "Conditions",
        "Globals",
        "Gateway",
        "Functions",
        "Layers",
        "Tables",
        "Storage",
        "Queues",
        "Users",
        "Logs",
        "Alarms",
        "Dashboard",
        "Outputs",
    ]


def test_every_package_of_functions_is_deployed() -> None:
    handlers = {function["Handler"].split(".")[0] for function in FUNCTIONS.values()}

    assert handlers == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_package_shadows_a_module_of_the_standard_library(package: str) -> None:
    assert package not in sys.stdlib_module_names


@cache
def loading(name: str, **variables: str) -> tuple[set[str], set[str]]:
    """The variables that a function reads while it is imported, and all modules imported then."""
    module, handler = FUNCTIONS[name]["Handler"].rsplit(".", 1)
    code = (
        "import sys; from darkroom import settings; read = set(); text = settings.text\n"
        "def spy(name): read.add(name); return text(name)\n"
        "settings.text = spy; settings.optional = read.add\n"
        f"import {module}; assert callable({module}.{handler})\n"
        "print(*read); print(*sys.modules)"
    )
    outcome = in_fresh_process(name, code, **variables)
    assert outcome.returncode == 0, outcome.stderr
    read, modules = outcome.stdout.splitlines()
    return set(read.split()), set(modules.split())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_handler_loads_and_reads_every_variable_declared_for_it(name: str) -> None:
    read, _ = loading(name)

    declared = template.environment(FUNCTIONS[name], {})
    if "CONTRACT_MODE" in declared:
        read |= loading(name, CONTRACT_MODE="hardened")[0]
    # Powertools reads its variables itself.
    assert {variable for variable in declared if not variable.startswith("POWERTOOLS_")} == read


@pytest.mark.parametrize("name", FUNCTIONS)
def test_open_groups_import_jwt_only_in_hardened_mode(name: str) -> None:
    declared = template.environment(FUNCTIONS[name], {})
    if {"CONTRACT_MODE", "TOKEN_ISSUER"} <= set(declared):
        assert "jwt" not in loading(name)[1]
        assert "jwt" in loading(name, CONTRACT_MODE="hardened")[1]


def test_the_layer_contains_exactly_the_services_that_are_called() -> None:
    makefile = (ROOT / "layers" / "Makefile").read_text()
    services = re.search(r"^SERVICES := (.+)$", makefile, re.MULTILINE)
    sources = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers").rglob("*.py")]
    called = {
        name for path in sources for name in re.findall(r'client\("([\w-]+)"', path.read_text())
    }

    assert services
    # pynamodb calls DynamoDB, and Powertools' parameters call SSM.
    assert set(services[1].split()) == called | {"dynamodb", "ssm"}


def test_a_missing_variable_is_named() -> None:
    code = "import os; del os.environ['STORIES_TABLE']; import stories_v2.app"

    outcome = in_fresh_process("StoriesV2Function", code)

    assert "STORIES_TABLE is not set" in outcome.stderr


@pytest.mark.parametrize(
    ("name", "absent"),
    [
        ("HomeFunction", {"pynamodb", "boto3", "botocore.session", "cloudinary", "PIL"}),
        ("StoriesV1Function", {"boto3", "cloudinary"}),
        ("StoriesV2Function", {"boto3"}),
        ("StoriesV1CleanupFunction", {"fastapi", "boto3", "cloudinary", "PIL"}),
        ("UploadSweeperFunction", {"fastapi", "boto3", "cloudinary", "PIL"}),
        ("HostKeeperFunction", {"fastapi", "boto3", "cloudinary", "PIL"}),
        ("AssetOutboxFunction", {"fastapi", "boto3", "cloudinary", "PIL"}),
        ("AuthorizerFunction", {"fastapi", "pydantic", "pynamodb", "boto3", "botocore.session"}),
        ("AuthFunction", {"boto3", "cloudinary", "PIL"}),
        ("PublicationsFunction", {"boto3"}),
        ("GenerationFunction", {"boto3", "cloudinary", "PIL"}),
        ("GenerationWorkerFunction", {"fastapi", "boto3", "PIL"}),
        ("ComfyuiHostFunction", {"pynamodb", "boto3", "cloudinary", "PIL"}),
        ("SharingFunction", {"boto3", "PIL"}),
        ("CatalogFunction", {"boto3", "cloudinary", "PIL"}),
        ("AssetCleanupFunction", {"fastapi", "pynamodb", "boto3", "PIL"}),
    ],
)
def test_a_handler_loads_only_what_it_needs(name: str, absent: set[str]) -> None:
    _, modules = loading(name)

    assert modules & absent == set()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_permission_is_a_wildcard(name: str) -> None:
    for statement in statements(FUNCTIONS[name]):
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            assert "*" not in action
        assert statement["Resource"] != "*" or actions == "ec2:DescribeInstances"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_has_permissions_for_exactly_the_tables_in_its_variables(name: str) -> None:
    tables = set(template.resources("AWS::DynamoDB::Table"))
    granted = set(re.findall(r"\w+Table", json.dumps(statements(FUNCTIONS[name]))))
    variables = set(template.environment(FUNCTIONS[name], {}).values())

    assert granted & tables == variables & tables


def test_only_the_auth_function_may_use_the_user_pool() -> None:
    users = {
        name for name in FUNCTIONS if "cognito-idp:" in json.dumps(statements(FUNCTIONS[name]))
    }

    assert users == {"AuthFunction"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_logs_to_a_group_with_retention(name: str) -> None:
    group = FUNCTIONS[name]["LoggingConfig"]["LogGroup"]["Ref"]

    assert "RetentionInDays" in template.resources("AWS::Logs::LogGroup")[group]["Properties"]


def test_every_path_with_a_root_event_has_a_proxy_event() -> None:
    for name, function in FUNCTIONS.items():
        paths = {trigger["Properties"]["Path"] for trigger in triggers(function, "Api")}
        roots = {path for path in paths if not path.endswith("{proxy+}")}
        assert {f"{root.rstrip('/')}/{{proxy+}}" for root in roots} <= paths, name


QUEUES = {name: q["Properties"] for name, q in template.resources("AWS::SQS::Queue").items()}


def dead_letter_queue(queue: dict[str, Any]) -> str:
    name, _ = queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"]
    return str(name)


def test_every_queue_with_a_reader_has_a_dead_letter_queue() -> None:
    read = {
        trigger["Properties"]["Queue"]["Fn::GetAtt"][0]
        for function in FUNCTIONS.values()
        for trigger in triggers(function, "SQS")
    }
    dead_letter = {dead_letter_queue(QUEUES[name]) for name in read}

    assert set(QUEUES) - read - dead_letter == {"AssetOutboxFailures"}
    assert dead_letter.isdisjoint(read)


def test_the_visibility_timeout_is_six_timeouts_of_the_reader() -> None:
    for function in FUNCTIONS.values():
        for trigger in triggers(function, "SQS"):
            queue = QUEUES[trigger["Properties"]["Queue"]["Fn::GetAtt"][0]]
            assert queue["VisibilityTimeout"] == 6 * function["Timeout"]


def test_a_failed_deletion_is_retried_for_more_than_a_day() -> None:
    first = template.template()["Parameters"]["CleanupBackoffSeconds"]["Default"]
    attempts = QUEUES["AssetDeletions"]["RedrivePolicy"]["maxReceiveCount"]
    delays = [min(first * 2**failure, 3600) for failure in range(attempts)]

    assert sum(delays) > 24 * 3600


def test_every_stream_has_a_queue_for_failures() -> None:
    for function in FUNCTIONS.values():
        for trigger in triggers(function, "DynamoDB"):
            properties = trigger["Properties"]
            assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
            assert properties["DestinationConfig"]["OnFailure"]["Type"] == "SQS"


def test_every_table_with_assets_feeds_the_outbox() -> None:
    streams = {
        trigger["Properties"]["Stream"]["Fn::GetAtt"][0]
        for trigger in triggers(FUNCTIONS["AssetOutboxFunction"], "DynamoDB")
    }

    without_assets = {"CatalogTable", "IdempotencyTable", "UsersTable"}
    assert streams == set(template.resources("AWS::DynamoDB::Table")) - without_assets


def test_plain_http_is_rejected_in_every_environment_of_aws() -> None:
    parameters = template.template()["Parameters"]
    policies = {
        **template.resources("AWS::S3::BucketPolicy"),
        **template.resources("AWS::SQS::QueuePolicy"),
    }

    assert parameters["RequireTls"]["Default"] == "true"
    assert {policy["Condition"] for policy in policies.values()} == {"TlsIsRequired"}
    assert "RequireTls" not in (ROOT / "samconfig.toml").read_text()
    guarded = policies["QueuesPolicy"]["Properties"]["Queues"]
    assert {queue["Ref"] for queue in guarded} == set(QUEUES)


def test_only_the_instance_with_the_tag_may_be_started_and_stopped() -> None:
    actions = {
        "GenerationWorkerFunction": "ec2:StartInstances",
        "ComfyuiHostFunction": "ec2:StartInstances",
        "HostKeeperFunction": "ec2:StopInstances",
    }
    for name, action in actions.items():
        (start,) = [s for s in statements(FUNCTIONS[name]) if s["Action"] == action]
        condition, scoped, _ = start["Condition"]["Fn::If"]
        assert condition == "TagIsRequired"
        assert scoped == {
            "StringEquals": {"aws:ResourceTag/darkroom-comfyui": {"Ref": "ComfyuiInstanceTag"}}
        }
    assert template.template()["Parameters"]["RequireInstanceTag"]["Default"] == "true"
    assert "RequireInstanceTag" not in (ROOT / "samconfig.toml").read_text()


@pytest.mark.parametrize(
    "kind", ["AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"]
)
def test_data_is_retained_after_the_stack_with_deletion_protection(kind: str) -> None:
    for name, resource in template.resources(kind).items():
        policy = {"Fn::If": ["DataIsKept", "Retain", "Delete"]}
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == policy, name


def test_tables_have_deletion_protection_by_its_parameter() -> None:
    for table in template.resources("AWS::DynamoDB::Table").values():
        assert table["Properties"]["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}


@pytest.mark.parametrize("name", template.resources("AWS::S3::Bucket"))
def test_buckets_are_private_and_encrypted(name: str) -> None:
    properties = template.resources("AWS::S3::Bucket")[name]["Properties"]

    assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}
    assert properties["BucketEncryption"]


def test_pending_uploads_expire_after_a_day_and_the_origin_may_post_them() -> None:
    bucket = template.resources("AWS::S3::Bucket")["ImagesBucket"]["Properties"]
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    [cors] = bucket["CorsConfiguration"]["CorsRules"]

    assert (rule["Status"], rule["Prefix"], rule["ExpirationInDays"]) == ("Enabled", "pending/", 1)
    assert (cors["AllowedMethods"], cors["AllowedOrigins"]) == (["POST"], [{"Ref": "CorsOrigin"}])


@pytest.mark.parametrize("name", ["GalleryFunction", "PublicationsFunction", "SharingFunction"])
def test_protected_groups_use_the_authorizer(name: str) -> None:
    for trigger in triggers(FUNCTIONS[name], "Api"):
        assert trigger["Properties"]["Auth"] == {"Authorizer": "Token"}


def test_preflights_require_no_token() -> None:
    auth = template.template()["Resources"]["Api"]["Properties"]["Auth"]

    assert auth["AddDefaultAuthorizerToCorsPreflight"] is False
    assert "DefaultAuthorizer" not in auth


def test_only_the_api_can_register_users_in_the_user_pool() -> None:
    pool = template.template()["Resources"]["UserPool"]["Properties"]
    client = template.template()["Resources"]["UserPoolClient"]["Properties"]

    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert "AliasAttributes" not in pool
    assert client["PreventUserExistenceErrors"] == "ENABLED"


def imports(source: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_preflights_allow_every_request_header() -> None:
    """A wildcard does not include `Authorization`."""
    cors = template.template()["Resources"]["Api"]["Properties"]["Cors"]

    assert cors["AllowHeaders"] == "'*,Authorization'"
