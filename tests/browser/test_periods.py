"""A reporting period is closed, takes nothing more, and is reopened by a second person: by keyboard alone, with scripts
and without."""

import itertools
import json

import pytest

from pages import enter, text, type_into, unfold

numbers = itertools.count(1)


def sign_in_by_keyboard(browser, service, name):
    browser.delete_all_cookies()
    browser.get(service.url + "/sign-in")
    type_into(browser, "email", f"{name}@example.org")
    type_into(browser, "password", service.passwords[name])
    enter(browser, "Sign in")


def created(answer):
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def grant(service, coordinator, approver):
    """Awarded in 2025 for two years, with an interim payment that is expected in 2026; its path."""
    number = next(numbers)
    funder = created(coordinator.api("POST", "/organisations", json={"name": f"Period funder {number}", "is_funder": True}))
    made = created(coordinator.api("POST", "/grants", json={
        "programme": "horizon-europe-actual", "title": f"Closed in order {number}", "funder_id": funder["id"], "currency": "EUR",
        "requested_amount": "100000.00", "probability": "60", "starts_on": "2025-01-01", "ends_on": "2026-12-31",
        "state": "applied", "state_on": "2024-09-01"}))
    path = f"/grants/{made['id']}"
    moved = coordinator.api("POST", path + "/state", headers={"If-Match": f'"{made["version"]}"'}, json={
        "to_state": "awarded", "on_date": "2024-12-01", "awarded_amount": "100000.00"})
    assert moved.status_code == 200, moved.text
    created(coordinator.api("POST", path + "/instalments", json={
        "kind": "interim", "title": "Interim payment", "due_on": "2026-06-30", "amount": "20000.00"}))
    return path


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_period_is_closed_takes_nothing_more_and_is_reopened_by_a_second_person(service, chromium, grant, keep, scripts):
    browser = chromium
    if not scripts:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    period = service.url + grant + "/periods/1"

    sign_in_by_keyboard(browser, service, "coordinator")
    browser.get(service.url + grant + "/periods")
    type_into(browser, "months", "12")
    enter(browser, "Plan")
    assert "31 Dec 2025" in text(browser) and "1 Mar 2026" in text(browser)  # the report, 60 days later
    browser.save_screenshot(str(keep / "periods.png"))
    browser.get(period)
    enter(browser, "Begin to close")
    assert "Coordinator began to close this period" in text(browser)
    assert "Close period" not in text(browser)

    sign_in_by_keyboard(browser, service, "approver")
    browser.get(period)
    browser.save_screenshot(str(keep / "period-closing.png"))
    enter(browser, "Close period")
    assert "The period is closed" in text(browser)

    sign_in_by_keyboard(browser, service, "coordinator")
    receive(browser, service, grant)
    assert "The reporting period of this day is closed" in text(browser)
    browser.save_screenshot(str(keep / "period-is-closed.png"))
    browser.get(period)
    unfold(browser, "Ask for it to be reopened")
    type_into(browser, "reason", "The interim payment came earlier than recorded.")
    enter(browser, "Ask for the reopening")
    assert "Somebody else can decide on it now." in text(browser)

    sign_in_by_keyboard(browser, service, "approver")
    browser.get(period)
    browser.save_screenshot(str(keep / "period-reopening.png"))
    enter(browser, "Reopen the period")
    assert "Begin to close" not in text(browser) and "Costs are posted into it" in text(browser)

    sign_in_by_keyboard(browser, service, "coordinator")
    receive(browser, service, grant)
    assert "The receipt is posted to the ledger." in text(browser)


def receive(browser, service, grant):
    browser.get(service.url + grant + "/instalments")
    unfold(browser, "Receive money")
    type_into(browser, "received_on", "12312025")  # as a person types it: month, day, year
    type_into(browser, "reference", "EC-7")
    enter(browser, "Post receipt")


def test_the_same_is_there_as_json(coordinator, approver, grant):
    planned = created(coordinator.api("POST", grant + "/periods", json={"months": 12}))
    assert [(row["starts_on"], row["ends_on"], row["report_due_on"]) for row in planned["items"]] == [
        ("2025-01-01", "2025-12-31", "2026-03-01"), ("2026-01-01", "2026-12-31", "2027-03-01")]
    one = grant + "/periods/1"
    checklist = coordinator.api("GET", one + "/checklist").json()["items"]
    assert {row["code"] for row in checklist} >= {"drafts_left", "submitted_left", "unallocated", "evidence_missing",
                                                  "instalments_open", "rates_missing", "earlier_period_open"}
    begun = coordinator.api("POST", one + "/begin-closing", json={}, headers={"If-Match": '"1"'})
    assert begun.status_code == 200 and begun.json()["state"] == "closing", begun.text
    assert coordinator.api("POST", one + "/close", json={}, headers={"If-Match": '"2"'}).status_code == 403
    dry = approver.api("POST", one + "/close?dry_run=true", json={}, headers={"If-Match": '"2"'})
    assert dry.json()["dry_run"] and dry.json()["would_answer"] == 200 and dry.json()["answer"]["state"] == "closed"
    closed = approver.api("POST", one + "/close", json={}, headers={"If-Match": '"2"'})
    assert closed.json()["state"] == "closed" and closed.headers["ETag"] == '"3"', closed.text
    statement = coordinator.api("GET", one + "/statement").json()
    assert statement["currency"] == "EUR" and statement["consolidated"]["requested"] == "0.00"
    unknown = coordinator.api("POST", one + "/reopenings", data=json.dumps({"reason": "x", "why": "y"}),
                              headers={"If-Match": '"3"', "Content-Type": "application/json"})
    assert unknown.status_code == 422 and unknown.json()["errors"][0]["field"] == "why"
