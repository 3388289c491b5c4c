"""Operator documentation and scripts agree with the template and the code."""

import re
import shutil
import subprocess

import pytest

from ops import template
from ops.template import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
USER_DATA = ROOT / "ops" / "comfyui" / "user-data.sh"


def test_documented_alarms_and_alarms_of_the_template_are_the_same() -> None:
    alarms = re.search(r"^## Alarms$(.*?)^## ", OPERATIONS, re.MULTILINE | re.DOTALL)

    assert alarms
    documented = re.findall(r"^### (\w+)\n\n\S", alarms[1], re.MULTILINE)
    assert sorted(documented) == sorted(template.resources("AWS::CloudWatch::Alarm"))


def test_every_alarm_notifies_the_topic() -> None:
    for name, alarm in template.resources("AWS::CloudWatch::Alarm").items():
        assert alarm["Properties"]["AlarmActions"] == [
            {"Fn::If": ["TopicIsGiven", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]}
        ], name
        assert alarm["Properties"]["AlarmDescription"]


def test_every_dead_letter_queue_has_an_alarm() -> None:
    watched = {
        alarm["Properties"]["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in template.resources("AWS::CloudWatch::Alarm").values()
        if alarm["Properties"]["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    queues = template.resources("AWS::SQS::Queue")

    assert watched == {n for n, q in queues.items() if "RedrivePolicy" not in q["Properties"]}


def test_every_function_has_an_error_alarm_that_ignores_rejected_tokens() -> None:
    alarms = template.resources("AWS::CloudWatch::Alarm")
    for name in template.functions():
        alarm = alarms[f"{name.removesuffix('Function')}Errors"]["Properties"]
        if name == "AuthorizerFunction":
            # AWS counts a rejected token as an error of the function.
            assert alarm["MetricName"] == "AuthorizerErrors"
        else:
            assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": name}}]


@pytest.mark.parametrize(
    "name", ["StoredImages", "FailedUploads", "GenerationSeconds", "HostUnreachable"]
)
def test_a_metric_is_recorded_shown_and_documented(name: str) -> None:
    sources = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers").rglob("*.py")]
    dashboard = str(template.resources("AWS::CloudWatch::Dashboard"))

    assert any(f'"{name}"' in source.read_text() for source in sources)
    assert name in dashboard
    assert f"`{name}`" in OPERATIONS


def test_the_user_data_is_a_valid_bash_script() -> None:
    bash = shutil.which("bash")
    assert bash
    subprocess.run([bash, "-n", USER_DATA], check=True)


def test_the_proxy_allows_exactly_the_requests_of_the_host_client() -> None:
    client = (ROOT / "layers/darkroom/darkroom/comfyui/host.py").read_text()
    requested = {path.split("/")[1] for path in re.findall(r'f?"(/[a-z_]+)', client)}
    directive = re.search(r"^\t\tpath (.+)$", USER_DATA.read_text(), re.MULTILINE)

    assert directive
    allowed = {path.split("/")[2] for path in directive[1].split()}
    assert allowed == requested
