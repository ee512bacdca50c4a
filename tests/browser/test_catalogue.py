"""Every report of the catalogue on the example's data, for every grant that it fits, in one language after the other:
LibreOffice computes what each formula says, each total is the ledger's, and the looks are those of all workbooks."""

import time

import pytest

import workbooks
from conftest import Person

@pytest.fixture(scope="module")
def reader(example):
    return Person(example, "coordinator")


@pytest.fixture(scope="module")
def grants(reader):
    """The example's, and one whose funder has a form of its own."""
    funder = reader.api("POST", "/organisations", json={"name": "Foundation with a form", "is_funder": True}).json()["id"]
    added = reader.api("POST", "/grants", json={
        "programme": "lantern-foundation", "title": "Lamps for callers", "funder_id": funder, "state": "applied",
        "state_on": "2025-09-01", "currency": "EUR", "requested_amount": "500.00", "probability": "50",
        "starts_on": "2026-01-01", "ends_on": "2026-12-31"})
    assert added.status_code == 201, added.text
    return [grant["id"] for grant in reader.api("GET", "/grants?limit=200").json()["items"]]


def period_of(reader, grant):
    """The grant's first reporting period, where it has one."""
    periods = reader.api("GET", f"/grants/{grant}/periods").json()["items"] if grant else []
    if not periods:
        return {"from": "2025-01-01", "to": "2026-12-31"}
    return {"from": periods[0]["starts_on"], "to": periods[0]["ends_on"]}


def ask(reader, kind, grant, language):
    """The run's id, or nothing where the report is not for this grant."""
    wanted = {"report": kind["report"]}
    for parameter in kind["parameters"]:
        name, value = parameter["name"], {"grant": grant, "language": language, "year": time.gmtime().tm_year}.get(parameter["type"])
        if parameter["type"] == "period":
            wanted |= period_of(reader, grant)
        elif parameter["type"] == "date":
            wanted[name] = "2026-06-30"
        elif parameter["type"] == "choice":
            wanted[name] = parameter["choices"][0]
        else:
            wanted[name] = value
    answer = reader.api("POST", "/report-runs", json=wanted)
    assert answer.status_code in (202, 409, 422), (wanted, answer.text)
    return answer.json()["id"] if answer.status_code == 202 else None


def test_every_report_is_computed_as_libreoffice_computes_it(reader, grants, tmp_path):
    runs = {}
    for kind in reader.api("GET", "/report-kinds").json()["items"]:
        takes = {parameter["type"]: parameter["choices"] for parameter in kind["parameters"]}
        for grant in grants if "grant" in takes else [None]:
            language = takes["language"][len(runs) % len(takes["language"])] if "language" in takes else None
            if run := ask(reader, kind, grant, language):
                runs[run] = kind["report"]
    paths = []
    for run, report in runs.items():
        if content := reader.report_file(run):
            paths.append(tmp_path / f"{report}_{run}.xlsx")
            paths[-1].write_bytes(content)
    reports = {path.name.split("_")[0] for path in paths}
    catalogue = {kind["report"] for kind in reader.api("GET", "/report-kinds").json()["items"]}
    assert reports == catalogue and len(catalogue) >= 10
    assert workbooks.check_formulas(paths, tmp_path) > 1000
    for path in paths:
        workbooks.check_looks(path)
        workbooks.check_ties(path)
