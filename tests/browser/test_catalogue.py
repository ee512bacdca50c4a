"""Every report of the catalogue on the example's data, for every grant that it fits, in one language after the other:
LibreOffice computes what each formula says, each total is the ledger's, the looks are those of all workbooks, and whatever
happens afterwards, each is made again to the byte."""

import time

import pytest

import workbooks
from black_box import psql
from conftest import Person


@pytest.fixture(scope="module")
def reader(example):
    return Person(example, "coordinator")


@pytest.fixture(scope="module")
def grants(reader):
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


@pytest.fixture(scope="module")
def runs(reader, grants):
    """Run and report, for every grant that the report fits."""
    runs = {}
    for kind in reader.api("GET", "/report-kinds").json()["items"]:
        takes = {parameter["type"]: parameter["choices"] for parameter in kind["parameters"]}
        for grant in grants if "grant" in takes else [None]:
            language = takes["language"][len(runs) % len(takes["language"])] if "language" in takes else None
            if run := ask(reader, kind, grant, language):
                runs[run] = kind["report"]
    return runs


def test_every_report_is_computed_as_libreoffice_computes_it(reader, runs, tmp_path):
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


# Each kind of document that a report shows beside the ledger, changed as its page would.
CHANGES = """
    UPDATE grants SET title = title || ' (renamed)', reference = 'changed', match_required_minor = match_required_minor + 100;
    UPDATE grants SET probability_bp = 1000, requested_minor = requested_minor + 100 WHERE state IN ('prospect', 'drafting', 'applied');
    UPDATE organisations SET name = name || ' (renamed)', city = 'Elsewhere';
    UPDATE grant_categories SET name = name || ' (renamed)';
    UPDATE instalments SET title = 'Renamed', due_on = due_on + 30;
    UPDATE obligations SET title = 'Renamed', due_on = due_on + 30;
    UPDATE risks SET title = 'Renamed ' || id, impact = 1;
    UPDATE campaigns SET name = name || ' (renamed)';
    UPDATE pledges SET amount_minor = amount_minor + 100;
    UPDATE users SET name = name || ' (married)';
    UPDATE funds SET name = name || ' (renamed)';
    UPDATE funding_sources SET name = name || ' (renamed)';
    INSERT INTO risks (title, likelihood, impact, mitigation, review_on) VALUES ('New', 5, 5, 'x', '2030-01-01');
"""


def test_every_report_is_made_again_to_the_byte_whatever_came_later(example, reader, runs, grants):
    made = {run: report for run, report in runs.items() if reader.report_file(run)}
    gift = next(gift for gift in reader.api("GET", "/donations?limit=200").json()["items"] if gift["state"] == "cleared" and gift["kind"] == "cash")
    refunded = reader.api("POST", f"/donations/{gift['id']}/refund", headers={"If-Match": f'"{gift["version"]}"'},
                          json={"amount": "1.00", "reason": "asked for", "booked_on": gift["cleared_on"]})
    assert refunded.status_code in (200, 201), refunded.text
    given = reader.api("POST", "/donations", json={"given_on": gift["cleared_on"], "method": "cash", "gross": "12.00"})
    assert given.status_code == 201, given.text
    psql(example.database_url, CHANGES)
    for run, report in made.items():
        told = example.command("report", "remake", str(run))
        assert told.startswith("The same"), (report, told)
    # A report that is made now knows of all that.
    kind = {kind["report"]: kind for kind in reader.api("GET", "/report-kinds").json()["items"]}["steering"]
    run = ask(reader, kind, None, "en")
    content = reader.report_file(run)
    assert b"PK" == content[:2] and content != reader.report_file(next(run for run, report in made.items() if report == "steering"))
