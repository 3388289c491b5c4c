"""Where the contract tests run: on the functions alone, on a local cloud, or on any base URL."""

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
from tests.support.beside import settings_beside
from tests.support.exchanges import JOURNAL, recorded
from tests.support.functions import Functions
from tests.support.gallery import Person, granted, new_person
from tests.support.gateway import Gateway
from tests.support.lag import settle
from tests.support.triggers import reader

# No test asserts on time. What CI says of a commit is no luck: new examples are for `test-long`.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.register_profile("new", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("same")

# What only an API has that stands on this machine with all that is behind it.
LOCAL = {"cloudinary", "comfyui", "handlers"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cloud", action="store_true", help="run contract tests on a local cloud")
    parser.addoption("--url", help="run contract tests against this base URL")
    parser.addoption("--hardened", action="store_true", help="expect the contract mode hardened")
    parser.addoption("--admin-token", help="an administrator's token, for --url")
    parser.addoption("--point", action="append", default=[], help="run tests of this point alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the run's options make pointless."""
    other_mode = "documented" if config.getoption("--hardened") else "hardened"
    kept = [item for item in items if not item.get_closest_marker(other_mode)]
    if config.getoption("--url"):
        kept = [item for item in kept if not _is_local(item)]
    if config.getoption("--cloud"):
        kept = _told_apart_by_a_cloud(kept)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def _is_local(item: pytest.Item) -> bool:
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("local") is not None or not LOCAL.isdisjoint(fixtures)


def _told_apart_by_a_cloud(items: list[pytest.Item]) -> list[pytest.Item]:
    """All but what it would only repeat: further variants, and tests of the functions alone."""
    first: dict[object, pytest.Item] = {}
    for item in items:
        if "handlers" not in getattr(item, "fixturenames", ()):
            first.setdefault(_without_variants(item), item)
    return list(first.values())


def _without_variants(item: pytest.Item) -> object:
    """A test and its parameters, but for those that its mark `variants` names."""
    names = {name for mark in item.iter_markers("variants") for name in mark.args}
    callspec = getattr(item, "callspec", None)
    parameters = callspec.params if callspec else {}
    assert names <= parameters.keys(), f"{item.nodeid} has no such parameters"
    return item.nodeid.split("[")[0], repr({k: v for k, v in parameters.items() if k not in names})


@dataclass(frozen=True)
class Target:
    """An API under test, and what stands behind it where it is ours."""

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
    """A local cloud's settings, apart from every other one's; `hardened` is what production is."""
    is_hardened = request.config.getoption("--hardened")
    data = request.getfixturevalue("tmp_path_factory").mktemp("cloud")
    return settings_beside(
        data,
        comfyui_seconds=0,
        permissions=data / "permissions.jsonl",
        parameters={
            "UploadExpirySeconds": "10",
            "DirectUploadSeconds": "15",
            "HostIdleSeconds": "86400",  # tests want the host to be there
            "ContractMode": "hardened" if is_hardened else "documented",
        },
        environment="prod" if is_hardened else "local",
    )


@pytest.fixture(scope="session")
def cloud(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The whole stack on a local cloud."""
    settings = new_settings(request)
    with (
        local_cloud(settings) as url,
        api_client(url) as api,
        cloudinary_client(settings) as images,
        client(settings.comfyui) as comfyui,
    ):
        yield Target(api, None, images, comfyui, settings=settings)


@pytest.fixture(scope="session")
def handlers(request: pytest.FixtureRequest) -> Iterator[Target]:
    """The functions alone, on moto's AWS, fed with gateway events."""
    settings = new_settings(request)
    with moto(settings), cloudinary_emulator(settings), comfyui_host(settings):
        values = create(settings)
        with (
            Functions(settings.aws_url, settings.logs / "functions.log", values) as functions,
            cloudinary_client(settings) as images,
            client(settings.comfyui) as comfyui,
            api_client("https://api.example.com", gateway := Gateway(functions)) as api,
            reader(functions, "GenerationWorkerFunction", settings, values["Generations"]),
        ):
            yield Target(api, gateway, images, comfyui, functions, settings)


@contextmanager
def moto(settings: Settings) -> Iterator[None]:
    """An emulated account, in a process of its own: `mock_aws` empties all that are in ours."""
    server = [sys.executable, "-m", "tests.support.moto_server"]
    command = [*server, "--host", HOST, f"--port={settings.aws_port}"]
    health = f"{settings.aws_url}/moto-api/"
    # It has nothing to save, and waits for every connection that somebody keeps open.
    with running(command, settings.logs / "moto.log", health, stop_seconds=0):
        yield


def create(settings: Settings) -> dict[str, str]:
    """Make what the template declares; its ids by logical id."""
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
def target(request: pytest.FixtureRequest) -> Iterator[Target]:
    """What this run's options ask for."""
    url = request.config.getoption("--url")
    if url:
        with api_client(url) as api:
            yield Target(api)
    else:
        name = "cloud" if request.config.getoption("--cloud") else "handlers"
        yield request.getfixturevalue(name)


@pytest.fixture
def anonymous(target: Target) -> httpx2.Client:
    """Whoever calls without a token."""
    return target.api


@pytest.fixture
def api(request: pytest.FixtureRequest, anonymous: httpx2.Client) -> httpx2.Client:
    """Whoever may do everything: in `documented` that is anybody."""
    if not request.config.getoption("--hardened"):
        return anonymous
    administrator: httpx2.Client = request.getfixturevalue("administrator")
    return administrator


@pytest.fixture(scope="session")
def administrator(request: pytest.FixtureRequest, target: Target) -> Iterator[httpx2.Client]:
    token = request.config.getoption("--admin-token") or _administrators_token(target)
    with api_client(str(target.api.base_url), target.transport) as api:
        api.headers["Authorization"] = f"Bearer {token}"
        yield api


def _administrators_token(target: Target) -> str:
    if target.settings is None:
        pytest.skip("needs an administrator's token")
    # It serves many tests, so it is none of what one of them leaves behind.
    with client(str(target.api.base_url), target.transport) as unrecorded:
        return granted(target.settings, new_person(unrecorded), "admin").token


@pytest.fixture
def cloudinary(target: Target) -> Iterator[httpx2.Client]:
    """The Cloudinary emulator's switches; its faults are cleared after each test."""
    if target.cloudinary is None:
        pytest.skip("needs the Cloudinary emulator")
    yield target.cloudinary
    target.cloudinary.delete("/_faults")


@pytest.fixture
def comfyui(target: Target) -> Iterator[httpx2.Client]:
    """The ComfyUI stand-in; after each test it takes no time again, and nothing fails."""
    if target.comfyui is None:
        pytest.skip("needs the ComfyUI stand-in")
    yield target.comfyui
    target.comfyui.delete("/_faults")
    target.comfyui.post("/_settings", json={"seconds": 0})


@pytest.fixture
def john(anonymous: httpx2.Client) -> Person:
    return new_person(anonymous)


@pytest.fixture
def jane(anonymous: httpx2.Client) -> Person:
    return new_person(anonymous)


@pytest.fixture
def judy(anonymous: httpx2.Client) -> Person:
    return new_person(anonymous)


def client(url: str, transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    return httpx2.Client(base_url=url, transport=transport, timeout=60)


def api_client(url: str, transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """A client of an API under test, which waits for indexes where they lag."""
    api = recorded(client(url, transport))
    if transport is None and api.base_url.host not in (HOST, "localhost"):
        api.event_hooks["response"].append(settle)
    return api


def cloudinary_client(settings: Settings) -> httpx2.Client:
    return client(f"http://{HOST}:{settings.cloudinary_port}")
