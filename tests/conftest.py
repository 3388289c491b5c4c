"""The system under test: the functions without a cloud, a local cloud, or any base URL."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2
import hypothesis
import pytest

from local import stack
from local.cloud import cloudinary_emulator, comfyui_host, local_cloud
from local.processes import running
from local.settings import HOST, REGION, Settings
from tests.support import account
from tests.support.functions import Functions
from tests.support.gallery import User, add_to_group, new_user
from tests.support.gateway import Gateway
from tests.support.index_lag import wait_for_indexes
from tests.support.isolated_settings import isolated_settings
from tests.support.queue_reader import read_queue
from tests.support.request_journal import JOURNAL, attach_journal

# No test asserts on time. CI tries the same examples each time; `make test-long` tries new ones.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("new", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("same")

# Fixtures that need the emulators or the functions on this machine.
LOCAL_FIXTURES = {"cloudinary", "comfyui", "local_functions"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cloud", action="store_true", help="run contract tests on a local cloud")
    parser.addoption("--url", help="run contract tests against this base URL")
    parser.addoption("--hardened", action="store_true", help="expect the contract mode hardened")
    parser.addoption("--admin-token", help="an administrator's token, for --url")
    parser.addoption(
        "--point", action="append", default=[], help="run only the tests of this point"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that do not apply with the options of this run."""
    other_mode = "documented" if config.getoption("--hardened") else "hardened"
    selected = [item for item in items if not item.get_closest_marker(other_mode)]
    if config.getoption("--url"):
        selected = [item for item in selected if not _is_local(item)]
    if config.getoption("--cloud"):
        selected = _first_variants(selected)
    config.hook.pytest_deselected(items=[item for item in items if item not in selected])
    items[:] = selected


def _is_local(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("local") is not None or not LOCAL_FIXTURES.isdisjoint(fixtures)


def _first_variants(items: list[pytest.Item]) -> list[pytest.Item]:
    """The first variant of each test, without the tests of `local_functions`."""
    first: dict[object, pytest.Item] = {}
    for item in items:
        if "local_functions" not in getattr(item, "fixturenames", ()):
            first.setdefault(_without_variants(item), item)
    return list(first.values())


def _without_variants(item: pytest.Item) -> object:
    """A test and its parameters, without those that its mark `variants` names."""
    names = {name for mark in item.iter_markers("variants") for name in mark.args}
    callspec = getattr(item, "callspec", None)
    parameters = callspec.params if callspec else {}
    assert names <= parameters.keys(), f"{item.nodeid} has no such parameters"
    return item.nodeid.split("[")[0], repr({k: v for k, v in parameters.items() if k not in names})


@dataclass(frozen=True)
class SystemUnderTest:
    """An API under test, and the local parts behind it; they are None for a remote API."""

    api: httpx2.Client
    transport: httpx2.BaseTransport | None = None
    cloudinary: httpx2.Client | None = None
    comfyui: httpx2.Client | None = None
    functions: Functions | None = None
    settings: Settings | None = None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    JOURNAL.begin(item.get_closest_marker("safe") is not None)


def new_settings(request: pytest.FixtureRequest) -> Settings:
    """Isolated settings of a local cloud; `--hardened` selects the environment of production."""
    is_hardened = request.config.getoption("--hardened")
    data = request.getfixturevalue("tmp_path_factory").mktemp("cloud")
    return isolated_settings(
        data,
        comfyui_seconds=0,
        permissions=data / "permissions.jsonl",
        parameters={
            "UploadExpirySeconds": "10",
            "DirectUploadSeconds": "15",
            "HostIdleSeconds": "86400",  # the host must not stop during a test
            "ContractMode": "hardened" if is_hardened else "documented",
        },
        environment="prod" if is_hardened else "local",
    )


@pytest.fixture(scope="session")
def cloud(request: pytest.FixtureRequest) -> Iterator[SystemUnderTest]:
    """The whole stack on a local cloud."""
    settings = new_settings(request)
    with (
        local_cloud(settings) as url,
        api_client(url) as api,
        cloudinary_client(settings) as images,
        client(settings.comfyui) as comfyui,
    ):
        yield SystemUnderTest(api, None, images, comfyui, settings=settings)


@pytest.fixture(scope="session")
def local_functions(request: pytest.FixtureRequest) -> Iterator[SystemUnderTest]:
    """The functions as processes that receive gateway events, with moto as AWS."""
    settings = new_settings(request)
    with moto(settings), cloudinary_emulator(settings), comfyui_host(settings):
        values = create_resources(settings)
        with (
            Functions(settings.aws_url, settings.logs / "functions.log", values) as functions,
            cloudinary_client(settings) as images,
            client(settings.comfyui) as comfyui,
            api_client("https://api.example.com", gateway := Gateway(functions)) as api,
            read_queue(functions, "GenerationWorkerFunction", settings, values["Generations"]),
        ):
            yield SystemUnderTest(api, gateway, images, comfyui, functions, settings)


@contextmanager
def moto(settings: Settings) -> Iterator[None]:
    """An AWS account of moto in another process, since `mock_aws` clears those of this process."""
    server = [sys.executable, "-m", "tests.support.moto_server"]
    command = [*server, "--host", HOST, f"--port={settings.aws_port}"]
    health = f"{settings.aws_url}/moto-api/"
    # It has nothing to save, and a normal stop waits for all open connections.
    with running(command, settings.logs / "moto.log", health, stop_seconds=0):
        yield


def create_resources(settings: Settings) -> dict[str, str]:
    """Create the resources of the template; return the functions' settings by logical id."""
    stack.put_secrets(settings)
    account.create_tables(stack.client(settings, "dynamodb"))
    return {
        **account.create_queues(stack.client(settings, "sqs")),
        **account.create_buckets(stack.client(settings, "s3")),
        **account.create_user_pool(stack.client(settings, "cognito-idp")),
        "AWS::Region": REGION,
        "AWS::URLSuffix": "amazonaws.com",
        "TokenKeysUrl": settings.aws_url,
        "ComfyuiUrl": settings.comfyui,
        "ContractMode": settings.parameters["ContractMode"],
    }


@pytest.fixture(scope="session")
def system(request: pytest.FixtureRequest) -> Iterator[SystemUnderTest]:
    """The system that the options of this run select."""
    url = request.config.getoption("--url")
    if url:
        with api_client(url) as api:
            yield SystemUnderTest(api)
    else:
        name = "cloud" if request.config.getoption("--cloud") else "local_functions"
        yield request.getfixturevalue(name)


@pytest.fixture
def anonymous(system: SystemUnderTest) -> httpx2.Client:
    """A client without a token."""
    return system.api


@pytest.fixture
def api(request: pytest.FixtureRequest, anonymous: httpx2.Client) -> httpx2.Client:
    """A client that may make every call; in `documented`, a token is not required."""
    if not request.config.getoption("--hardened"):
        return anonymous
    administrator: httpx2.Client = request.getfixturevalue("administrator")
    return administrator


@pytest.fixture(scope="session")
def administrator(
    request: pytest.FixtureRequest, system: SystemUnderTest
) -> Iterator[httpx2.Client]:
    token = request.config.getoption("--admin-token") or _administrator_token(system)
    with api_client(str(system.api.base_url), system.transport) as api:
        api.headers["Authorization"] = f"Bearer {token}"
        yield api


def _administrator_token(system: SystemUnderTest) -> str:
    if system.settings is None:
        pytest.skip("needs an administrator's token")
    # The journal of one test must not contain this user, whom many tests share.
    with client(str(system.api.base_url), system.transport) as unrecorded:
        return add_to_group(system.settings, new_user(unrecorded), "admin").token


@pytest.fixture
def cloudinary(system: SystemUnderTest) -> Iterator[httpx2.Client]:
    """The control routes of the Cloudinary emulator; each test ends without faults."""
    if system.cloudinary is None:
        pytest.skip("needs the Cloudinary emulator")
    yield system.cloudinary
    system.cloudinary.delete("/_faults")


@pytest.fixture
def comfyui(system: SystemUnderTest) -> Iterator[httpx2.Client]:
    """The ComfyUI stand-in; each test ends without faults and delays."""
    if system.comfyui is None:
        pytest.skip("needs the ComfyUI stand-in")
    yield system.comfyui
    system.comfyui.delete("/_faults")
    system.comfyui.post("/_settings", json={"seconds": 0})


@pytest.fixture
def john(anonymous: httpx2.Client) -> User:
    return new_user(anonymous)


@pytest.fixture
def jane(anonymous: httpx2.Client) -> User:
    return new_user(anonymous)


@pytest.fixture
def judy(anonymous: httpx2.Client) -> User:
    return new_user(anonymous)


def client(url: str, transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    return httpx2.Client(base_url=url, transport=transport, timeout=60)


def api_client(url: str, transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """A recorded client of an API under test; with a remote API it waits for the indexes."""
    api = attach_journal(client(url, transport))
    if transport is None and api.base_url.host not in (HOST, "localhost"):
        api.event_hooks["response"].append(wait_for_indexes)
    return api


def cloudinary_client(settings: Settings) -> httpx2.Client:
    return client(f"http://{HOST}:{settings.cloudinary_port}")
