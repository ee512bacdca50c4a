"""A budget in force changes through pages: by keyboard alone, and once more with JavaScript off."""

import re

import pytest
from selenium.webdriver.common.by import By

from pages import enter, fill, follow, press, sign_in, tab_to_name, text, type_into


@pytest.fixture(scope="module")
def grant(coordinator, approver):
    """A grant of 100,000.00 EUR with a budget of three lines in force, made over HTTP."""
    def organisation(name, part):
        page = coordinator.post_form("/organisations", {"name": name, part: "on", "country": "BE"}, "/organisations/new")
        return re.search(r"/organisations/(\d+)", page.url).group(1)

    funder = organisation("Harbour Fund", "is_funder")
    organisation("Quill Printers", "is_supplier")
    made = coordinator.api("POST", "/grants", json={
        "programme": "generic-foundation", "title": "Night Watch", "funder_id": int(funder), "state": "applied",
        "state_on": "2025-09-01", "currency": "EUR", "requested_amount": "100000.00", "probability": "60",
        "starts_on": "2026-01-01", "ends_on": "2028-12-31", "funding_rate": "100", "indirect_rate": "0",
        "transfer_threshold": "20", "overspend_rule": "stop",
        "categories": [{"code": "staff", "name": "Staff"}, {"code": "print", "name": "Printing"},
                       {"code": "vol", "name": "Volunteers", "needs_amendment": True}]})
    assert made.status_code == 201, made.text
    path = f"/grants/{made.json()['id']}"
    awarded = coordinator.api("POST", path + "/state", headers={"If-Match": made.headers["ETag"]},
                              json={"to_state": "awarded", "on_date": "2026-01-15", "awarded_amount": "100000.00"})
    assert awarded.status_code == 200, awarded.text
    assert coordinator.api("POST", path + "/budget/versions").status_code == 201
    saved = coordinator.api("PUT", path + "/budget/versions/1", headers={"If-Match": '"1"'}, json={"lines": [
        {"category": "staff", "description": "Night shifts", "amount": "60000.00"},
        {"category": "print", "description": "Guides", "amount": "20000.00"},
        {"category": "vol", "description": "Listeners", "amount": "10000.00"}]})
    assert saved.status_code == 200, saved.text
    assert coordinator.api("POST", path + "/budget/versions/1/submit", headers={"If-Match": '"2"'}).status_code == 200
    assert approver.api("POST", path + "/budget/versions/1/approve", headers={"If-Match": '"3"'}).status_code == 200
    return path


def row_keys(browser):
    """The lines' input names, by what stands in front of them."""
    keys = {}
    for row in browser.find_elements(By.CSS_SELECTOR, "#f-changes tbody tr"):
        label = row.find_element(By.TAG_NAME, "td").text
        keys[label] = row.find_element(By.CSS_SELECTOR, "input.amount").get_attribute("name")
    return keys


def test_a_transfer_is_asked_for_and_approved_by_keyboard_alone(service, grant, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.get(service.url + grant + "/budget")
    enter(browser, "Transfer between lines")
    assert "Why the money moves" in text(browser)
    keys = row_keys(browser)
    staff = next(name for label, name in keys.items() if "Night shifts" in label)
    guides = next(name for label, name in keys.items() if "Guides" in label)
    tab_to_name(browser, "justification").send_keys("More guides, fewer night shifts.")
    tab_to_name(browser, staff).send_keys("-18000.01")
    tab_to_name(browser, guides).send_keys("18000.01")
    enter(browser, "Ask for approval")
    assert "Nothing was stored yet." in text(browser)
    assert "the grant allows 18,000.00 EUR, 20 %" in text(browser)
    browser.save_screenshot(str(keep / "transfer_refused.png"))
    for name, amount in ((staff, "-5000"), (guides, "5000")):
        type_into(browser, name, amount)
    enter(browser, "Ask for approval")
    assert "Transfer no. 1" in text(browser)
    assert "You asked for this, so somebody else decides." in text(browser)

    sign_in(browser, service, "approver")
    browser.get(service.url + grant + "/modifications/1")
    browser.save_screenshot(str(keep / "transfer.png"))
    enter(browser, "Approve")
    assert "The new budget is in force." in text(browser)
    browser.get(service.url + grant + "/budget/comparison?from=1&to=2")
    assert "25,000.00" in text(browser) and "55,000.00" in text(browser)
    browser.save_screenshot(str(keep / "comparison.png"))
    browser.get(service.url + grant + "/modifications")
    assert "5,000.00" in text(browser)
    browser.save_screenshot(str(keep / "register.png"))


def commit(browser, service, grant, title, amount):
    browser.get(service.url + grant + "/commitments")
    line = next(option.get_attribute("value") for option in browser.find_elements(By.CSS_SELECTOR, "select[name=budget_line_id] option")
                if "Guides" in option.text)
    fill(browser, {"budget_line_id": line, "supplier_id": "Quill Printers", "title": title, "reference": "PO-7", "amount": amount})
    press(browser, "Record commitment")


def consume(coordinator, approver, grant, commitment, amount):
    """An approved invoice that names the commitment."""
    supplier = coordinator.api("GET", f"{grant}/commitments/{commitment}").json()["supplier_id"]
    cost = coordinator.api("POST", "/expenditures", json={
        "kind": "invoice", "supplier_id": supplier, "document_number": "Q-1", "document_on": "2026-03-01",
        "description": "First delivery", "currency": "EUR", "amount": amount,
        "allocations": [{"used_as": "claimed", "grant_id": int(grant.split("/")[2]), "commitment_id": commitment}]})
    assert cost.status_code == 201, cost.text
    path = f"/expenditures/{cost.json()['id']}"
    sent = coordinator.api("POST", path + "/submit", headers={"If-Match": cost.headers["ETag"]}, json={})
    assert sent.status_code == 200, sent.text
    done = approver.api("POST", path + "/approve", headers={"If-Match": sent.headers["ETag"]}, json={})
    assert done.status_code == 200, done.text


def test_a_commitment_reserves_its_line_is_partly_consumed_and_released(service, grant, coordinator, approver, chromium,
                                                                         keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    commit(browser, service, grant, "Print run", "8000")
    assert "Recorded." in text(browser) and "8,000.00" in text(browser)
    commit(browser, service, grant, "A second print run", "17000.01")
    assert "The line has 17,000.00 EUR available." in text(browser)
    browser.save_screenshot(str(keep / "commitments.png"))
    browser.get(service.url + grant + "/budget")
    assert "17,000.00" in text(browser), "25,000.00 planned, 8,000.00 committed"
    consume(coordinator, approver, grant, 1, "3000.00")
    browser.get(service.url + grant + "/commitments")
    figures = [figure.text for figure in browser.find_elements(By.CSS_SELECTOR, "main section dd")]
    assert figures == ["8,000.00 EUR", "3,000.00 EUR", "5,000.00 EUR"], "amount, consumed, still reserved"
    browser.find_element(By.XPATH, "//summary[text()='Release the rest']").click()
    browser.find_element(By.NAME, "reason").send_keys("delivered for less")
    press(browser, "Release commitment")
    assert "Released. What was reserved is available again." in text(browser)
    assert "delivered for less" in text(browser)


def test_an_amendment_goes_through_without_javascript(service, grant, coordinator, approver, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(service.url + grant + "/amendments/new")
    for name, value in {"justification": "The funder adds a helpline for volunteers.", "funder_reference": "AMD-2",
                        "awarded_amount": "110000.00"}.items():
        field = browser.find_element(By.NAME, name)
        field.clear()
        field.send_keys(value)
    browser.find_element(By.NAME, "agreed_on").send_keys("05042026")
    press(browser, "Begin the amendment")
    assert "Amendment no. 2" in text(browser)
    follow(browser, browser.find_element(By.LINK_TEXT, "Edit lines"))
    amounts = browser.find_elements(By.CSS_SELECTOR, ".grid input.amount")
    amounts[2].clear()
    amounts[2].send_keys("20000")
    press(browser, "Save lines")
    follow(browser, browser.find_element(By.LINK_TEXT, "Amendment no. 2"))
    assert "10,000.00" in text(browser)
    browser.save_screenshot(str(keep / "amendment.png"))
    press(browser, "Submit for approval")
    assert "somebody else decides" in text(browser)
    decided = approver.post_form(grant + "/modifications/2/approve", {}, grant + "/modifications/2")
    assert "The new budget is in force." in decided.text
    assert coordinator.api("GET", grant).json()["awarded_amount"] == "110000.00"


def test_the_platforms_own_budget_is_planned_without_javascript(service, coordinator, approver, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(service.url + "/platform-budgets")
    press(browser, "Begin")
    for name, value in {"lines.0.need": "Hosting", "lines.0.amount": "9600", "lines.1.need": "Audit",
                        "lines.1.amount": "4200.00"}.items():
        browser.find_element(By.NAME, name).send_keys(value)
    browser.save_screenshot(str(keep / "platform_edit.png"))
    press(browser, "Save needs")
    assert "13,800.00 EUR" in text(browser) and "January" in text(browser)
    browser.save_screenshot(str(keep / "platform.png"))
    press(browser, "Submit for approval")
    path = browser.current_url.removeprefix(service.url).split("?")[0]
    assert "Approved by Approver" in approver.post_form(path + "/approve", {}, path).text


def test_an_order_that_no_grant_bears_is_committed_and_consumed_without_javascript(service, coordinator, approver, chromium,
                                                                                  keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(service.url + "/platform/commitments")
    fill(browser, {"need": "Hosting", "supplier_id": "Quill Printers", "title": "Servers for a year", "amount": "3600"})
    press(browser, "Record commitment")
    assert "Servers for a year" in text(browser) and "3,600.00 EUR" in text(browser)
    assert "Hosting (6,000.00 EUR available)" in browser.page_source
    fill(browser, {"need": "Audit", "supplier_id": "Quill Printers", "title": "Audit", "amount": "4200.01"})
    press(browser, "Record commitment")
    assert "It reserves nothing until somebody other than" in text(browser)

    page = coordinator.get("/expenditures/new?kind=invoice").text
    order = re.search(r'<option value="(own-commitment:[^"]+)"[^>]*>Servers for a year', page).group(1)
    supplier = re.search(r'<option value="(\d+)">Quill Printers', page).group(1)
    made = coordinator.post_form("/expenditures", {
        "kind": "invoice", "supplier_id": supplier, "document_number": "H-1", "document_on": "2026-03-01", "currency": "EUR",
        "amount": "300.00", "description": "Servers, March", "allocations.0.target": order}, page="/expenditures/new?kind=invoice")
    path = made.url.split("?")[0].removeprefix(service.url)
    assert f'value="{order}" selected' in coordinator.get(path + "/edit").text, "a draft says again which order it consumes"
    cost = coordinator.api("GET", path)
    sent = coordinator.api("POST", path + "/submit", headers={"If-Match": cost.headers["ETag"]}, json={})
    assert sent.status_code == 200, sent.text
    assert approver.api("POST", path + "/approve", headers={"If-Match": sent.headers["ETag"]}, json={}).status_code == 200
    browser.get(service.url + "/platform/commitments")
    assert "3,300.00 EUR" in text(browser), "what is still reserved"
    browser.save_screenshot(str(keep / "platform_commitments.png"))
    browser.get(service.url + "/")
    assert "3,300.00 EUR" in text(browser), "in what the platform has promised"


def test_the_pages_fit_a_phone(service, grant, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    for name, path in {"transfer": "/transfers/new", "modifications": "/modifications", "commitments": "/commitments",
                       "comparison": "/budget/comparison"}.items():
        browser.set_window_size(500, 900)
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                {"width": 360, "height": 780, "deviceScaleFactor": 1, "mobile": True})
        browser.get(service.url + grant + path)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 360, path
        browser.save_screenshot(str(keep / f"phone_{name}.png"))
