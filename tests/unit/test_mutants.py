"""Every mutant can be applied: its point and its file exist, and its text occurs exactly once."""

import pytest

from ops.template import ROOT
from tests.contract.conftest import POINTS
from tests.mutants.__main__ import Mutant, mutants

for_each_mutant = pytest.mark.parametrize("mutant", mutants(), ids=lambda mutant: mutant.point)


@for_each_mutant
def test_the_point_of_a_mutant_is_listed(mutant: Mutant) -> None:
    assert mutant.point in POINTS


@for_each_mutant
def test_the_file_of_a_mutant_exists_and_contains_its_old_text_once(mutant: Mutant) -> None:
    assert (ROOT / mutant.file).is_file()
    assert mutant.applies()


@for_each_mutant
def test_a_mutant_changes_its_file(mutant: Mutant) -> None:
    assert mutant.old != mutant.new
