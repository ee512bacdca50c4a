"""Each total of a workbook is the figure that the JSON endpoint tells: on the example's data, for every grant that a report
fits."""

import datetime
import decimal
import io
import time

import openpyxl
import pytest

from conftest import Person


@pytest.fixture(scope="module")
def reader(example):
    return Person(example, "coordinator")


@pytest.fixture(scope="module")
def grants(reader):
    """Those with a budget in force."""
    found = reader.api("GET", "/budgets").json()["items"]
    assert len(found) >= 5
    return {budget["grant_id"]: reader.api("GET", f"/grants/{budget['grant_id']}").json() for budget in found}


def number(text):
    return float(decimal.Decimal(text))


def book_of(reader, report, **parameters):
    return openpyxl.load_workbook(io.BytesIO(reader.make_report(report, **parameters)), data_only=True)


def rows_of(sheet, key):
    """By the text in one column, counted from 0."""
    return {row[key]: row for row in sheet.iter_rows(min_row=4, values_only=True) if row[key] is not None}


def all_of(reader, path):
    items, cursor = [], ""
    while cursor is not None:
        page = reader.api("GET", f"{path}{'&' if '?' in path else '?'}limit=200" + (f"&after={cursor}" if cursor else "")).json()
        items += page["items"]
        cursor = page["next_cursor"]
    return items


def budget_at(reader, grant, day):
    answer = reader.api("GET", f"/grants/{grant}/budget?as_of={day}&by=category")
    assert answer.status_code == 200, answer.text
    return answer.json()


def received(reader, grant, day):
    return sum(decimal.Decimal(receipt["amount"]) for instalment in all_of(reader, f"/grants/{grant}/instalments")
               for receipt in instalment["receipts"] if not receipt["reversed"] and receipt["received_on"] <= day)


def test_the_funder_report_tells_the_figures_of_the_budget(reader, grants):
    for grant, of in grants.items():
        book = book_of(reader, "funder-report", grant=grant, language="en", **{"from": of["starts_on"], "to": of["ends_on"]})
        told, summary = budget_at(reader, grant, of["ends_on"]), rows_of(book["Summary"], 1)
        categories = rows_of(book["Summary"], 0)
        for row in told["rows"]:
            if row["code"] not in categories:
                assert number(row["planned"]) == number(row["spent"]) == 0
                continue
            shown = categories[row["code"]]
            for column, figure in {3: "planned", 5: "spent", 6: "committed", 8: "available"}.items():
                assert shown[column] == number(row[figure]), (of["title"], row["code"], figure)
        for label, part in {"Total direct costs": "direct", "Indirect costs (rate x indirect base)": "indirect",
                            "Total costs": "total"}.items():
            for column, figure in {3: "planned", 5: "spent", 6: "committed", 8: "available"}.items():
                assert summary[label][column] == pytest.approx(number(told[part][figure]), abs=1e-9), (of["title"], label, figure)
        assert rows_of(book["Instalments"], 0)["Total"][5] == float(received(reader, grant, of["ends_on"])), of["title"]


def test_the_funder_report_tells_the_variances_of_the_page(reader, grants):
    explained = 0
    for grant, of in grants.items():
        days = {"from": of["starts_on"], "to": of["ends_on"]}
        sheet = book_of(reader, "funder-report", grant=grant, language="en", **days)["Variance"]
        told = reader.api("GET", f"/grants/{grant}/explanations?from={days['from']}&to={days['to']}").json()["lines"]
        lines = rows_of(sheet, 0)
        for line in told:
            if line["line"] == 0:
                continue  # of an earlier budget
            shown = lines[line["line"]]
            for column, figure in {5: "budget", 7: "expected_to_date", 8: "actual_to_date", 9: "variance"}.items():
                assert shown[column] == number(line[figure]), (of["title"], line)
            assert (shown[10] == "yes") == line["required"]
            assert shown[11] == (f"{line['explanation']} ({line['explained_by']})" if line["explanation"] else "Not explained yet.")
            explained += line["explanation"] != ""
    assert explained >= 2, "the example explains variances"


def test_the_funders_own_form_tells_the_figures_of_the_budget(reader, grants):
    grant, of = next((key, of) for key, of in grants.items() if of["report_layout"] == "funder-template")
    book = book_of(reader, "funder-template", grant=grant, language="en", **{"from": of["starts_on"], "to": of["ends_on"]})
    told = budget_at(reader, grant, of["ends_on"])
    account = next(sheet for sheet in book if rows_of(sheet, 1).get("Organisation and overheads"))
    shown = rows_of(account, 1)
    assert shown["Total"][2] == number(told["total"]["planned"]) and shown["Total"][4] == number(told["total"]["spent"])
    assert shown["Organisation and overheads"][4] == number(told["indirect"]["spent"])
    assert shown["Received to date"][4] == float(received(reader, grant, of["ends_on"]))
    assert any(row[6] for row in shown.values()), "an explanation stands beside its heading"


def test_the_audit_workbook_tells_the_figures_of_the_budget(reader, grants):
    for grant, of in grants.items():
        figures = rows_of(book_of(reader, "grant-audit", grant=grant, language="en")["Figures"], 0)
        told = reader.api("GET", f"/grants/{grant}/budget").json()
        assert figures["Costs of all lines"][4] == number(told["direct"]["spent"]), (of["title"], list(figures))
        assert abs(figures["grant income"][4]) == float(received(reader, grant, "9999-12-31")), of["title"]


def test_the_donation_register_tells_the_gifts_of_the_list(reader):
    year = time.gmtime().tm_year
    days = {"from": f"{year - 1}-01-01", "to": f"{year}-12-31"}
    sheet = book_of(reader, "donation-register", language="en", **days)["Donations"]
    shown = rows_of(sheet, 5)["All gifts"]
    sums = {"base_gross": decimal.Decimal(0), "base_fee": decimal.Decimal(0), "base_refunded": decimal.Decimal(0)}
    gifts = [gift for gift in all_of(reader, "/donations") if gift["cleared_on"] and days["from"] <= gift["cleared_on"] <= days["to"]]
    for gift in gifts:
        for name in sums:
            sums[name] += decimal.Decimal(gift[name])
    assert [round(shown[column], 2) for column in (8, 9, 10)] == [float(sums[name]) for name in sums]
    assert sum(isinstance(row[0], int) for row in sheet.iter_rows(min_row=4, values_only=True)) == len(gifts) >= 10


def test_the_register_of_receipts_tells_the_receipts_of_the_list(reader):
    receipts = [reader.api("GET", f"/donation-receipts/{one['id']}").json() for one in all_of(reader, "/donation-receipts")]
    receipts = [one for one in receipts if one["currency"] == "EUR"]
    years = {int(one["number"][:4]) for one in receipts}
    assert years, "the example issues receipts"
    for year in years:
        told = [one for one in receipts if one["number"].startswith(f"{year}-")]
        book = book_of(reader, "receipt-register", year=year, language="en")
        rows = [row for row in book["Receipts in EUR"].iter_rows(min_row=4, values_only=True) if row[0]]
        assert [(row[0], str(row[2].date()), row[3], row[4], row[5], row[6]) for row in rows if "-" in row[0]] == [
            (one["number"], one["issued_on"], one["donor_reference"], len(one["lines"]), one["copies"], number(one["amount"]))
            for one in sorted(told, key=lambda one: one["number"])]
        total = next(row for row in rows if row[0] == "Total")
        assert round(total[6], 2) == float(sum(decimal.Decimal(one["amount"]) for one in told))
        assert rows_of(book["By kind"], 0)["Total"][1] == len(told)


@pytest.mark.parametrize("as_of", ["today", "last month"])
def test_the_steering_workbook_tells_the_figures_of_the_dashboard(reader, as_of):
    day = datetime.date.today() if as_of == "today" else datetime.date.today().replace(day=1) - datetime.timedelta(days=1)
    book = book_of(reader, "steering", as_of=str(day), language="en")

    def told(name):
        return reader.api("GET", f"/insight/{name}?as_of={day}").json()

    cash, glance = told("sustainability"), rows_of(book["At a glance"], 0)
    for label, name in {"Cash": "cash", "Free cash": "unrestricted_cash", "Restricted cash": "restricted_cash"}.items():
        assert glance[label][1] == number(cash[name]), label
    flows = rows_of(book["Cash and flows"], 0)
    assert [flows["Whole months"][column] for column in (1, 2)] == [pytest.approx(number(cash[name])) for name in ("income", "expenses")]
    for month in cash["months"]:
        assert [flows[month["month"]][column] for column in (1, 2, 4)] == [number(month[name]) for name in ("income", "expenses", "cash")]
    income, sources = told("income"), rows_of(book["Income by source"], 0)
    assert sources["All income"][2] == pytest.approx(number(income["total"]))
    assert {source["name"]: number(source["amount"]) for source in income["sources"]} == {
        name: row[2] for name, row in sources.items() if name != "All income"}
    for gap in told("gap")["years"]:
        total = rows_of(book[f"Funding gap {gap['year']}"], 0)["Year"]
        assert [total[column] for column in (1, 2, 3, 4)] == [pytest.approx(number(gap[name])) for name in ("needed", "secured", "weighted", "gap")]
    shown = rows_of(book["Budget against actual"], 0)
    for grant in told("grants")["items"]:
        row = shown[grant["title"]]
        assert list(row[5:10]) == [number(grant[name]) for name in ("planned", "spent", "committed", "drafts", "available")], grant["title"]
    donations, months = told("donations"), rows_of(book["Donations"], 0)
    for month in donations["months"]:
        assert [months[month["month"]][column] for column in (1, 2, 3, 5, 6)] == [
            month["gifts"], *[number(month[name]) for name in ("gross", "refunded", "fees", "net")]]
    assert months["Gave last year"][1] == donations["donors_last_year"]
    assert months["gave in some year, not this one (SYBUNT)"][1] == donations["sybunt"]


def test_the_steering_workbook_tells_the_pipeline_obligations_and_risks_of_the_lists(reader):
    book = book_of(reader, "steering", as_of=str(datetime.date.today()), language="en")
    pipeline = reader.api("GET", "/pipeline").json()
    assert len(pipeline["totals"]) == 1, "one currency, so that the sheet has one table"
    shown = rows_of(book["Pipeline"], 0)["All"]
    assert [shown[column] for column in (4, 6, 7)] == [number(pipeline["totals"][0][name]) for name in ("amount", "weighted_amount", "cut_off_amount")]
    due = [one for grant in all_of(reader, "/grants") for one in all_of(reader, f"/grants/{grant['id']}/obligations")
           if one["state"] in ("open", "returned")]
    assert sorted(row[3] for row in book["Obligations due"].iter_rows(min_row=4, values_only=True) if row[3]) == sorted(one["title"] for one in due)
    risks = [risk for risk in all_of(reader, "/risks") if risk["state"] != "closed"]
    assert {row[0]: row[3] for row in book["Risks"].iter_rows(min_row=4, values_only=True) if row[0]} == {
        risk["title"]: risk["likelihood"] * risk["impact"] for risk in risks}
