"""Gifts in a real browser: a pile of ten, a pledge, a refund; by keyboard alone, and once without scripts."""

import io

import openpyxl
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from pages import arrive, fill, press, sign_in, text


def given(coordinator):
    """What all gifts come to, in cents, less what was paid back."""
    cents = 0
    for gift in coordinator.api("GET", "/donations?limit=200").json()["items"]:
        if gift["state"] in ("cleared", "refunded", "charged_back") and gift["kind"] == "cash":
            cents += round(100 * (float(gift["base_gross"]) - float(gift["base_refunded"])))
    return cents


@pytest.fixture(scope="module")
def donor(coordinator):
    made = coordinator.api("POST", "/donors", json={"name": "Nora Fictitious", "email": "nora@example.org",
                                                    "contact_preference": "email", "consent_on": "2026-01-01"})
    assert made.status_code == 201, made.text
    return made.json()


def test_a_batch_of_ten_gifts_is_refused_off_by_a_cent_and_recorded_when_it_adds_up(service, coordinator, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    before = given(coordinator)
    browser.get(service.url + "/donations/batch")
    fill(browser, {"given_on": "2026-03-01", "method": "cash", "control_total": "55.01"})
    for row in range(10):
        fill(browser, {f"rows.{row}.gross": f"{row + 1}.00"})
    press(browser, "Record all")
    assert "0.01 EUR less than the control total. Nothing was stored." in text(browser)
    browser.save_screenshot(str(keep / "batch-refused.png"))
    assert given(coordinator) == before
    assert browser.find_element(By.NAME, "rows.9.gross").get_attribute("value") == "10.00", "what was typed is kept"
    fill(browser, {"control_total": "55.00"})
    press(browser, "Record all")
    assert "Recorded." in text(browser)
    assert given(coordinator) == before + 5500
    browser.save_screenshot(str(keep / "donations.png"))


def test_a_pledge_by_keyboard_alone(service, coordinator, donor, chromium, keep):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.get(service.url + f"/pledges/new?donor_id={donor['id']}")
    # From field to field with the tabulator, as somebody without a mouse.
    browser.find_element(By.NAME, "donor_id").send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys("25.00", Keys.TAB, Keys.TAB)
    browser.switch_to.active_element.send_keys("m", Keys.TAB)
    browser.switch_to.active_element.send_keys("The last", Keys.TAB, Keys.TAB)
    arrive(browser, lambda: browser.switch_to.active_element.send_keys("01012026", Keys.ENTER))
    assert "Recorded." in text(browser)
    assert "on the last day of the month" in text(browser)
    browser.save_screenshot(str(keep / "pledge.png"))
    gift = coordinator.api("POST", "/donations", json={"given_on": "2026-02-02", "method": "online", "gross": "25.00",
                                                       "donor_id": donor["id"]})
    assert gift.json()["pledge_id"], "the gift met the pledge by itself"


def test_a_refund_without_scripts(service, coordinator, chromium, keep):
    gift = coordinator.api("POST", "/donations", json={"given_on": "2026-03-01", "method": "card", "gross": "80.00"}).json()
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})

    browser.get(service.url + f"/donations/{gift['id']}")
    browser.find_element(By.XPATH, "//summary[normalize-space()='Refund']").click()
    fill(browser, {"amount": "80.01"})
    browser.find_element(By.ID, "refund-reason").send_keys("asked back")
    press(browser, "Post refund")
    assert "Of this gift 80.00 EUR is left; enter at most that." in text(browser)
    fill(browser, {"amount": "30.00"})
    press(browser, "Post refund")
    assert "The refund is posted to the ledger." in text(browser)
    browser.save_screenshot(str(keep / "refund.png"))
    after = coordinator.api("GET", f"/donations/{gift['id']}").json()
    assert (after["state"], after["refunded"]) == ("cleared", "30.00")
    assert "Everything holds." in service.command("verify")


def test_donation_pages_serve_everybody_but_names_only_coordinators(service, coordinator, viewer, donor):
    for path in ["/donations", "/campaigns", "/pledges", "/donation-receipts", "/contributions"]:
        assert viewer.get(path).status_code == 200, path
    for path in ["/donors", f"/donors/{donor['id']}", "/donors/duplicates", "/thanks", "/thanks.csv", "/donation-messages",
                 f"/donors/{donor['id']}/export.json"]:
        assert viewer.get(path).status_code == 403, path
        assert coordinator.get(path).status_code == 200, path


def test_no_page_of_donations_is_wider_than_a_phone(service, coordinator, donor, chromium, keep):
    chromium.set_window_size(500, 900)
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                             {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True})
    sign_in(chromium, service, "coordinator")
    for path in ["/donations", "/donations/new", "/donations/batch", "/campaigns", "/donors", f"/donors/{donor['id']}",
                 "/pledges", "/donation-receipts", "/thanks", "/contributions"]:
        chromium.get(service.url + path)
        width = chromium.execute_script("return document.documentElement.scrollWidth")
        chromium.save_screenshot(str(keep / f"phone{path.replace('/', '-')}.png"))
        assert width <= 360, f"{path} is {width} px wide"


def test_a_receipt_prints_and_its_register_has_no_gap(service, coordinator, donor):
    gift = coordinator.api("POST", "/donations", json={"given_on": "2026-03-05", "method": "cash", "gross": "12.50",
                                                       "donor_id": donor["id"]}).json()
    receipt = coordinator.api("POST", "/donation-receipts", json={"donation_id": gift["id"]})
    assert receipt.status_code == 201, receipt.text
    page = coordinator.get(f"/donation-receipts/{receipt.json()['id']}")
    assert "Nora Fictitious" in page.text and page.headers["Cache-Control"] == "no-store"
    year = receipt.json()["number"][:4]
    book = openpyxl.load_workbook(io.BytesIO(coordinator.get(f"/donation-receipts.xlsx?year={year}").content), data_only=True)
    sheet = book["Receipts in EUR"]
    numbers = [row[0].value for row in sheet.iter_rows(min_row=4) if row[0].value and row[0].value != "Total"]
    assert numbers == [f"{year}-{n:06d}" for n in range(1, len(numbers) + 1)]
    assert sheet.cell(sheet.max_row, 7).value == sum(sheet.cell(4 + n, 7).value for n in range(len(numbers)))
    assert "Nora" not in str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])


def test_the_log_never_holds_a_donors_name(service, coordinator, donor):
    coordinator.get(f"/donors/{donor['id']}")
    coordinator.post_form("/donors/find", {"who": "Nora Fictitious"}, page="/donors")
    log = service.log.read_text(errors="replace")
    assert log, "the service writes a log"
    for trace in ("Nora", "Fictitious", "nora@example.org"):
        assert trace not in log
