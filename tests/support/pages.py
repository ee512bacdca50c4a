"""What the browser tests do on pages, with the mouse and with the keyboard alone.

Whoever presses something waits for the page that it leads to. A page is never asked anything while it is on its way:
what Chromium answers then (a stale element, a node of no document) is no finding, so every wait asks again.
"""

from selenium.common.exceptions import NoSuchElementException, WebDriverException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

TABS_MAX = 200


def wait_until(browser, holds, seconds=15, what="what was waited for did not come"):
    return WebDriverWait(browser, seconds, ignored_exceptions=[WebDriverException]).until(holds, what)


def text(browser):
    """What the page's main part says."""
    return wait_until(browser, lambda page: [page.find_element(By.TAG_NAME, "main").text])[0]


def wait_for(browser, words, seconds=15):
    wait_until(browser, lambda page: words in page.find_element(By.TAG_NAME, "main").text, seconds, f"{words!r} did not come")


def arrive(browser, leave):
    """Does what leads to another page, and waits until that one is whole."""
    browser.execute_script("window.isOldPage = true")
    leave()
    wait_until(browser, lambda page: page.execute_script(
        "return window.isOldPage === undefined && document.readyState === 'complete'"), what="no other page came")


# ---- With the mouse.

def fill(browser, values):
    for name, value in values.items():
        field = browser.find_element(By.NAME, name)
        if field.tag_name == "select":
            choose(field, value)
        elif field.get_attribute("type") == "checkbox":
            if not field.is_selected():
                field.click()
        elif field.get_attribute("type") == "date":
            browser.execute_script("arguments[0].value = arguments[1]", field, value)
        else:
            field.clear()
            field.send_keys(value)


def choose(field, value):
    """By value, or by the words that a person reads."""
    options = Select(field)
    try:
        options.select_by_value(value)
    except NoSuchElementException:
        options.select_by_visible_text(value)


def click(browser, element):
    """Where nothing leads away, as for a download."""
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def follow(browser, element):
    arrive(browser, lambda: click(browser, element))


def button(browser, label):
    for element in browser.find_elements(By.CSS_SELECTOR, "main button, main a.btn"):
        if element.text.strip() == label:
            return element
    raise AssertionError(f"no button {label!r} on {browser.current_url}: {text(browser)}")


def press(browser, label):
    follow(browser, button(browser, label))


def submit(browser):
    follow(browser, browser.find_element(By.CSS_SELECTOR, "main form button[type=submit]"))


def sign_in(browser, service, name):
    browser.delete_all_cookies()
    browser.get(service.url + "/sign-in")
    fill(browser, {"email": f"{name}@example.org", "password": service.passwords[name]})
    press(browser, "Sign in")


# ---- By keyboard alone.

def tab_to(browser, matches, what="what was looked for"):
    """Moves the focus as a person without a mouse does, until it stands on what is wanted."""
    for _ in range(TABS_MAX):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        focused = browser.switch_to.active_element
        if matches(focused):
            return focused
    raise AssertionError(f"the keyboard does not reach {what} on {browser.current_url}: {text(browser)}")


def tab_to_name(browser, name):
    return tab_to(browser, lambda element: element.get_attribute("name") == name, f"the field {name}")


def tab_to_text(browser, label):
    return tab_to(browser, lambda element: element.text.strip() == label, repr(label))


def type_into(browser, name, value):
    """Over what stands there."""
    field = tab_to_name(browser, name)
    if field.get_attribute("type") not in ("date", "select-one"):
        field.send_keys(Keys.CONTROL + "a")
    field.send_keys(value)


def enter(browser, label):
    """Enter on a button or link, and on to the page that it leads to."""
    target = tab_to_text(browser, label)
    arrive(browser, lambda: target.send_keys(Keys.ENTER))


def unfold(browser, label):
    tab_to_text(browser, label).send_keys(Keys.ENTER)
