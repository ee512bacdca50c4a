"""Whatever is sent again, and wherever the service is killed: a row of a file counts once or not at all."""

import os
import random
import signal
import subprocess
import time

import pytest
import requests

from conftest import BINARY, ROOT, free_port, psql, wait_until_ready

FULL = os.environ.get("KINDLING_FULL") == "1"
KILLS = 100 if FULL else 4
AGAIN = 1000 if FULL else 20
HEAD = "Supplier,Invoice no,Date,Amount,Currency\n"


class Killed:
    """A second instance on the same database, which is killed and started again; its client has a token."""

    def __init__(self, service):
        self.service, self.port = service, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        token = service.command("user", "token", "coordinator@example.org", "--write").split()[-1]
        self.headers = {"Authorization": "Bearer " + token}
        self.start()

    def start(self):
        environment = {**self.service.environment, "KINDLING_HTTP_PORT": str(self.port)}
        self.process = subprocess.Popen([BINARY, "--config", str(ROOT / "config/kindling.toml"), "serve"], cwd=ROOT,
                                        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until_ready(self.url)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def ask(self, method, path, **options):
        headers = {**self.headers, **options.pop("headers", {})}
        return requests.request(method, self.url + "/api/v1" + path, headers=headers, timeout=60, **options)

    def upload(self, csv):
        return self.ask("POST", "/imports?kind=expenditures", data=csv.encode(), headers={"Content-Type": "text/csv"}).json()

    def verb(self, number, verb, body):
        etag = self.ask("GET", f"/imports/{number}").headers["ETag"]
        return self.ask("POST", f"/imports/{number}/{verb}", json=body, headers={"If-Match": etag})

    def settled(self, number):
        deadline = time.monotonic() + 120
        while True:
            shown = self.ask("GET", f"/imports/{number}").json()
            if shown["job"]["state"] not in ("queued", "running"):
                return shown
            assert time.monotonic() < deadline, shown
            time.sleep(0.02)


@pytest.fixture
def killed(service, coordinator):
    instance = Killed(service)
    yield instance
    instance.kill()


def rows(first, last):
    return HEAD + "".join(f"Fault supplier,F-{n},2026-03-01,{n}.00,EUR\n" for n in range(first, last))


def recorded(killed, name):
    """Rows and amount of the supplier's expenditures."""
    sql = (f"SELECT count(*) || ' ' || COALESCE(sum(amount_minor), 0) FROM expenditures e JOIN organisations o ON o.id = e.supplier_id"
           f" WHERE o.name = '{name}'")
    out = subprocess.run(["/usr/lib/postgresql/15/bin/psql", "-qAt", killed.service.environment["KINDLING_DATABASE_URL"], "-c", sql],
                         check=True, capture_output=True, text=True).stdout
    return tuple(int(part) for part in out.split())


def test_a_killed_import_is_taken_up_again_and_counts_once(killed):
    seed = int(os.environ.get("KINDLING_SEED", random.randrange(2**31)))
    print("seed", seed)
    chance = random.Random(seed)
    last = 1
    for _ in range(KILLS):
        first, last = max(1, last - 100), last + 400  # a hundred rows of the file before stand in it again
        number = killed.upload(rows(first, last))["id"]
        assert killed.verb(number, "check", {"options": {"suppliers": "create"}}).status_code == 202
        time.sleep(chance.random() * 0.4)
        killed.kill()
        psql(killed.service.environment["KINDLING_DATABASE_URL"], "UPDATE jobs SET leased_until = now() WHERE state = 'running'")
        killed.start()
        checked = killed.settled(number)
        assert (checked["state"], checked["rows_bad"]) == ("checked", 0), checked
        assert killed.verb(number, "run", {"mode": "all_or_nothing"}).status_code == 202
        time.sleep(chance.random() * 0.3)
        killed.kill()
        psql(killed.service.environment["KINDLING_DATABASE_URL"], "UPDATE jobs SET leased_until = now() WHERE state = 'running'")
        killed.start()
        assert killed.settled(number)["state"] == "done"
        assert recorded(killed, "Fault supplier") == (last - 1, sum(range(1, last)) * 100)


def test_what_is_sent_again_counts_once(killed):
    csv = HEAD + "".join(f"Again supplier,A-{n},2026-03-01,1.00,EUR\n" for n in range(50))
    number = killed.upload(csv)["id"]
    assert killed.verb(number, "check", {"options": {"suppliers": "create"}}).status_code == 202
    assert killed.settled(number)["rows_new"] == 50
    assert killed.verb(number, "run", {"mode": "all_or_nothing"}).status_code == 202
    assert killed.settled(number)["rows_loaded"] == 50
    for turn in range(AGAIN):
        # The same bytes are the same import; other bytes with the same rows are known row by row.
        other = killed.upload(csv if turn % 2 else csv + "\n" * (turn + 1))["id"]
        assert killed.verb(other, "check", {"options": {"suppliers": "create"}}).status_code == 202
        shown = killed.settled(other)
        assert (shown["rows_new"], shown["rows_known"], shown["rows_bad"]) == (0, 50, 0), shown
        assert killed.verb(other, "run", {"mode": "good_rows"}).json()["code"] == "import_has_nothing_new"
    assert recorded(killed, "Again supplier") == (50, 5000)
