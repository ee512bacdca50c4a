"""The service as its users meet it: the real binary on a database of its own, spoken to over HTTP and by Chromium."""

import contextlib
import dataclasses
import os
import pathlib
import re
import secrets
import signal
import subprocess
import sys
import time

import pytest
import requests

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from black_box import BINARY, ROOT, free_port, psql, wait_until_ready

OWNER_URL = os.environ["KINDLING_TEST_DATABASE_URL"]
# Where to keep screenshots and workbooks that a person wants to look at; thrown away where it is not set.
KEEP = os.environ.get("KINDLING_KEEP")


@dataclasses.dataclass
class Service:
    url: str
    environment: dict
    process: subprocess.Popen
    passwords: dict
    log: pathlib.Path
    database_url: str

    def command(self, *arguments):
        done = subprocess.run([BINARY, "--config", str(ROOT / "config/kindling.toml"), *arguments], cwd=ROOT,
                              env=self.environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextlib.contextmanager
def started_service(folder, example=False):
    """The service with four people, on a database of its own: empty, or filled with the example."""
    name = "kindling_browser_" + secrets.token_hex(4)
    psql(OWNER_URL, f"CREATE DATABASE {name}")
    url = re.sub(r"dbname=\S+", f"dbname={name}", OWNER_URL)
    port = free_port()
    environment = {**os.environ, "KINDLING_DATABASE_URL": url, "KINDLING_DATABASE_OWNER_URL": url,
                   "KINDLING_HTTP_PORT": str(port), "KINDLING_DONOR_KEY": "5" * 64,
                   "KINDLING_REPORTS_SIGNING_KEY": "7" * 64, "KINDLING_REPORTS_DUE_DAYS": "0", "KINDLING_REPORTS_MONTHLY": "",
                   "KINDLING_SUPPORT_PLEDGES": "true",
                   "KINDLING_HTTP_CORS_ORIGINS": "https://dashboard.example"}
    started = Service(f"http://127.0.0.1:{port}", environment, None, {}, folder / "log", url)
    started.command("migrate")
    if example:
        started.command("demo")
    for person, roles in {"coordinator": ["coordinator"], "approver": ["approver"], "viewer": ["viewer"],
                          "administrator": ["administrator"]}.items():
        flags = [flag for role in roles for flag in ("--role", role)]
        out = started.command("user", "add", f"{person}@example.org", "--name", person.capitalize(), *flags)
        started.passwords[person] = out.split()[-1]
    log = open(started.log, "wb")
    started.process = subprocess.Popen([BINARY, "--config", str(ROOT / "config/kindling.toml"), "serve"], cwd=ROOT,
                                       env=environment, stdout=log, stderr=log)
    wait_until_ready(started.url)
    yield started
    started.process.send_signal(signal.SIGTERM)
    assert started.process.wait(timeout=20) == 0, "the service stops cleanly on SIGTERM"
    psql(OWNER_URL, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    with started_service(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    with started_service(tmp_path_factory.mktemp("example"), example=True) as started:
        yield started


class Person:
    """Somebody with a browser session, without a browser: fills forms as they are served."""

    PASSWORD = "quiet harbour lantern 42"

    def __init__(self, service, name):
        self.url = service.url
        self.form_token = None
        self.session = requests.Session()
        page = self.post_form("/sign-in", {"email": f"{name}@example.org", "password": service.passwords[name]})
        if "/password" in page.url:
            page = self.post_form("/password", {"current": service.passwords[name],
                                                "chosen": self.PASSWORD, "repeated": self.PASSWORD})
            service.passwords[name] = self.PASSWORD
        assert page.status_code == 200, page.text

    def get(self, path, **options):
        return self.session.get(self.url + path, timeout=20, **options)

    def tokens(self, path):
        """The hidden fields of the page's form."""
        html = self.get(path).text
        found = {}
        for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", html):
            name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
            if name and name.group(1) not in found:
                found[name.group(1)] = value.group(1) if value else ""
        return found

    def post_form(self, path, fields, page=None, follow=True):
        data = {**self.tokens(page or path), **fields}
        return self.session.post(self.url + path, data=data, timeout=20, allow_redirects=follow)

    def api(self, method, path, **options):
        if self.form_token is None:
            self.form_token = self.tokens("/").get("form_token", "")
        token = self.form_token
        headers = {"X-Form-Token": token, "Accept": "application/json", **options.pop("headers", {})}
        return self.session.request(method, self.url + "/api/v1" + path, headers=headers, timeout=20, **options)

    def make_report(self, report, **parameters):
        """The bytes of a report run, once it is made."""
        asked = self.api("POST", "/report-runs", json={"report": report, **parameters})
        assert asked.status_code == 202, asked.text
        content = self.report_file(asked.json()["id"])
        assert content, self.api("GET", f"/report-runs/{asked.json()['id']}").text
        return content

    def report_file(self, run):
        """What a run made; nothing where its report says why it could not."""
        deadline = time.monotonic() + 60
        while (job := self.api("GET", f"/report-runs/{run}").json()["job"]) and job["state"] in ("queued", "running"):
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
        answer = self.api("GET", f"/report-runs/{run}/file", headers={"Accept": "*/*"})
        return answer.content if answer.status_code == 200 else None


@pytest.fixture(scope="session")
def coordinator(service):
    return Person(service, "coordinator")


@pytest.fixture(scope="session")
def approver(service):
    return Person(service, "approver")


@pytest.fixture(scope="session")
def viewer(service):
    return Person(service, "viewer")


@pytest.fixture(scope="session")
def keep(tmp_path_factory):
    if KEEP:
        pathlib.Path(KEEP).mkdir(parents=True, exist_ok=True)
        return pathlib.Path(KEEP)
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def chromium(tmp_path):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service as Driver

    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 "--disable-dev-shm-usage", "--hide-scrollbars", "--window-size=1440,1000",
                 f"--user-data-dir={tmp_path}/profile"):
        options.add_argument(flag)
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    driver = webdriver.Chrome(service=Driver("/usr/bin/chromedriver"), options=options)
    driver.downloads = downloads
    yield driver
    driver.quit()
