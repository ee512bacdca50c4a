"""Spending in a real browser: a cost split over two grants, a cap that warns, an override by a second person."""

import re

import pytest
from selenium.webdriver.common.by import By

from pages import enter, fill, press, sign_in, tab_to_name, text


def api(person, method, path, body=None, version=None):
    answer = person.api(method, path, json=body, headers={"If-Match": f'"{version}"'} if version else {})
    assert answer.status_code < 300, answer.text
    return answer.json()


def active_grant(coordinator, approver, title, funder, rule, lines, starts_on="2026-01-01"):
    """Awarded, with an approved budget of one line a category."""
    grant = api(coordinator, "POST", "/grants", {
        "programme": "horizon-europe-actual", "title": title, "funder_id": funder, "currency": "EUR",
        "requested_amount": "100000.00", "probability": "60", "starts_on": starts_on, "ends_on": "2028-12-31",
        "state": "applied", "state_on": "2024-06-01", "overspend_rule": rule})
    path = f"/grants/{grant['id']}"
    for change in ({"to_state": "awarded", "awarded_amount": "100000.00"}, {"to_state": "active"}):
        version = coordinator.api("GET", path).headers["ETag"].strip('"')
        api(coordinator, "POST", path + "/state", {**change, "on_date": starts_on}, version)
    api(coordinator, "POST", path + "/budget/versions")
    api(coordinator, "PUT", path + "/budget/versions/1",
        {"lines": [{"work_package": "WP1", "category": category, "amount": amount} for category, amount in lines.items()]}, 1)
    api(coordinator, "POST", path + "/budget/versions/1/submit", version=2)
    api(approver, "POST", path + "/budget/versions/1/approve", version=3)
    return grant["id"]


@pytest.fixture(scope="module")
def grants(service, coordinator, approver):
    """Two grants with one line of 1,000.00 each; the second one only warns."""
    funder = api(coordinator, "POST", "/organisations", {"name": "Trust of two houses", "is_funder": True})["id"]
    api(coordinator, "POST", "/organisations", {"name": "Lamps and Wires", "is_supplier": True})
    return [active_grant(coordinator, approver, title, funder, rule, {"c3": "1000.00"})
            for title, rule in (("Lighthouse", "stop"), ("Lookout", "warn"))]


PDF = b"%PDF-1.7\nLW-77 from Lamps and Wires"


def attach(person, path, name, content):
    return person.api("POST", f"{path}/evidence", params={"name": name}, data=content,
                      headers={"Content-Type": "application/octet-stream"})


def line_of(page, grant_title):
    """The value of the grant's one line in the form's choices."""
    group = re.search(rf'<optgroup label="{grant_title}[^"]*">(.*?)</optgroup>', page, re.S).group(1)
    return re.search(r'value="(line:\d+)"', group).group(1)


def test_a_cost_over_two_grants_is_warned_overridden_and_approved(service, grants, coordinator, approver, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.get(service.url + "/expenditures/new?kind=invoice")
    fill(browser, {"supplier_id": "Lamps and Wires", "document_number": "LW-77", "document_on": "2026-03-10",
                   "amount": "1900.00", "description": "Lamps for both houses",
                   "allocations.0.target": line_of(browser.page_source, "Lighthouse"), "allocations.0.amount": "800.00",
                   "allocations.1.target": line_of(browser.page_source, "Lookout")})
    assert "1,100.00 goes to the row without an amount" in text(browser)
    press(browser, "Save draft")
    page = text(browser)
    assert "Recorded." in page and "needs an override" in page
    assert "takes 1,100.00 EUR from WP1, c3 of Lookout, where 1,000.00 EUR is available: 100.00 EUR too much" in page

    address = browser.current_url.split("?")[0]
    assert attach(coordinator, address.removeprefix(service.url), "invoice LW-77.pdf", PDF).status_code == 201
    browser.get(address)
    assert "invoice LW-77.pdf" in text(browser)
    browser.save_screenshot(str(keep / "expenditure.png"))
    press(browser, "Submit for approval")
    assert "Submitted." in text(browser)

    sign_in(browser, service, "approver")
    browser.get(address)
    assert "Approve and post" not in text(browser), "not before somebody let it pass"
    browser.find_element(By.ID, "override-reason").send_keys("The funder agreed by letter.")
    press(browser, "Record the override")
    assert "let pass" in text(browser)
    press(browser, "Approve and post")
    page = text(browser)
    assert "Approved." in page and "The funder agreed by letter." in page
    browser.save_screenshot(str(keep / "expenditure-approved.png"))

    # The file comes back as it was, as a download that no browser runs.
    link = re.search(r'href="(/expenditures/\d+/evidence/\d+)"', browser.page_source).group(1)
    answer = approver.get(link)
    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Everything holds." in service.command("verify")


def test_the_same_invoice_and_the_same_file_count_once(service, grants, coordinator):
    page = coordinator.get("/expenditures/new?kind=invoice").text
    supplier = re.search(r'<option value="(\d+)">Lamps and Wires', page).group(1)
    again = coordinator.post_form("/expenditures", {
        "kind": "invoice", "supplier_id": supplier, "document_number": "lw 77", "document_on": "2026-03-10", "currency": "EUR",
        "amount": "5.00", "description": "Again", "allocations.0.target": line_of(page, "Lighthouse")},
        page="/expenditures/new?kind=invoice")
    assert again.status_code == 422
    assert "This document counts already" in again.text and 'value="lw 77"' in again.text
    draft = coordinator.post_form("/expenditures", {
        "kind": "invoice", "supplier_id": supplier, "document_number": "LW-78", "document_on": "2026-03-11", "currency": "EUR",
        "amount": "5.00", "description": "Another", "allocations.0.target": line_of(page, "Lighthouse")},
        page="/expenditures/new?kind=invoice")
    path = draft.url.split("?")[0].removeprefix(service.url)
    refused = attach(coordinator, path, "other name.pdf", PDF)
    assert refused.status_code == 422 and "This file is the evidence of expenditure" in refused.text
    assert "none of PDF" in attach(coordinator, path, "invoice.pdf", b"<html><script>alert(1)</script>").text


def test_keyboard_alone_enters_a_cost(service, grants, coordinator, chromium):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.get(service.url + "/expenditures/new?kind=invoice")

    for name, value in {"supplier_id": "Lamps", "document_number": "LW-80", "amount": "12.00", "description": "By keyboard",
                        "allocations.0.target": "General"}.items():
        tab_to_name(browser, name).send_keys(value)
    enter(browser, "Save draft")
    assert "By keyboard" in text(browser) and "Draft" in text(browser)


def test_without_javascript_rows_are_added_and_nothing_typed_is_lost(service, grants, coordinator):
    page = coordinator.get("/expenditures/new?kind=staff").text
    typed = {"kind": "staff", "person": "Eva", "works_from": "2026-01-01", "works_to": "2026-03-31", "currency": "EUR",
             "working_time_factor": "100", "personnel_cost": "16200.00", "days": "10", "document_on": "2026-04-01",
             "description": "Interviews", "allocations.0.target": line_of(page, "Lookout")}
    more = coordinator.post_form("/expenditures", {**typed, "button": "more"}, page="/expenditures/new?kind=staff")
    assert more.status_code == 200 and more.text.count('class="allocation-row"') == 6 and 'value="16200.00"' in more.text
    saved = coordinator.post_form("/expenditures", typed, page="/expenditures/new?kind=staff")
    assert "3,000.00 EUR" in saved.text and "300.00 EUR" in saved.text and "10 of at most 54" in saved.text
    for path in ("/expenditures", "/expenditures?evidence=missing&kind=staff&sort=-amount", saved.url.removeprefix(service.url)):
        answer = coordinator.get(path)
        assert answer.status_code == 200 and "Interviews" in answer.text
        assert "<script>" not in answer.text and "style=" not in answer.text


def place_of(page, field, grant_title, label):
    """The value of a grant's category or partner in the form's choices."""
    choices = re.search(rf'<select [^>]*name="allocations.0.{field}"[^>]*>(.*?)</select>', page, re.S).group(1)
    group = re.search(rf'<optgroup label="{grant_title}"[^>]*>(.*?)</optgroup>', choices, re.S).group(1)
    return re.search(rf'<option value="([^"]+)"[^>]*>{label}', group).group(1)


def test_without_javascript_match_and_what_is_not_eligible_say_category_and_partner(service, grants, coordinator):
    new = "/expenditures/new?kind=in_kind"
    page = coordinator.get(new).text
    lighthouse, lookout = (re.search(rf'<optgroup label="{title} .*?value="(match:\d+)"', page, re.S).group(1)
                           for title in ("Lighthouse", "Lookout"))
    typed = {"kind": "in_kind", "in_kind_of": "time", "valuation_basis": "20 hours at 5.00", "document_on": "2026-03-12",
             "currency": "EUR", "amount": "100.00", "description": "Rounds of the lighthouse", "allocations.0.target": lighthouse,
             "allocations.0.category": place_of(page, "category", "Lookout", "c3"),
             "allocations.1.target": lighthouse.replace("match", "ineligible"), "allocations.1.amount": "10.00",
             "allocations.1.ineligible_reason": "Outside the action",
             "allocations.1.category": place_of(page, "category", "Lighthouse", "c3")}
    refused = coordinator.post_form("/expenditures", typed, page=new)
    assert refused.status_code == 422 and "has no such category" in refused.text
    assert 'value="Outside the action"' in refused.text and "data-place open" in refused.text
    typed["allocations.0.category"] = place_of(page, "category", "Lighthouse", "c1")
    saved = coordinator.post_form("/expenditures", typed, page=new)
    assert "Lighthouse: c1 " in saved.text and "Lighthouse: c3 " in saved.text
    path = saved.url.split("?")[0].removeprefix(service.url)
    assert [part["category"] for part in api(coordinator, "GET", path)["allocations"]] == ["c1", "c3"]
    # What is stored is shown again, and saved as it is it stays.
    edit = coordinator.get(path + "/edit").text
    assert f'value="{typed["allocations.0.category"]}" selected' in edit
    typed["allocations.0.target"] = lookout
    moved = coordinator.post_form(path, typed, page=path + "/edit")
    assert moved.status_code == 422, "the category is of the other grant"


def test_the_same_gift_in_kind_is_asked_about_and_recorded_with_the_answer(service, grants, coordinator, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")

    def give(description):
        browser.get(service.url + "/expenditures/new?kind=in_kind")
        fill(browser, {"in_kind_of": "time", "document_on": "2026-04-02", "amount": "240.00", "description": description,
                       "valuation_basis": "12 hours at 20.00", "allocations.0.target": "own:1"})
        press(browser, "Save draft")

    give("Help line")
    first = browser.current_url.split("?")[0]
    give("Help line, evening")
    page = text(browser)
    assert "is recorded already" in page and "Another gift than expenditure" in page
    link = browser.find_element(By.LINK_TEXT, "Look at the expenditure that is recorded already")
    assert link.get_attribute("href") == first
    browser.save_screenshot(str(keep / "in-kind-twice.png"))
    fill(browser, {"another_because": "The same hours of another volunteer"})
    press(browser, "Save draft")
    page = text(browser)
    assert "Recorded." in page and "The same hours of another volunteer" in page and "Not the same gift as" in page
    assert "said to be another · Coordinator: not expenditure" in page
    browser.save_screenshot(str(keep / "in-kind-another.png"))
    # Changed in other words, it is not asked again.
    press(browser, "Change")
    fill(browser, {"description": "Help line in the evening"})
    press(browser, "Save draft")
    assert "Your changes are saved." in text(browser)


def test_a_row_offers_what_its_choice_needs_and_its_own_grants_places(service, grants, coordinator, chromium, keep):
    browser = chromium
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                            {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True})
    sign_in(browser, service, "coordinator")
    browser.get(service.url + "/expenditures/new?kind=invoice")
    fold = browser.find_element(By.CSS_SELECTOR, "#f-allocations-0 details")
    assert not fold.is_displayed(), "a line has its own category"
    match = re.search(r'<optgroup label="Lookout .*?value="(match:\d+)"', browser.page_source, re.S).group(1)
    fill(browser, {"allocations.0.target": match})
    assert fold.is_displayed()
    category = browser.find_element(By.NAME, "allocations.0.category")
    offered = [group.get_attribute("label") for group in category.find_elements(By.TAG_NAME, "optgroup") if group.is_enabled()]
    assert offered == ["Lookout"]
    fill(browser, {"supplier_id": "Lamps and Wires", "document_number": "LW-91", "document_on": "2026-03-12", "amount": "9.00",
                   "description": "Match with a place", "allocations.0.category": place_of(browser.page_source, "category", "Lookout", "c1")})
    browser.save_screenshot(str(keep / "phone-allocation-place.png"))
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    press(browser, "Save draft")
    assert "Lookout: c1 " in text(browser)


def test_what_is_left_is_told_in_the_decimals_of_the_currency(service, grants, coordinator, chromium):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.get(service.url + "/expenditures/new?kind=invoice")
    for amount, part, left in (("0.005", "0.001", "0.004 is left to allocate."), ("1000", "400", "600 is left to allocate."),
                               ("1900.00", "800", "1,100.00 is left to allocate."), ("0.003", "0.004", "The parts are 0.001 more than the cost."),
                               ("0.1", "0.1", "All is allocated.")):
        fill(browser, {"amount": amount, "allocations.0.amount": part})
        assert browser.find_element(By.CSS_SELECTOR, "[data-left]").text == left


def test_no_spending_page_is_wider_than_a_phone(service, grants, coordinator, chromium, keep):
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                             {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True})
    sign_in(chromium, service, "coordinator")
    grant = f"/grants/{grants[0]}"
    for path in ["/expenditures", "/expenditures/1", "/expenditures/new?kind=invoice", "/expenditures/new?kind=in_kind",
                 f"{grant}/modifications", f"{grant}/budget/comparison", f"{grant}/periods", "/exchange-rates", "/imports"]:
        chromium.get(service.url + path)
        chromium.save_screenshot(str(keep / f"phone{re.sub('[^a-z0-9]', '-', path)}.png"))
        assert chromium.execute_script("return document.documentElement.scrollWidth") <= 360, path
        assert chromium.execute_script(
            "return [...document.querySelectorAll('.kindling-table')].every(table => "
            "table.parentElement.scrollWidth <= table.parentElement.clientWidth)"), f"a table of {path} is cut off"
