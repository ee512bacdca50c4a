"""The sample workbooks, part by part, against what was looked at and kept. After a change that is meant:
tests/golden/regenerate, look at the workbooks, and commit the parts with the change."""

import os
import pathlib
import random
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "support"))
import workbooks

WRITER = os.environ.get("KINDLING_WORKBOOKS", str(HERE.parent.parent / "build/release/tests/write_workbooks"))
REGENERATE = bool(os.environ.get("KINDLING_REGENERATE"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("golden")
    subprocess.run([WRITER, str(made)], check=True)
    return made


def test_each_part_is_as_it_was_kept(folder):
    made = {path.stem: workbooks.parts_of(path) for path in sorted(folder.glob("*.xlsx"))}
    assert made
    if REGENERATE:
        keep(made)
    for name, parts in made.items():
        kept = {str(p.relative_to(HERE / "workbooks" / name)): p.read_text()
                for p in (HERE / "workbooks" / name).rglob("*") if p.is_file()}
        assert sorted(parts) == sorted(kept), f"{name}: other parts"
        for part, text in parts.items():
            assert text == kept[part], f"{name}/{part} differs"
    assert sorted(made) == sorted(p.name for p in (HERE / "workbooks").iterdir())


def keep(made):
    for name, parts in made.items():
        for part, text in parts.items():
            path = HERE / "workbooks" / name / part
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def test_every_formula_has_the_value_that_another_program_computes(folder, tmp_path):
    assert workbooks.check_formulas(sorted(folder.glob("*.xlsx")), tmp_path) > 400


def test_every_workbook_has_what_all_have(folder):
    for path in folder.glob("*.xlsx"):
        workbooks.check_looks(path)


def test_random_figures_have_the_values_that_another_program_computes(tmp_path):
    seed = int(os.environ.get("KINDLING_SEED", random.SystemRandom().randrange(1 << 32)))
    count = 20 if os.environ.get("KINDLING_FULL") else 3
    print(f"KINDLING_SEED={seed}")
    subprocess.run([WRITER, str(tmp_path), str(seed), str(count)], check=True)
    assert workbooks.check_formulas(sorted(tmp_path.glob("*.xlsx")), tmp_path) > 300 * count
