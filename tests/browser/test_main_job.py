"""The main job in a real browser: from a funder to the workbook that it receives, through pages alone."""

import io
import time

import openpyxl
from selenium.webdriver.common.by import By

import workbooks
from pages import button, click, fill, press, sign_in, submit, text


def organisation(browser, service, name, part):
    browser.get(service.url + "/organisations/new")
    fill(browser, {"name": name, part: "on", "country": "BE"})
    press(browser, "Record organisation")
    assert name in text(browser)


CATEGORIES = ["a1", "c1", "c3", "b"]


def pasted_lines(partners):
    rows = ["Work package\tCategory\tPartner\tDescription\tAmount"]
    for number in range(40):
        rows.append(f"WP{number % 5 + 1}\t{CATEGORIES[number % 4]}\t{partners[number % 3]}\tLine {number + 1}\t12,500.00")
    return "\n".join(rows)


def test_a_grant_goes_in_through_forms_and_a_workbook_comes_out(service, coordinator, approver, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    organisation(browser, service, "European Commission", "is_funder")
    partners = ["Spark Foundation", "Harbour University", "Beacon Helpline"]
    for name in partners:
        organisation(browser, service, name, "is_partner")

    browser.get(service.url + "/grants/new?programme=horizon-europe-actual")
    fill(browser, {"title": "Safe Harbour", "funder_id": "European Commission", "state": "applied", "state_on": "2025-09-01", "currency": "EUR",
                   "requested_amount": "1000000.00", "probability": "50", "starts_on": "2026-01-01",
                   "ends_on": "2028-12-31"})
    press(browser, "Record grant")
    assert "Safe Harbour" in text(browser)
    grant = browser.current_url.split("?")[0]

    browser.get(grant + "/partners")
    for number, (name, share) in enumerate(zip(partners, ["500000.00", "300000.00", "200000.00"])):
        fill(browser, {f"partners.{number}.organisation_id": name,
                       f"partners.{number}.role": "coordinator" if number == 0 else "partner",
                       f"partners.{number}.share": share})
    submit(browser)
    assert "Beacon Helpline" in browser.page_source

    browser.get(grant + "/budget")
    press(browser, "New version")
    browser.execute_script("document.getElementById('paste').value = arguments[0]", pasted_lines(partners))
    press(browser, "Recalculate")
    assert len(browser.find_elements(By.CSS_SELECTOR, ".grid tbody tr:not(.row-error)")) == 45
    browser.save_screenshot(str(keep / "grid.png"))
    # 500,000 direct; 375,000 in the base at 25 %.
    assert browser.find_element(By.CSS_SELECTOR, "[data-sum=indirect]").text == "93,750.00"
    press(browser, "Save lines")
    assert "593,750.00" in text(browser)
    press(browser, "Submit for approval")
    assert "submitted" in text(browser)

    sign_in(browser, service, "approver")
    browser.get(grant + "/budget")
    press(browser, "Approve")
    assert "Approved." in text(browser)
    browser.save_screenshot(str(keep / "budget.png"))

    sign_in(browser, service, "coordinator")
    browser.get(grant + "/state?to=awarded")
    fill(browser, {"on_date": "2026-01-15", "awarded_amount": "1000000.00", "reference": "101234567"})
    submit(browser)
    assert "Agreement 101234567" in text(browser)

    # 40 % of 1,000,000 less 5 %: the form proposes it.
    browser.get(grant + "/instalments")
    assert browser.find_element(By.NAME, "amount").get_attribute("value") == "350000.00"
    fill(browser, {"due_on": "2026-02-01"})
    press(browser, "Plan instalment")
    browser.find_element(By.CSS_SELECTOR, "details summary.btn-primary").click()
    fill(browser, {"received_on": "2026-02-03", "reference": "EC-1"})
    press(browser, "Post receipt")
    assert "The receipt is posted to the ledger." in text(browser)
    browser.save_screenshot(str(keep / "instalments.png"))

    browser.get(grant + "/reports")
    click(browser, button(browser, "Download preview"))
    deadline = time.monotonic() + 10
    while not (files := list(browser.downloads.glob("*.xlsx"))):
        assert time.monotonic() < deadline, "the workbook arrives within 10 s"
        time.sleep(0.1)
    check_workbook(files[0].read_bytes(), keep)
    again = coordinator.get(grant.removeprefix(service.url) + "/reports/funder-report.xlsx"
                            "?from=2026-01-01&to=2028-12-31").content
    assert again == files[0].read_bytes(), "the same ledger position gives the same bytes"
    assert "Everything holds." in service.command("verify")


def check_workbook(content, keep):
    (keep / "report.xlsx").write_bytes(content)
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert book.sheetnames == ["Cover", "Tie-out", "Summary", "Variance", "Budget lines", "Instalments", "Match",
                               "Modifications", "Adjustments", "Costs", "Evidence", "Definitions"]
    differences = [row[4].value for row in book["Tie-out"].iter_rows(min_row=4) if row[0].value]
    assert differences == [0] * 6
    totals = {row[1].value: row[3].value for row in book["Summary"].iter_rows(min_row=4) if row[1].value}
    assert totals["Total costs"] == 593750
    assert totals["Indirect costs (rate x indirect base)"] == 93750
    assert book["Instalments"]["F4"].value == 350000
    assert workbooks.check_formulas([keep / "report.xlsx"], keep) > 50
    workbooks.check_looks(keep / "report.xlsx")


def test_every_page_works_at_a_phones_width_and_without_javascript(service, coordinator, viewer, keep):
    for path in ["/", "/grants", "/grants/1", "/grants/1/budget", "/grants/1/instalments", "/grants/1/obligations",
                 "/grants/1/reports", "/grants/1/history", "/pipeline", "/sources", "/organisations", "/ledger",
                 "/programmes", "/obligations"]:
        answer = viewer.get(path)
        assert answer.status_code == 200, path
        assert "<script>" not in answer.text and "style=" not in answer.text, "nothing inline: the policy forbids it"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_no_page_is_wider_than_a_phone(service, coordinator, chromium, keep):
    chromium.set_window_size(500, 900)
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                             {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True})
    sign_in(chromium, service, "coordinator")
    for path in ["/", "/grants", "/grants/1", "/grants/1/budget", "/grants/1/instalments", "/organisations/new", "/ledger"]:
        chromium.get(service.url + path)
        width = chromium.execute_script("return document.documentElement.scrollWidth")
        chromium.save_screenshot(str(keep / f"phone{path.replace('/', '-')}.png"))
        assert width <= 360, f"{path} is {width} px wide"
