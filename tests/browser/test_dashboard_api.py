"""What the author of a dashboard meets: a token that reads budgets alone, figures, their reasons, and a page of charts."""

import csv
import io
import re
import time

import openpyxl
import pytest
import requests
from conftest import psql
from pages import follow, sign_in, text

ORIGIN = "https://dashboard.example"


@pytest.fixture(scope="module")
def budgeted(coordinator, approver):
    """An awarded grant with an approved budget of two lines and an expense posted to the first one."""
    def made(method, path, **options):
        answer = coordinator.api(method, path, **options)
        assert answer.status_code in (200, 201), answer.text
        return answer

    funder = made("POST", "/organisations", json={"name": "Dashboard Funder", "is_funder": True}).json()["id"]
    grant = made("POST", "/grants", json={
        "programme": "horizon-europe-actual", "title": "Lantern", "funder_id": funder, "currency": "EUR",
        "requested_amount": "1000.00", "probability": "60", "starts_on": "2026-01-01", "ends_on": "2027-12-31",
        "state": "applied", "state_on": "2025-06-01"}).json()["id"]
    path = f"/grants/{grant}"
    made("POST", path + "/state", json={"to_state": "awarded", "on_date": "2026-01-15", "awarded_amount": "1000.00"},
         headers={"If-Match": made("GET", path).headers["ETag"]})
    made("POST", path + "/budget/versions")
    made("PUT", path + "/budget/versions/1", headers={"If-Match": '"1"'}, json={"lines": [
        {"work_package": "WP1", "category": "a1", "amount": "400.00", "description": "Research staff"},
        {"work_package": "WP 2", "category": "b", "amount": "100.00", "description": "Audit"}]})
    made("POST", path + "/budget/versions/1/submit", headers={"If-Match": '"2"'})
    approved = approver.api("POST", path + "/budget/versions/1/approve", headers={"If-Match": '"3"'})
    assert approved.status_code == 200, approved.text
    return grant


def post_expense(service, grant, day, minor):
    """A cost in the ledger, as an adjustment posts it."""
    psql(service.environment["KINDLING_DATABASE_URL"], f"""
        WITH entry AS (
          INSERT INTO entries (booked_on, kind, document_kind, document_id, description, posting_count, actor_id)
          VALUES ('{day}', 'adjustment', '', 0, 'Staff of March', 2, 1) RETURNING id
        ), line AS (
          SELECT l.id, g.fund_id
          FROM grants g
          JOIN budget_versions v ON v.grant_id = g.id
          JOIN budget_lines l ON l.budget_version_id = v.id AND l.line_no = 1
          WHERE g.id = {grant}
        )
        INSERT INTO postings (entry_id, line_no, account_code, fund_id, budget_line_id, amount_minor, currency)
        SELECT entry.id, 1, 'expense_direct', line.fund_id, line.id, {minor}, 'EUR' FROM entry, line
        UNION ALL
        SELECT entry.id, 2, 'payables', line.fund_id, NULL, -{minor}, 'EUR' FROM entry, line""")


@pytest.fixture(scope="module")
def dashboard(service, viewer):
    """Asks as a script on another site does."""
    token = service.command("user", "token", "viewer@example.org", "--dashboard")

    def get(path, **headers):
        return requests.get(service.url + "/api/v1" + path, timeout=10,
                            headers={"Authorization": "Bearer " + token, "Origin": ORIGIN, **headers})
    return get


def test_a_token_of_a_dashboard_reads_budgets_and_nothing_else(service, dashboard, budgeted):
    assert dashboard("/budgets").status_code == 200
    assert dashboard(f"/grants/{budgeted}/budget").status_code == 200
    for path in ("/grants", "/organisations", "/ledger/entries", f"/grants/{budgeted}"):
        refused = dashboard(path)
        assert (refused.status_code, refused.json()["code"]) == (403, "dashboard_token"), path


def test_an_administrator_makes_it_and_sees_it_once(service):
    from conftest import Person
    administrator = Person(service, "administrator")
    users = re.findall(r'<option value="(\d+)"[^>]*>Viewer', administrator.get("/tokens").text)
    page = administrator.post_form("/tokens", {"name": "board", "user_id": users[0], "scope": "dashboard", "days": "30"})
    token = re.search(r"kdl_[\w-]{43}", page.text).group(0)
    answer = requests.get(service.url + "/api/v1/budgets", headers={"Authorization": "Bearer " + token}, timeout=10)
    assert answer.status_code == 200
    listed = administrator.get("/tokens").text
    assert token not in listed and "reads budgets" in listed


def test_a_browser_on_a_configured_origin_may_read_and_no_other(service, dashboard, budgeted):
    address = service.url + f"/api/v1/grants/{budgeted}/budget"
    preflight = requests.options(address, timeout=10, headers={
        "Origin": ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"})
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in preflight.headers
    answer = dashboard(f"/grants/{budgeted}/budget")
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
    again = dashboard(f"/grants/{budgeted}/budget", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, ORIGIN)
    other = dashboard(f"/grants/{budgeted}/budget", Origin="https://elsewhere.example")
    assert "Access-Control-Allow-Origin" not in other.headers


def test_a_cost_shows_within_the_stated_bound_although_another_process_wrote_it(service, dashboard, budgeted):
    path = f"/grants/{budgeted}/budget?as_of=2026-12-31"
    assert dashboard(path).json()["direct"]["spent"] == "0.00"
    post_expense(service, budgeted, "2026-03-10", 12000)
    deadline = time.monotonic() + 2
    while dashboard(path).json()["direct"]["spent"] != "120.00":
        assert time.monotonic() < deadline, "the cost is not seen after 2 s"
    budget = dashboard(path + "&by=work_package").json()
    assert [(row["code"], row["planned"], row["spent"], row["available"]) for row in budget["rows"]] == [
        ("WP1", "400.00", "120.00", "280.00"), ("WP 2", "100.00", "0.00", "100.00")]
    assert dashboard(f"/grants/{budgeted}/budget?as_of=2026-03-09").json()["direct"]["spent"] == "0.00"
    early = dashboard(f"/grants/{budgeted}/budget?known_at=2020-01-01T00:00:00Z")
    assert (early.status_code, early.json()["code"]) == (404, "no_active_budget")


def test_figures_are_followed_down_to_the_entry(service, dashboard, budgeted):
    why = dashboard(f"/grants/{budgeted}/budget/why?figure=available&by=work_package&code=WP1").json()
    assert [part["amount"] for part in why["parts"]] == ["400.00", "-120.00", "0.00"]
    spent = dashboard(why["parts"][1]["why"].removeprefix("/api/v1")).json()
    assert spent["amount"] == "120.00" and "ledger" in spent["definition"]
    assert [(item["kind"], item["date"], item["amount"]) for item in spent["items"]] == [("entry", "2026-03-10", "120.00")]


def test_all_grants_and_the_months_come_as_csv_too(dashboard, budgeted):
    rows = list(csv.DictReader(io.StringIO(dashboard("/budgets?by=category", Accept="text/csv").text)))
    lantern = [row for row in rows if row["title"] == "Lantern" and row["code"] == "a1"]
    assert [(row["planned"], row["spent"], row["currency"]) for row in lantern] == [("400.00", "120.00", "EUR")]
    months = list(csv.DictReader(io.StringIO(
        dashboard(f"/grants/{budgeted}/budget/series?as_of=2026-12-31", Accept="text/csv").text)))
    assert len(months) == 24
    assert (months[2]["month"], months[2]["spent"], months[2]["spent_to_date"]) == ("2026-03", "120.00", "120.00")
    assert (months[12]["spent"], months[23]["planned_to_date"]) == ("", "500.00")


def test_the_page_of_figures_has_charts_and_each_number_says_why(service, coordinator, budgeted, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.get(service.url + f"/grants/{budgeted}/budget/figures?as_of=2026-12-31")
    charts = browser.find_elements("css selector", "figure.chart canvas")
    assert len(charts) == 2 and all(chart.is_displayed() for chart in charts)
    errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    assert errors == []
    browser.set_window_size(1440, 1900)
    browser.save_screenshot(str(keep / "figures.png"))
    browser.set_window_size(390, 1900)
    browser.save_screenshot(str(keep / "figures-phone.png"))
    browser.set_window_size(1440, 1000)
    spent = browser.find_element("css selector", "#figures-table tbody a[href*='figure=spent'][href*='code=a1']")
    assert spent.text == "120.00"
    follow(browser, spent)
    assert "Why this number?" in text(browser) and "Staff of March" in text(browser)
    browser.save_screenshot(str(keep / "why.png"))
    follow(browser, browser.find_element("partial link text", "entry "))
    assert "Staff of March" in text(browser)


def test_the_figures_stand_without_javascript(coordinator, budgeted):
    page = coordinator.get(f"/grants/{budgeted}/budget/figures?as_of=2026-12-31").text
    assert page.count('<figure class="chart"') == page.count(" hidden><canvas") == 2
    assert re.search(r">120\.00</a>", page) and "Spent to date" in page


def test_page_endpoint_and_workbook_tell_the_same(coordinator, dashboard, budgeted):
    """One definition of what is spent, committed and available: a line's order takes 50.00 off what all three show."""
    def made(path, body):
        answer = coordinator.api("POST", path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    line = dashboard(f"/grants/{budgeted}/budget?by=line").json()["rows"][0]["code"]
    supplier = made("/organisations", {"name": "Dashboard Prints", "is_supplier": True})
    made(f"/grants/{budgeted}/commitments", {"budget_line_id": int(line), "supplier_id": supplier, "title": "Posters",
                                             "signed_on": "2026-04-01", "amount": "50.00"})
    names = ("planned", "spent", "committed", "available")
    direct = dashboard(f"/grants/{budgeted}/budget?as_of=2027-12-31").json()["direct"]
    assert [direct[name] for name in names] == ["500.00", "120.00", "50.00", "330.00"]

    page = coordinator.get(f"/grants/{budgeted}/budget/figures?as_of=2027-12-31").text
    row = re.search(r'<th scope="row">Direct costs</th>(.*?)</tr>', page, re.DOTALL).group(1)
    planned, spent, committed, _, available, _ = re.findall(r">([\d.,-]+)</a>", row)
    assert [planned, spent, committed, available] == [direct[name] for name in names]

    answer = coordinator.get(f"/grants/{budgeted}/reports/funder-report.xlsx?from=2026-01-01&to=2027-12-31")
    assert answer.status_code == 200, answer.text
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content), data_only=True)["Budget lines"].values)
    headings = next(row for row in rows if "Available" in row)
    total = next(row for row in rows if "Total" in row)
    columns = ("Approved budget", "Actual to date", "Committed", "Available")
    assert [f"{total[headings.index(name)]:.2f}" for name in columns] == [direct[name] for name in names]
