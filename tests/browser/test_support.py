"""The public page as a visitor meets it: no sign-in, on a phone, and its payment code read by a scanner."""

import subprocess
import time

import requests
from selenium.webdriver.common.by import By

from pages import fill, follow, press, sign_in, text


def published(service, path, wanted):
    """The page follows what is recorded within a moment."""
    deadline = time.monotonic() + 15
    while True:
        answer = requests.get(service.url + path, timeout=10)
        if answer.status_code == 200 and wanted in answer.text:
            return answer
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)


def scanned(picture):
    out = subprocess.run(["zbarimg", "--raw", "--quiet", "-Sbinary", str(picture)], check=True, capture_output=True)
    return out.stdout.decode().strip()


def test_a_visitor_finds_how_to_give_and_the_code_says_what_the_page_says(service, coordinator, chromium, keep):
    account = coordinator.api("POST", "/bank-accounts", json={
        "name": "Gifts", "holder": "Sparks in the Dark vzw", "iban": "DE89370400440532013000", "currency": "EUR",
        "opening_on": "2026-01-01", "opening": "0.00", "is_public": True})
    assert account.status_code == 201, account.text
    campaign = coordinator.api("POST", "/campaigns", json={
        "name": "Night light", "reference": "NIGHTLIGHT", "goal": "5000.00", "starts_on": "2026-01-01",
        "public_text": "A lamp for everybody who calls at night.", "is_public": True})
    assert campaign.status_code == 201, campaign.text
    page = published(service, "/support", "Night light")
    assert "DE89 3704 0044 0532 0130 00" in page.text
    assert "<script" not in page.text and "http://" not in page.text and "https://" not in page.text
    assert "max-age=" in page.headers["Cache-Control"] and "Set-Cookie" not in page.headers
    again = requests.get(service.url + "/support", headers={"If-None-Match": page.headers["ETag"]}, timeout=10)
    assert again.status_code == 304

    browser = chromium
    browser.set_window_size(390, 1400)
    browser.get(service.url + "/support")
    assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    browser.save_screenshot(str(keep / "support_phone.png"))
    follow(browser, browser.find_element(By.LINK_TEXT, "25 EUR"))
    code = browser.find_element(By.CSS_SELECTOR, "svg.qr")
    picture = keep / "support_code.png"
    code.screenshot(str(picture))
    browser.save_screenshot(str(keep / "support_give_phone.png"))
    reference = scanned(picture).splitlines()[9]
    assert reference.startswith("RF") and reference.endswith("NIGHTLIGHT")
    assert scanned(picture) == ("BCD\n002\n1\nSCT\n\nSparks in the Dark vzw\nDE89370400440532013000\nEUR25.00\n\n" + reference)

    wrong = requests.get(service.url + "/support/give?amount=1.005", timeout=10, headers={"Accept": "text/html"})
    assert wrong.status_code == 422 and "Enter an amount such as 25.00." in wrong.text
    assert requests.get(service.url + "/support/give?campaign=RF00X", timeout=10).status_code == 404


def test_an_account_in_another_currency_gets_no_payment_code_because_that_is_for_euros_alone(service, coordinator):
    def publish(number, public):
        path = f"/bank-accounts/{number}"
        shown = coordinator.api("GET", path)
        body = {"name": shown.json()["name"], "holder": shown.json()["holder"], "is_public": public}
        changed = coordinator.api("PUT", path, json=body, headers={"If-Match": shown.headers["ETag"]})
        assert changed.status_code == 200, changed.text

    euros = next(account["id"] for account in coordinator.api("GET", "/bank-accounts").json()["items"] if account["is_public"])
    publish(euros, False)
    crowns = coordinator.api("POST", "/bank-accounts", json={
        "name": "Gifts in crowns", "holder": "Sparks in the Dark vzw", "iban": "CZ5508000000001234567899", "currency": "CZK",
        "opening_on": "2026-01-01", "opening": "0.00", "is_public": True})
    assert crowns.status_code == 201, crowns.text
    page = published(service, "/support/give?amount=250.00", "Transfer in CZK to this account.")
    assert "CZ55 0800 0000 0012 3456 7899" in page.text and "250.00 CZK" in page.text
    assert "<svg" not in page.text
    publish(crowns.json()["id"], False)
    publish(euros, True)
    published(service, "/support/give", "Scan the code")


def test_a_visitor_promises_a_regular_gift_without_scripts_and_a_person_takes_it_up(service, coordinator, chromium, keep):
    browser = chromium
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.set_window_size(390, 1400)
    browser.get(service.url + "/support")
    follow(browser, browser.find_element(By.LINK_TEXT, "Promise a regular gift"))
    fill(browser, {"amount": "15.00", "name": "Wanda Wanderer", "email": "wanda-at-nowhere", "message": "Keep the lamp lit"})
    press(browser, "Send")
    assert "Enter an e-mail address such as ada@example.org." in text(browser)
    assert "Please agree" in text(browser)
    assert browser.find_element(By.NAME, "name").get_attribute("value") == "Wanda Wanderer", "what was typed is kept"
    browser.save_screenshot(str(keep / "support_pledge_phone.png"))
    fill(browser, {"email": "wanda@example.org"})
    browser.find_element(By.NAME, "agree").click()
    press(browser, "Send")
    assert "Your promise has arrived." in text(browser)
    assert browser.get_cookies() == []

    sign_in(browser, service, "coordinator")
    browser.set_window_size(1440, 1000)
    browser.get(service.url + "/pledge-offers")
    assert "Wanda Wanderer" in text(browser) and "Keep the lamp lit" in text(browser)
    browser.save_screenshot(str(keep / "pledge_offers.png"))
    press(browser, "Take it up")
    assert "15.00 EUR" in text(browser)
    browser.get(service.url + "/donation-messages")
    assert "Keep the lamp lit" in text(browser) and "waiting" in text(browser)
    log = service.log.read_text()
    assert "/support/pledge" in log
    for trace in ("Wanda", "wanda@example.org", "lamp lit"):
        assert trace not in log, trace


def test_the_figure_can_stand_on_other_sites(service):
    figure = requests.get(service.url + "/support/progress.json", timeout=10)
    assert figure.headers["Access-Control-Allow-Origin"] == "*"
    assert figure.json()["platform"] == "Sparks in the Dark"
    svg = requests.get(service.url + "/support/progress.svg", timeout=10)
    assert svg.headers["Content-Type"].startswith("image/svg+xml") and svg.text.startswith("<svg ")
