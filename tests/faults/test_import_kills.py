"""Whatever is sent again, and wherever the service is killed: a row of a file counts once or not at all."""

import os
import random
import time

import pytest

from conftest import Client, query, times

HEAD = "Supplier,Invoice no,Date,Amount,Currency\n"


class Imports:
    """What a coordinator's program does with files of expenditures."""

    def __init__(self, service, cluster, token):
        self.service, self.cluster = service, cluster
        self.client = Client(service.url, token)

    def restart(self):
        self.service.kill()
        self.cluster.end_leases()
        self.service.start()

    def upload(self, csv):
        return self.client.api("POST", "/imports?kind=expenditures", data=csv.encode(), headers={"Content-Type": "text/csv"}).json()

    def verb(self, number, verb, body):
        etag = self.client.api("GET", f"/imports/{number}").headers["ETag"]
        return self.client.api("POST", f"/imports/{number}/{verb}", json=body, headers={"If-Match": etag})

    def settled(self, number):
        deadline = time.monotonic() + 120
        while True:
            shown = self.client.api("GET", f"/imports/{number}").json()
            if shown["job"]["state"] not in ("queued", "running"):
                return shown
            assert time.monotonic() < deadline, shown
            time.sleep(0.02)

    def recorded(self, supplier):
        """Rows and amount of the supplier's expenditures."""
        ((count, amount),) = query(self.cluster.url, f"""
            SELECT count(*), COALESCE(sum(amount_minor), 0)
            FROM expenditures e JOIN organisations o ON o.id = e.supplier_id WHERE o.name = '{supplier}'""")
        return int(count), int(amount)


@pytest.fixture
def imports(service, cluster, token):
    return Imports(service, cluster, token)


def rows(first, last):
    return HEAD + "".join(f"Fault supplier,F-{n},2026-03-01,{n}.00,EUR\n" for n in range(first, last))


def test_a_killed_import_is_taken_up_again_and_counts_once(imports):
    seed = int(os.environ.get("KINDLING_SEED", random.randrange(2**31)))
    print("seed", seed)
    chance = random.Random(seed)
    last = 1
    for _ in range(times(4, 100) // 2):  # two kills each
        first, last = max(1, last - 100), last + 400  # a hundred rows of the file before stand in it again
        number = imports.upload(rows(first, last))["id"]
        assert imports.verb(number, "check", {"options": {"suppliers": "create"}}).status_code == 202
        time.sleep(chance.random() * 0.4)
        imports.restart()
        checked = imports.settled(number)
        assert (checked["state"], checked["rows_bad"]) == ("checked", 0), checked
        assert imports.verb(number, "run", {"mode": "all_or_nothing"}).status_code == 202
        time.sleep(chance.random() * 0.3)
        imports.restart()
        assert imports.settled(number)["state"] == "done"
        assert imports.recorded("Fault supplier") == (last - 1, sum(range(1, last)) * 100)


def test_what_is_sent_again_counts_once(imports):
    csv = HEAD + "".join(f"Again supplier,A-{n},2026-03-01,1.00,EUR\n" for n in range(50))
    number = imports.upload(csv)["id"]
    assert imports.verb(number, "check", {"options": {"suppliers": "create"}}).status_code == 202
    assert imports.settled(number)["rows_new"] == 50
    assert imports.verb(number, "run", {"mode": "all_or_nothing"}).status_code == 202
    assert imports.settled(number)["rows_loaded"] == 50
    for turn in range(times(20, 1000)):
        # The same bytes are the same import; other bytes with the same rows are known row by row.
        other = imports.upload(csv if turn % 2 else csv + "\n" * (turn + 1))["id"]
        assert imports.verb(other, "check", {"options": {"suppliers": "create"}}).status_code == 202
        shown = imports.settled(other)
        assert (shown["rows_new"], shown["rows_known"], shown["rows_bad"]) == (0, 50, 0), shown
        assert imports.verb(other, "run", {"mode": "good_rows"}).json()["code"] == "import_has_nothing_new"
    assert imports.recorded("Again supplier") == (50, 5000)
