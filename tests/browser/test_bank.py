"""A bank statement in a real browser, without JavaScript: uploaded, matched, undone and reconciled."""

import pathlib

import pytest
from selenium.webdriver.common.by import By

from pages import fill, follow, press, sign_in, text

STATEMENTS = pathlib.Path(__file__).resolve().parents[1] / "support/statements"


@pytest.fixture
def plain_chromium(chromium):
    """Pages get no script; the driver's own still run."""
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    return chromium


def expected_instalment(coordinator, amount):
    funder = coordinator.api("POST", "/organisations", json={"name": "Lantern Bank Fund", "is_funder": True}).json()
    grant = coordinator.api("POST", "/grants", json={
        "programme": "generic-foundation", "title": "Night Watch", "funder_id": funder["id"], "state": "applied",
        "state_on": "2025-09-01", "currency": "EUR", "requested_amount": "500.00", "probability": "50",
        "starts_on": "2026-01-01", "ends_on": "2026-12-31"})
    assert grant.status_code == 201, grant.text
    path = f"/grants/{grant.json()['id']}"
    awarded = coordinator.api("POST", path + "/state", headers={"If-Match": grant.headers["ETag"]}, json={
        "to_state": "awarded", "on_date": "2026-01-10", "awarded_amount": "500.00", "reference": "NW-2026-1"})
    assert awarded.status_code == 200, awarded.text
    planned = coordinator.api("POST", path + "/instalments", json={
        "kind": "other", "title": "First half", "due_on": "2026-02-02", "amount": amount})
    assert planned.status_code == 201, planned.text


def choose_file(browser, path):
    browser.find_element(By.NAME, "file").send_keys(str(path))


def test_a_statement_is_uploaded_matched_undone_and_reconciled(service, coordinator, plain_chromium, keep, tmp_path):
    browser = plain_chromium
    expected_instalment(coordinator, "50.00")
    sign_in(browser, service, "coordinator")
    browser.get(service.url + "/bank/new")
    fill(browser, {"name": "Main account", "holder": "Sparks in the Dark vzw", "iban": "BE69 5390 0754 7034",
                   "opening_on": "2026-01-31", "opening": "1000.00"})
    press(browser, "Record account")
    assert "The check digits of this IBAN do not fit" in text(browser)
    fill(browser, {"iban": "BE68 5390 0754 7034"})
    press(browser, "Record account")
    assert "1,000.00 EUR" in text(browser)

    cut = tmp_path / "cut.xml"
    cut.write_bytes((STATEMENTS / "camt_02.xml").read_bytes()[:2000])
    browser.get(service.url + "/bank/statements/new")
    choose_file(browser, cut)
    press(browser, "Upload")
    assert "Nothing was imported." in text(browser) and "the file ends too early" in text(browser)
    choose_file(browser, STATEMENTS / "camt_02.xml")
    press(browser, "Upload")
    assert "1,147.50 EUR" in text(browser)
    browser.save_screenshot(str(keep / "bank_account.png"))
    browser.get(service.url + "/bank/statements/new")
    choose_file(browser, STATEMENTS / "camt_02.xml")
    press(browser, "Upload")
    assert "nothing changed" in text(browser)

    follow(browser, browser.find_element(By.LINK_TEXT, "Žofie Nováková"))
    assert "The amount is the same." in text(browser)
    line = browser.current_url
    browser.save_screenshot(str(keep / "bank_line.png"))
    press(browser, "Match 50.00 EUR")
    assert "matched" in browser.find_element(By.TAG_NAME, "h1").text

    browser.find_element(By.CSS_SELECTOR, "main details summary").click()
    fill(browser, {"reason": "Of another grant."})
    press(browser, "Undo")
    assert "undone" in text(browser) and "First half of Night Watch" in text(browser)
    browser.get(service.url + "/bank")
    follow(browser, browser.find_element(By.LINK_TEXT, "Does it agree with the ledger?"))
    assert "Unexplained\n0.00 EUR" in text(browser)
    assert "On the bank, not yet matched" in text(browser)
    browser.save_screenshot(str(keep / "bank_reconciliation.png"))
    assert "Everything holds." in service.command("verify")

    browser.set_window_size(360, 800)
    for path in ["/bank", "/bank/1", line.removeprefix(service.url), "/bank/1/reconciliation", "/bank/statements/new"]:
        browser.get(service.url + path)
        wide = browser.execute_script("return document.documentElement.scrollWidth")
        assert wide <= browser.execute_script("return document.documentElement.clientWidth"), path
    browser.save_screenshot(str(keep / "bank_phone.png"))


def test_who_paid_is_shown_to_those_who_work_with_it(viewer, coordinator):
    assert viewer.get("/bank").status_code == 200
    assert viewer.get("/bank/1/reconciliation").status_code == 200
    assert viewer.get("/bank/1").status_code == 403
    assert viewer.api("GET", "/bank-accounts/1/lines").status_code == 403
    assert "Nováková" not in viewer.get("/bank/1/reconciliation").text
    lines = coordinator.api("GET", "/bank-accounts/1/lines?state=new").json()["items"]
    assert {line["bank_reference"] for line in lines} >= {"2602020002#1", "2602020003"}


def test_a_csv_statement_is_mapped_once_and_the_next_one_goes_in_by_itself(service, coordinator, plain_chromium, keep, tmp_path):
    browser = plain_chromium
    sign_in(browser, service, "coordinator")
    account = coordinator.api("POST", "/bank-accounts", json={
        "name": "Savings", "holder": "Sparks in the Dark vzw", "iban": "NL91ABNA0417164300", "currency": "EUR",
        "opening_on": "2026-01-31", "opening": "1000.00"})
    assert account.status_code == 201, account.text

    def upload(name, rows):
        path = tmp_path / name
        above = "Example Bank NV\r\nRekening;NL91 ABNA 0417 1643 00\r\n\r\n"  # as many banks write it
        path.write_text(above + "Datum;Bedrag;Saldo;Naam;Mededeling\r\n" + rows, encoding="windows-1252")
        browser.get(service.url + f"/bank/statements/new?account={account.json()['id']}")
        choose_file(browser, path)
        press(browser, "Upload")

    upload("february.csv", "03.02.2026;-118,40;1.031,60;Café Lantern;Invoice 88\r\n02.02.2026;150,00;1.150,00;Ida Example;Thanks\r\n")
    assert "Say once how the files of this account are written" in text(browser)
    assert "The headings were found in row 4" in text(browser)
    browser.save_screenshot(str(keep / "bank_csv_mapping.png"))
    press(browser, "Save")
    assert "is saved" in text(browser)
    upload("february.csv", "03.02.2026;-118,40;1.031,60;Café Lantern;Invoice 88\r\n02.02.2026;150,00;1.150,00;Ida Example;Thanks\r\n")
    assert "1,031.60 EUR" in text(browser) and "Café Lantern" in text(browser)
    browser.save_screenshot(str(keep / "bank_csv_imported.png"))
    upload("wrong.csv", "04.02.2026;1,00;1.032,60;;\r\n05.02.2026;1,00;1.033,61;;\r\n")
    assert "Row 6 does not add up" in text(browser) and "Nothing was imported." in text(browser)
    upload("march.csv", "04.02.2026;1,00;1.032,60;;\r\n")
    assert "1,032.60 EUR" in text(browser)


def test_a_gift_on_an_account_in_crowns_asks_for_its_rate_and_reconciles(service, coordinator, plain_chromium, keep):
    browser = plain_chromium
    sign_in(browser, service, "coordinator")
    account = coordinator.api("POST", "/bank-accounts", json={
        "name": "Crowns", "holder": "Sparks in the Dark vzw", "iban": "CZ6508000000192000145399", "currency": "CZK",
        "opening_on": "2026-01-31", "opening": "0.00"})
    assert account.status_code == 201, account.text
    path = f"/bank-accounts/{account.json()['id']}"
    mapped = coordinator.api("PUT", path + "/csv-mapping", json={
        "columns": {"booked_on": "Date", "amount": "Amount", "name": "Name"}, "options": {"decimal": "point", "dates": "iso"}})
    assert mapped.status_code == 200, mapped.text
    sent = coordinator.api("POST", f"/bank-statements?account_id={account.json()['id']}", headers={"Content-Type": "text/csv"},
                           data=b"Date,Amount,Name\n2026-02-05,2500.00,Jana Fictitious\n")
    assert sent.status_code == 200, sent.text
    line = coordinator.api("GET", path + "/lines").json()["items"][0]
    browser.get(service.url + f"/bank/lines/{line['id']}")
    fill(browser, {"target": "campaign:0"})
    press(browser, "Match")
    assert "No rate is published for that day; enter how many CZK make one EUR." in text(browser)
    assert browser.find_element(By.NAME, "target").get_attribute("value") == "campaign:0", "what was chosen is kept"
    browser.save_screenshot(str(keep / "bank_line_rate.png"))
    fill(browser, {"rate": "25"})
    press(browser, "Match")
    assert "matched" in browser.find_element(By.TAG_NAME, "h1").text
    gift = next(each for each in coordinator.api("GET", "/donations?limit=200").json()["items"] if each["currency"] == "CZK")
    assert (gift["base_gross"], gift["base_currency"], gift["arrived_amount"]) == ("100.00", "EUR", "2500.00")
    browser.get(service.url + f"/bank/{account.json()['id']}/reconciliation")
    assert "agrees" in browser.find_element(By.TAG_NAME, "h1").text and "There is no difference" in text(browser)
    assert "Everything holds." in service.command("verify")
