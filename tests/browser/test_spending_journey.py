"""The whole way of a cost, by keyboard alone, with scripts and without: split over two grants with its evidence, warned of a
cap, let pass by a second person, money moved between lines, the period closed, and nothing posted into it after that."""

import itertools

import pytest
from selenium.webdriver.common.by import By

from pages import enter, tab_to_name, text, type_into, unfold
from test_spending import active_grant, api

numbers = itertools.count(1)


def sign_in_by_keyboard(browser, service, name):
    browser.delete_all_cookies()
    browser.get(service.url + "/sign-in")
    type_into(browser, "email", f"{name}@example.org")
    type_into(browser, "password", service.passwords[name])
    enter(browser, "Sign in")


@pytest.fixture
def grants(coordinator, approver):
    """Two grants since 2025; the second one only warns, and has a line to move money from."""
    number = next(numbers)
    funder = api(coordinator, "POST", "/organisations", {"name": f"Journey funder {number}", "is_funder": True})["id"]
    api(coordinator, "POST", "/organisations", {"name": f"Journey Prints {number}", "is_supplier": True})
    made = [active_grant(coordinator, approver, f"{title} {number}", funder, rule, lines, starts_on="2025-01-01")
            for title, rule, lines in (("Firm", "stop", {"c3": "1000.00"}), ("Mild", "warn", {"c3": "1000.00", "c1": "500.00"}))]
    return number, made


def enter_cost(browser, service, number, mark):
    browser.get(service.url + "/expenditures/new?kind=invoice")
    type_into(browser, "supplier_id", f"Journey Prints {number}")
    type_into(browser, "document_number", f"J-{number}-{mark}")
    type_into(browser, "document_on", "03102025")  # as a person types it: month, day, year
    type_into(browser, "amount", "1900.00")
    type_into(browser, "description", "Guides for both houses")


def choose_by_keyboard(browser, name, group):
    """The first line of a grant: its choice is typed as a person finds it in a long list, arrow by arrow."""
    field = tab_to_name(browser, name)
    wanted = next(option.get_attribute("value")
                  for option in field.find_elements(By.XPATH, f"optgroup[starts-with(@label, '{group}')]/option"))
    options = [option.get_attribute("value") for option in field.find_elements(By.TAG_NAME, "option")]
    for _ in range(options.index(wanted)):
        field.send_keys("\ue015")  # arrow down
    assert field.get_attribute("value") == wanted


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_cost_goes_its_whole_way(service, chromium, grants, coordinator, tmp_path, keep, scripts):
    browser = chromium
    number, (firm, mild) = grants
    if not scripts:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    sign_in_by_keyboard(browser, service, "coordinator")

    # Split over two grants; the second line has room for 1,000.00.
    enter_cost(browser, service, number, 1)
    choose_by_keyboard(browser, "allocations.0.target", f"Firm {number}")
    type_into(browser, "allocations.0.amount", "800.00")
    choose_by_keyboard(browser, "allocations.1.target", f"Mild {number}")
    enter(browser, "Save draft")
    cost = browser.current_url.split("?")[0]
    assert "100.00 EUR too much" in text(browser) and "needs an override" in text(browser)
    evidence = tmp_path / f"invoice J-{number}.pdf"
    evidence.write_bytes(b"%PDF-1.7\nJourney " + str(number).encode())
    tab_to_name(browser, "file").send_keys(str(evidence))
    enter(browser, "Attach")
    assert evidence.name in text(browser)
    browser.save_screenshot(str(keep / "journey-warned.png"))
    enter(browser, "Submit for approval")

    # A second person lets it pass, and approves.
    sign_in_by_keyboard(browser, service, "approver")
    browser.get(cost)
    tab_to_name(browser, "reason")  # of the return, which stands before it
    type_into(browser, "reason", "The funder agreed by letter.")
    enter(browser, "Record the override")
    enter(browser, "Approve and post")
    assert "Approved" in text(browser)

    # Money follows: from travel to the guides.
    sign_in_by_keyboard(browser, service, "coordinator")
    browser.get(f"{service.url}/grants/{mild}/transfers/new")
    type_into(browser, "justification", "More guides, fewer trips.")
    names = [field.get_attribute("name") for field in browser.find_elements(By.CSS_SELECTOR, "main input[name$='.amount']")]
    type_into(browser, names[0], "100.00")
    type_into(browser, names[1], "-100.00")
    enter(browser, "Ask for approval")
    modification = browser.current_url.split("?")[0]
    sign_in_by_keyboard(browser, service, "approver")
    browser.get(modification)
    enter(browser, "Approve")
    assert "The new budget is in force." in text(browser)

    # The year is closed by two people.
    sign_in_by_keyboard(browser, service, "coordinator")
    browser.get(f"{service.url}/grants/{mild}/periods")
    type_into(browser, "months", "12")
    enter(browser, "Plan")
    browser.get(f"{service.url}/grants/{mild}/periods/1")
    enter(browser, "Begin to close")
    sign_in_by_keyboard(browser, service, "approver")
    browser.get(f"{service.url}/grants/{mild}/periods/1")
    enter(browser, "Close period")
    assert "The period is closed" in text(browser)

    # Nothing more goes into it, and nothing typed is lost.
    sign_in_by_keyboard(browser, service, "coordinator")
    enter_cost(browser, service, number, 2)
    choose_by_keyboard(browser, "allocations.0.target", f"Mild {number}")
    enter(browser, "Save draft")
    assert "The reporting period of this day is closed" in text(browser)
    assert browser.find_element(By.NAME, "document_number").get_attribute("value") == f"J-{number}-2"
    browser.save_screenshot(str(keep / "journey-closed.png"))
    found = api(coordinator, "GET", f"/expenditures/{cost.rsplit('/', 1)[1]}")
    assert found["state"] == "reported" and found["overrides"][0]["reason"] == "The funder agreed by letter."
