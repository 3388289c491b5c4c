"""Commands of the documentation that no test runs are made of words that exist."""

import pytest

from tests.support.command_words import unknown_words
from tests.support.documentation import (
    NOT_RUN,
    PAGES,
    Command,
    commands,
    inline_commands,
    languages,
    parse,
    unknown_files,
)

NOT_RUN_HERE = [command for page in PAGES for command in commands(page) if command.reason]


def _name(command: Command) -> str:
    return f"{command.page}: {command.program.splitlines()[0]}"


def test_commands_and_their_output_are_separated() -> None:
    session = "$ for n in 1 2; do\n    echo \\\n$n\n  done\n1\n2\n$ A=b ls\n"
    script = "# a comment\nfirst() {\n  echo 1\n}\n\nfirst | \\\n  cat\n"

    assert list(parse("a page", session)) == [
        Command("a page", "for n in 1 2; do\n    echo \\\n$n\n  done", "1\n2"),
        Command("a page", "A=b ls"),
    ]
    assert [command.text for command in parse("a page", script)] == [
        "first() {\n  echo 1\n}",
        "first | \\\n  cat",
    ]


@pytest.mark.parametrize("page", PAGES)
def test_commands_are_in_sh_blocks(page: str) -> None:
    assert languages(page) <= {"sh", "mermaid"}


@pytest.mark.parametrize("command", NOT_RUN_HERE, ids=_name)
def test_a_command_that_is_not_run_exists(command: Command) -> None:
    assert unknown_words(command) == []


@pytest.mark.parametrize("page", PAGES)
def test_inline_commands_exist(page: str) -> None:
    unknown = {command.text: unknown_words(command) for command in inline_commands(page)}

    assert {text: words for text, words in unknown.items() if words} == {}


@pytest.mark.parametrize("page", PAGES)
def test_named_files_and_links_exist(page: str) -> None:
    assert unknown_files(page) == []


@pytest.mark.parametrize(
    "text",
    [
        "make nothing",
        "make up PROT=9000",
        "make deploy PARAMETERS='CorsOrgin=*'",
        "aws ssm put-parameters",
        "aws ssm put-parameter --nmae x",
        "sam deploy --tempalte-file template.yaml",
        "sam deploy --template-file ops/none.yaml",
        "python -m ops.none",
        "python -m ops.redrive --stak darkroom",
        "pytest tests/none",
    ],
)
def test_an_unknown_word_is_reported(text: str) -> None:
    assert unknown_words(Command("a page", text))


def test_every_reason_has_a_command() -> None:
    programs = [command.program for command in NOT_RUN_HERE]

    assert [name for name in NOT_RUN if not any(p.startswith(name) for p in programs)] == []
