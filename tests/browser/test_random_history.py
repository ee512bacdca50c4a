"""Every report of the catalogue on a history that nobody chose: LibreOffice computes what each formula says, each total is
the ledger's, and each report is made again to the byte while the history goes on."""

import os
import random

import pytest

import workbooks
from conftest import Person, started_service
from random_history import History
from test_catalogue import ask

ACTS = 400 if os.environ.get("KINDLING_FULL") else 90


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with started_service(tmp_path_factory.mktemp("history")) as started:
        yield started


def test_every_report_of_a_random_history_is_computed_and_ties_out(service, tmp_path):
    seed = int(os.environ.get("KINDLING_SEED", random.SystemRandom().randrange(1 << 32)))
    print(f"KINDLING_SEED={seed}")
    coordinator, approver = Person(service, "coordinator"), Person(service, "approver")
    history = History(coordinator, approver, seed).play(ACTS)
    print(f"done {dict(history.done)}, refused {dict(history.refused)}")
    assert history.done["approve"] >= ACTS // 10 and history.done["give"] >= 1
    assert history.done["work"] >= 1 and history.done["approve-transfer"] >= 1 and history.done["close"] == 1
    kinds, runs = coordinator.api("GET", "/report-kinds").json()["items"], {}
    for kind in kinds:
        takes = {parameter["type"]: parameter["choices"] for parameter in kind["parameters"]}
        for grant in [one["id"] for one in history.grants] if "grant" in takes else [None]:
            language = takes["language"][len(runs) % len(takes["language"])] if "language" in takes else None
            if run := ask(coordinator, kind, grant, language):
                runs[run] = kind["report"]
    paths = []
    for run, report in runs.items():
        if content := coordinator.report_file(run):
            paths.append(tmp_path / f"{report}_{run}.xlsx")
            paths[-1].write_bytes(content)
    assert {path.name.split("_")[0] for path in paths} == {kind["report"] for kind in kinds}
    assert workbooks.check_formulas(paths, tmp_path) > 1000
    for path in paths:
        workbooks.check_looks(path)
        workbooks.check_ties(path)
    for act in [history.spend] * 10 + [history.pay] * 5 + [history.take_back] * 5 + [history.give_back] * 3 + [history.complete] * 2 + [history.work, history.transfer] * 3:
        act()
    for path in paths:
        told = service.command("report", "remake", path.stem.split("_")[1])
        assert told.startswith("The same"), (path.name, told)
