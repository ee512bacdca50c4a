"""The statements of the example, downloaded from the running service: every formula recalculated by LibreOffice, numbers as
numbers, and each total beside what the JSON endpoints say."""

import decimal
import time

import openpyxl
import pytest

import workbooks
from conftest import Person


@pytest.fixture(scope="module")
def reader(example):
    return Person(example, "coordinator")


def grant_titled(person, title):
    grants = person.api("GET", "/grants?limit=200").json()["items"]
    return next(grant["id"] for grant in grants if grant["title"].startswith(title))


def made(reader, folder, report, **parameters):
    """The report's workbook, checked as every one is."""
    path = folder / f"{report}.xlsx"
    path.write_bytes(reader.make_report(report, **parameters))
    assert workbooks.check_formulas([path], folder) > 10
    workbooks.check_ties(path)
    workbooks.check_looks(path)
    return openpyxl.load_workbook(path, data_only=True)


def rows_of(sheet, key, value):
    """By the text in one column, the number in another; columns count from 0."""
    return {row[key].value: row[value].value for row in sheet.iter_rows(min_row=4) if row[key].value is not None}


def number(text):
    return float(decimal.Decimal(text))


@pytest.mark.parametrize("period", [1, 2])
def test_the_eu_statement_says_what_the_periods_statement_says(reader, tmp_path, period):
    grant = grant_titled(reader, "Bright Corners")
    days = next(row for row in reader.api("GET", f"/grants/{grant}/periods").json()["items"] if row["number"] == period)
    said = reader.api("GET", f"/grants/{grant}/periods/{period}/statement").json()
    book = made(reader, tmp_path, "eu-financial-statement", grant=grant, **{"from": days["starts_on"], "to": days["ends_on"]})
    sheets = {"Consolidated": said["consolidated"]}
    for sheet in book.sheetnames:
        sheets |= {sheet: partner for partner in said["partners"] if partner["name"][:20] in sheet}
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


def test_the_lump_sum_statement_says_what_the_work_packages_say(reader, tmp_path):
    grant = grant_titled(reader, "Open Doors")
    days = reader.api("GET", f"/grants/{grant}/periods").json()["items"][0]
    packages = reader.api("GET", f"/grants/{grant}/work-packages").json()["packages"]
    book = made(reader, tmp_path, "eu-lump-sum", grant=grant, language="nl",
                **{"from": days["starts_on"], "to": days["ends_on"]})
    shares, declared = rows_of(book["Overzicht"], 0, 4), rows_of(book["Overzicht"], 0, 6)
    assert len(packages) == 4
    for package in packages:
        assert shares[package["work_package"]] == number(package["share"])
        assert declared[package["work_package"]] == number(package["contribution"])
    assert declared["Totaal"] == 105000


@pytest.mark.parametrize("basis", ["accrual", "cash"])
def test_the_federal_report_says_what_the_budget_says(reader, tmp_path, basis):
    grant = grant_titled(reader, "Lighthouse")
    budget = reader.api("GET", f"/grants/{grant}/budget").json()
    today = time.strftime("%Y-%m-%d", time.gmtime())
    book = made(reader, tmp_path, "sf-425", grant=grant, as_of=today, type="annual", basis=basis, program_income="deduction")
    lines, costs = rows_of(book["SF-425"], 0, 2), book["Costs by category"]
    assert rows_of(costs, 1, 3)["Total costs"] == number(budget["total"]["spent"])
    assert rows_of(costs, 1, 5)["Total costs"] == number(budget["total"]["committed"])
    assert lines["10a"] == 45000 and lines["10d"] == 180000
    assert lines["10c"] == pytest.approx(lines["10a"] - lines["10b"])
    assert lines["10g"] == pytest.approx(number(budget["total"]["spent"]) + number(budget["total"]["committed"]), abs=0.011)
    assert lines["10e"] == (lines["10b"] if basis == "cash" else number(budget["total"]["spent"]))


def test_the_statement_of_financial_activities_is_the_sum_of_the_ledgers_entries(reader, tmp_path):
    year = time.gmtime().tm_year
    book = made(reader, tmp_path, "financial-activities", year=year, language="en")
    sums, cursor = {}, ""
    restricted = {fund["id"] for fund in reader.api("GET", "/funds").json()["items"] if fund["restriction"] == "restricted"}
    while cursor is not None:
        page = reader.api("GET", "/ledger/entries?limit=200" + (f"&after={cursor}" if cursor else "")).json()
        for entry in page["items"]:
            booked = int(entry["booked_on"][:4])
            for posting in reader.api("GET", f"/ledger/entries/{entry['id']}").json()["postings"]:
                key = posting["currency"], posting["account"], posting["fund_id"] in restricted, booked
                sums[key] = sums.get(key, decimal.Decimal(0)) + decimal.Decimal(posting["amount"])
        cursor = page["next_cursor"]
    for currency in {key[0] for key in sums if key[3] == year}:
        sheet = book[f"Statement {currency}"]
        for title, account, sign in [("Charitable activities: grants", "income_grants", -1), ("Raising funds", "donation_fees", 1),
                                     ("Donations and legacies", "income_donations", -1),
                                     ("Charitable activities: direct costs", "expense_direct", 1)]:
            for column, is_restricted in [(1, False), (2, True)]:
                expected = sign * float(sums.get((currency, account, is_restricted, year), 0))
                assert rows_of(sheet, 0, column)[title] == pytest.approx(expected, abs=0.001), (currency, title)
    before = -sum(float(sums.get(("EUR", "income_donations", restriction, year - 1), 0)) for restriction in (False, True))
    assert rows_of(book["Statement EUR"], 0, 4)["Donations and legacies"] == pytest.approx(before) and before > 0
