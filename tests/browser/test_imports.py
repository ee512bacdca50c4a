"""A file of expenditures goes in through pages alone: uploaded, mapped, checked, mended, recorded."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

from pages import press, sign_in, text, wait_for

HEAD = "Supplier;Doklad;Datum;Částka;Poznámka;Měna\n"


def csv(name, rows):
    return HEAD + "".join(f"{name};{number};{date};{amount};note;EUR\n" for number, date, amount in rows)


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def browser(request, chromium):
    if request.param == "without JavaScript":
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    chromium.described = request.param
    return chromium


def test_a_file_goes_in_through_pages_alone(browser, service, coordinator, tmp_path, keep):
    name = "Supplier " + browser.described
    path = tmp_path / "costs.csv"
    path.write_text(csv(name, [("R-1", "1.3.2026", "1.250,50"), ("R-2", "31.2.2026", "1,00"), ("R-3", "2.3.2026", "3,00")]), encoding="utf-8")
    sign_in(browser, service, "coordinator")
    browser.get(service.url + "/imports/new")
    browser.find_element(By.ID, "f-file").send_keys(str(path))
    press(browser, "Upload")
    wait_for(browser, "The file is stored")
    Select(browser.find_element(By.NAME, "columns.document_number")).select_by_visible_text("Doklad")
    Select(browser.find_element(By.NAME, "columns.amount")).select_by_visible_text("Částka")
    Select(browser.find_element(By.NAME, "columns.description")).select_by_visible_text("Poznámka")
    Select(browser.find_element(By.NAME, "columns.currency")).select_by_visible_text("Měna")
    Select(browser.find_element(By.NAME, "options.decimal")).select_by_value("comma")
    Select(browser.find_element(By.NAME, "options.suppliers")).select_by_value("create")
    browser.save_screenshot(str(keep / f"import mapping {browser.described}.png"))
    press(browser, "Check the file")
    wait_for(browser, "What is to be mended")
    page = text(browser)
    assert "With errors" in page and "Date of the document" in page and "Datum" in page
    browser.save_screenshot(str(keep / f"import checked {browser.described}.png"))
    press(browser, "Import 2 rows")  # all or nothing is proposed
    wait_for(browser, "so nothing can be imported as a whole")
    browser.find_element(By.ID, "mode-good").click()
    press(browser, "Import 2 rows")
    wait_for(browser, "2 rows of this file are recorded")
    browser.save_screenshot(str(keep / f"import done {browser.described}.png"))
    assert coordinator.api("GET", "/imports").json()["items"][0]["rows_loaded"] == 2


def test_the_same_file_is_the_same_import(service, coordinator):
    def upload():
        tokens = coordinator.tokens("/imports/new")
        tokens.pop("kind", None)
        return coordinator.session.post(service.url + "/imports", data={**tokens, "kind": "expenditures"}, timeout=20,
                                        files={"file": ("same.csv", csv("Same", [("S-1", "2026-03-01", "1.00")]), "text/csv")})

    first, second = upload(), upload()
    assert first.status_code == second.status_code == 200, first.text
    assert first.url.split("?")[0] == second.url.split("?")[0]
    assert "This very file was uploaded before" in second.text


def test_a_file_that_is_none_is_refused_at_its_field(service, coordinator):
    tokens = coordinator.tokens("/imports/new")
    answer = coordinator.session.post(service.url + "/imports", data={**tokens, "kind": "expenditures"}, timeout=20,
                                      files={"file": ("book.xlsx", b"PK\x03\x04", "text/csv")})
    assert answer.status_code == 422
    assert "This is a spreadsheet, not CSV" in answer.text
    answer = coordinator.session.post(service.url + "/imports", data={**tokens, "kind": "expenditures"}, timeout=20,
                                      files={"file": ("", b"", "text/csv")})
    assert answer.status_code == 422 and "Choose a CSV file." in answer.text


def test_nobody_but_a_coordinator_imports(viewer, approver):
    for person in (viewer, approver):
        assert person.get("/imports").status_code == 403
        assert person.api("POST", "/imports?kind=expenditures", data="a,b\n1,2\n",
                          headers={"Content-Type": "text/csv"}).status_code == 403
