"""The statements of the example, downloaded from the running service: every formula recalculated by LibreOffice, numbers as
numbers, and each total beside what the JSON endpoints say."""

import decimal
import io
import os
import re
import secrets
import signal
import subprocess
import time

import openpyxl
import pytest

from black_box import BINARY, ROOT, free_port, psql, wait_until_ready
from conftest import OWNER_URL, Person, Service


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A service with the example's data, and somebody who may read all of it."""
    name = "kindling_statements_" + secrets.token_hex(4)
    psql(OWNER_URL, f"CREATE DATABASE {name}")
    url = re.sub(r"dbname=\S+", f"dbname={name}", OWNER_URL)
    port = free_port()
    environment = {**os.environ, "KINDLING_DATABASE_URL": url, "KINDLING_DATABASE_OWNER_URL": url,
                   "KINDLING_HTTP_PORT": str(port), "KINDLING_DONOR_KEY": "5" * 64,
                   "KINDLING_REPORTS_SIGNING_KEY": "7" * 64}
    log = tmp_path_factory.mktemp("statements") / "log"
    service = Service(f"http://127.0.0.1:{port}", environment, None, {}, log, url)
    service.command("migrate")
    service.command("demo")
    added = service.command("user", "add", "reader@example.org", "--name", "Reader", "--role", "coordinator")
    service.passwords["reader"] = added.split()[-1]
    with open(log, "wb") as out:
        service.process = subprocess.Popen([BINARY, "--config", str(ROOT / "config/kindling.toml"), "serve"], cwd=ROOT,
                                           env=environment, stdout=out, stderr=out)
    wait_until_ready(service.url)
    yield Person(service, "reader")
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(timeout=20)
    psql(OWNER_URL, f"DROP DATABASE {name} WITH (FORCE)")


def grant_titled(person, title):
    grants = person.api("GET", "/grants?limit=200").json()["items"]
    return next(grant["id"] for grant in grants if grant["title"].startswith(title))


def download(person, **wanted):
    asked = person.api("POST", "/report-runs", json=wanted)
    if asked.status_code == 404:
        pytest.skip("this service makes no report runs")
    assert asked.status_code == 202, asked.text
    run, deadline = asked.json(), time.monotonic() + 60
    while run["state"] == "requested":
        assert time.monotonic() < deadline, run
        time.sleep(0.1)
        run = person.api("GET", f"/report-runs/{run['id']}").json()
    made = person.api("GET", f"/report-runs/{run['id']}/file", headers={"Accept": "*/*"})
    assert made.status_code == 200, (run, made.text)
    return made.content


def recalculated(content, folder):
    """LibreOffice's own results: openpyxl drops the cached values, so that LibreOffice must compute."""
    openpyxl.load_workbook(io.BytesIO(content)).save(folder / "bare.xlsx")
    subprocess.run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "xlsx",
                    "--outdir", str(folder / "out"), str(folder / "bare.xlsx")], check=True, capture_output=True, timeout=180)
    return openpyxl.load_workbook(folder / "out" / "bare.xlsx", data_only=True)


def check(content, folder):
    """The cached values, after a look at every cell: no error, no number as a text, each formula as LibreOffice computes it."""
    book, theirs = openpyxl.load_workbook(io.BytesIO(content), data_only=True), recalculated(content, folder)
    formulas = 0
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                where = f"{sheet.title} {cell.coordinate}"
                cached = book[sheet.title][cell.coordinate].value
                if cell.data_type == "s":
                    assert not re.fullmatch(r"-?[\d,]+\.\d+|#\S+", cell.value), f"{where}: {cell.value} is a text"
                if cell.data_type == "f":
                    formulas += 1
                    computed = theirs[sheet.title][cell.coordinate].value
                    same = (cached or 0) == (computed or 0) or abs(cached - computed) < 1e-6
                    assert same, f"{where} {cell.value}: {cached} here, {computed} there"
    assert formulas > 10
    tie_out = book.worksheets[1]
    differences = [row[4].value for row in tie_out.iter_rows(min_row=4) if row[0].value]
    assert differences and not any(differences), "a total differs from the ledger"
    return book


def rows_of(sheet, key, value):
    """By the text in one column, the number in another; columns count from 0."""
    return {row[key].value: row[value].value for row in sheet.iter_rows(min_row=4) if row[key].value is not None}


def number(text):
    return float(decimal.Decimal(text))


@pytest.mark.parametrize("period", [1, 2])
def test_the_eu_statement_says_what_the_periods_statement_says(example, tmp_path, period):
    grant = grant_titled(example, "Bright Corners")
    days = next(row for row in example.api("GET", f"/grants/{grant}/periods").json()["items"] if row["number"] == period)
    said = example.api("GET", f"/grants/{grant}/periods/{period}/statement").json()
    book = check(download(example, report="eu-financial-statement", grant=grant, **{"from": days["starts_on"], "to": days["ends_on"]}),
                 tmp_path)
    sheets = {"Consolidated": said["consolidated"]}
    for sheet in book.sheetnames:
        sheets |= {sheet: partner for partner in said["partners"] if sheet.endswith(partner["name"][:20])}
    assert len(sheets) == 3
    for name, statement in sheets.items():
        headings = [cell.value for cell in book[name][3]]
        columns = {0: 3} | {a["adjusts_period"]: headings.index(f"Adjustment to period {a['adjusts_period']}")
                            for a in statement["adjustments"]}
        for adjusts, column in columns.items():
            costs = (statement["costs"] if adjusts == 0 else
                     next(told for told in statement["adjustments"] if told["adjusts_period"] == adjusts))
            lines = rows_of(book[name], 0, column)
            for category in costs["by_category"]:
                assert lines[category["category"]] == number(category["amount"]), (name, category)
            for line, member in {"a-d": "direct", "e": "indirect", "f": "total", "g": "contribution"}.items():
                assert lines[line] == number(costs[member]), (name, line)
        assert rows_of(book[name], 0, len(headings) - 1)["h"] == number(statement["requested"])
    rates = [row for row in book["Exchange rates"].iter_rows(min_row=4, values_only=True)]
    assert rates[0][0] == "CZK" and rates[0][3] == ("yes" if period == 1 else "not yet")
    assert abs(rates[0][6] - float(said["rates"][0]["units_per_euro"])) < 1e-8


def test_the_lump_sum_statement_says_what_the_work_packages_say(example, tmp_path):
    grant = grant_titled(example, "Open Doors")
    days = example.api("GET", f"/grants/{grant}/periods").json()["items"][0]
    packages = example.api("GET", f"/grants/{grant}/work-packages").json()["packages"]
    book = check(download(example, report="eu-lump-sum", grant=grant, language="nl",
                          **{"from": days["starts_on"], "to": days["ends_on"]}), tmp_path)
    shares, declared = rows_of(book["Overzicht"], 0, 4), rows_of(book["Overzicht"], 0, 6)
    assert len(packages) == 4
    for package in packages:
        assert shares[package["work_package"]] == number(package["share"])
        assert declared[package["work_package"]] == number(package["contribution"])
    assert declared["Totaal"] == 105000


@pytest.mark.parametrize("basis", ["accrual", "cash"])
def test_the_federal_report_says_what_the_budget_says(example, tmp_path, basis):
    grant = grant_titled(example, "Lighthouse")
    budget = example.api("GET", f"/grants/{grant}/budget").json()
    today = time.strftime("%Y-%m-%d", time.gmtime())
    book = check(download(example, report="sf-425", grant=grant, as_of=today, type="annual", basis=basis,
                          program_income="deduction"), tmp_path)
    lines, costs = rows_of(book["SF-425"], 0, 2), book["Costs by category"]
    assert rows_of(costs, 1, 3)["Total costs"] == number(budget["total"]["spent"])
    assert rows_of(costs, 1, 5)["Total costs"] == number(budget["total"]["committed"])
    assert lines["10a"] == 45000 and lines["10d"] == 180000
    assert lines["10c"] == pytest.approx(lines["10a"] - lines["10b"])
    assert lines["10g"] == pytest.approx(number(budget["total"]["spent"]) + number(budget["total"]["committed"]), abs=0.011)
    assert lines["10e"] == (lines["10b"] if basis == "cash" else number(budget["total"]["spent"]))


def test_the_statement_of_financial_activities_is_the_sum_of_the_ledgers_entries(example, tmp_path):
    year = time.gmtime().tm_year
    book = check(download(example, report="financial-activities", year=year, language="en"), tmp_path)
    sums, cursor = {}, ""
    restricted = {fund["id"] for fund in example.api("GET", "/funds").json()["items"] if fund["restriction"] == "restricted"}
    while cursor is not None:
        page = example.api("GET", "/ledger/entries?limit=200" + (f"&after={cursor}" if cursor else "")).json()
        for entry in page["items"]:
            if not entry["booked_on"].startswith(str(year)):
                continue
            for posting in example.api("GET", f"/ledger/entries/{entry['id']}").json()["postings"]:
                key = posting["currency"], posting["account"], posting["fund_id"] in restricted
                sums[key] = sums.get(key, decimal.Decimal(0)) + decimal.Decimal(posting["amount"])
        cursor = page["next_cursor"]
    for currency in {key[0] for key in sums}:
        sheet = book[f"Statement {currency}"]
        for title, account, sign in [("Charitable activities: grants", "income_grants", -1), ("Raising funds", "donation_fees", 1),
                                     ("Donations and legacies", "income_donations", -1),
                                     ("Charitable activities: direct costs", "expense_direct", 1)]:
            for column, is_restricted in [(1, False), (2, True)]:
                expected = sign * float(sums.get((currency, account, is_restricted), 0))
                assert rows_of(sheet, 0, column)[title] == pytest.approx(expected, abs=0.001), (currency, title)
    assert rows_of(book["Statement EUR"], 0, 4)["Donations and legacies"] == 820  # the year before
