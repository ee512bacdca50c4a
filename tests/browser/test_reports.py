"""A report is asked for, watched, submitted by two people, shared by a link, and verified by anybody: without JavaScript."""

import base64
import hashlib
import re
import subprocess
import time

import openpyxl
import pytest
import requests
from selenium.webdriver.common.by import By

from black_box import BINARY
from pages import fill, press, sign_in, text, wait_for


def created(answer):
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def grant(coordinator):
    funder = created(coordinator.api("POST", "/organisations", json={"name": "Lantern Trust", "is_funder": True}))
    made = created(coordinator.api("POST", "/grants", json={
        "programme": "generic-foundation", "title": "Reported in full", "funder_id": funder["id"], "currency": "EUR",
        "requested_amount": "100000.00", "probability": "60", "starts_on": "2026-01-01", "ends_on": "2026-12-31",
        "state": "applied", "state_on": "2025-09-01"}))
    path = f"/grants/{made['id']}"
    moved = coordinator.api("POST", path + "/state", headers={"If-Match": f'"{made["version"]}"'}, json={
        "to_state": "awarded", "on_date": "2025-12-01", "awarded_amount": "100000.00"})
    assert moved.status_code == 200, moved.text
    return path


def shown(browser, keep, name):
    for width in (360, 1440):
        browser.set_window_size(width, 1400)
        browser.save_screenshot(str(keep / f"{name}-{width}.png"))
        assert browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"), f"{name} at {width}"
    browser.set_window_size(1440, 1000)


def downloaded(browser, seconds=20):
    deadline = time.monotonic() + seconds
    while not (files := list(browser.downloads.glob("*.xlsx"))):
        assert time.monotonic() < deadline, "the report arrives"
        time.sleep(0.1)
    return files[0]


def verify_in(browser, service, path):
    browser.get(service.url + "/verify")
    browser.find_element(By.NAME, "file").send_keys(str(path))
    press(browser, "Verify the file")
    return browser.find_element(By.ID, "verdict").text.splitlines()[0]


def test_a_report_goes_to_its_funder_and_is_verified_by_anybody(service, coordinator, approver, grant, chromium, keep, tmp_path):
    browser = chromium
    sign_in(browser, service, "coordinator")
    browser.get(service.url + "/reports")
    shown(browser, keep, "reports")
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.get(service.url + grant + "/reports")
    browser.find_element(By.PARTIAL_LINK_TEXT, "Funder report").click()
    assert browser.find_element(By.NAME, "from").get_attribute("value") == "2026-01-01"
    press(browser, "Have it made")
    wait_for(browser, "Draft", 60)  # the page reloads itself
    run = browser.current_url.split("?")[0]
    fill(browser, {"reason": "Please look at travel."})
    press(browser, "Submit for approval")
    assert "Waits for approval" in text(browser)

    sign_in(browser, service, "approver")
    browser.get(service.url + "/reports")
    assert "Waiting for approval" in text(browser)
    browser.get(run)
    shown(browser, keep, "report-proposed")
    press(browser, "Approve and submit")
    assert "Submitted" in text(browser) and "approved by Approver" in text(browser)

    sign_in(browser, service, "coordinator")
    browser.get(run)
    shown(browser, keep, "report-submitted")
    browser.get(run + "/letter")
    assert "Lantern Trust" in text(browser) and "Reported in full" in text(browser)
    shown(browser, keep, "letter")
    browser.get(run + "/shares")
    fill(browser, {"purpose": "Desk of the Lantern Trust", "days": "14", "password": "lantern over harbour"})
    press(browser, "Make link")
    link = browser.find_element(By.ID, "link").text
    shown(browser, keep, "shares")

    browser.delete_all_cookies()
    browser.get(run)
    assert "/sign-in" in browser.current_url
    browser.get(link)
    shown(browser, keep, "shared")
    fill(browser, {"password": "not this one"})
    browser.find_element(By.CSS_SELECTOR, "form button").click()
    assert "This is not the password" in text(browser)
    fill(browser, {"password": "lantern over harbour"})
    browser.find_element(By.CSS_SELECTOR, "form button").click()
    file = downloaded(browser)

    assert verify_in(browser, service, file) == "Genuine"
    shown(browser, keep, "verify-genuine")
    altered = tmp_path / "altered.xlsx"
    flipped = bytearray(file.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    altered.write_bytes(flipped)
    assert verify_in(browser, service, altered) == "Altered"
    shown(browser, keep, "verify-altered")
    altered.write_bytes(b"a letter")
    assert verify_in(browser, service, altered) == "Unknown"

    # The same without us, with the public key alone.
    key = tmp_path / "key.pem"
    key.write_text(requests.get(service.url + "/verify/key", timeout=10).text)
    genuine = subprocess.run([BINARY, "report", "verify", file, "--key", key], cwd="/", capture_output=True, text=True)
    assert genuine.returncode == 0 and genuine.stdout.startswith("Genuine: funder-report"), genuine.stderr
    altered.write_bytes(flipped)
    assert subprocess.run([BINARY, "report", "verify", altered, "--key", key], cwd="/", capture_output=True).returncode == 1


def test_a_signature_holds_for_openssl_too(service, tmp_path):
    """What ARCHITECTURE promises of the format: sha256sum and openssl are enough."""
    service.command("report", "request", "receipt-register", "year=2026", "--wait", "--out", str(tmp_path / "r.xlsx"))
    content = (tmp_path / "r.xlsx").read_bytes()
    at = content.rindex(b"kindling-report-1\n")
    statement, signature = re.fullmatch(rb"(.*\n)signature: (\S+)\n", content[at:], re.S).groups()
    (tmp_path / "statement").write_bytes(statement)
    (tmp_path / "signature").write_bytes(base64.b64decode(signature))
    (tmp_path / "key.pem").write_text(requests.get(service.url + "/verify/key", timeout=10).text)
    assert hashlib.sha256(content[:at]).hexdigest().encode() in statement
    done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "statement",
                           "-sigfile", "signature"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_copy_that_was_opened_changed_and_saved_is_told_as_altered(service, tmp_path):
    """Nothing of the original's bytes is left, and the report is still named in it."""
    original, copy = tmp_path / "original.xlsx", tmp_path / "copy.xlsx"
    service.command("report", "request", "financial-activities", "year=2026", "--wait", "--out", str(original))
    book = openpyxl.load_workbook(original)
    book.worksheets[0]["A1"] = "Something else"
    book.save(copy)
    told = [requests.post(service.url + "/api/v1/verify", data=path.read_bytes(), timeout=20,
                          headers={"Content-Type": "application/octet-stream"}).json()["verdict"] for path in (original, copy)]
    assert told == ["genuine", "altered"]
