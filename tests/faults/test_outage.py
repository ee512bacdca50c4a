"""The database goes away and comes back: quick answers meanwhile, and no restart afterwards."""

import time

import pytest
import requests

from conftest import Client, Service, times


def timed(call):
    begin = time.monotonic()
    answer = call()
    return answer, time.monotonic() - begin


def test_without_its_database_each_request_gets_503_within_two_seconds_and_all_is_well_again_after(cluster, service, token):
    client = Client(service.url, token)
    process = service.process.pid
    outages = times(2, 50)
    slowest = slowest_return = 0
    for round in range(outages):
        assert client.api("GET", "/organisations").status_code == 200
        cluster.stop()
        for method, path, body in (("GET", "/organisations", None), ("GET", "/grants/1/budget/versions", None),
                                   ("POST", "/organisations", {"name": f"Outage {round}", "is_supplier": True})):
            answer, seconds = timed(lambda: client.api(method, path, json=body))
            slowest = max(slowest, seconds)
            assert answer.status_code == 503, f"{method} {path}: {answer.status_code}"
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.json()["code"] == "database_unavailable"
        page, seconds = timed(lambda: requests.get(service.url + "/grants", timeout=10, allow_redirects=False,
                                                   cookies={"kindling": "x" * 43}, headers={"Accept": "text/html"}))
        slowest = max(slowest, seconds)
        assert page.status_code == 503 and "Retry-After" in page.headers
        assert requests.get(service.url + "/healthz", timeout=5).status_code == 200
        assert requests.get(service.url + "/readyz", timeout=5).status_code == 503
        cluster.start()
        begin = time.monotonic()
        while client.api("GET", "/organisations").status_code != 200:
            assert time.monotonic() - begin < 5, "the service is back within 5 s"
        slowest_return = max(slowest_return, time.monotonic() - begin)
        made = client.api("POST", "/organisations", json={"name": f"Back {round}", "is_supplier": True})
        assert made.status_code == 201, made.text
    assert slowest < 2
    assert (service.process.poll(), service.process.pid) == (None, process)
    print(f"\n{outages} outages: slowest 503 after {slowest:.2f} s, slowest return {slowest_return:.2f} s")


def test_a_service_that_starts_without_its_database_says_so_and_ends(cluster, service):
    other = Service(cluster)
    other.environment["KINDLING_DATABASE_URL"] = "host=/nowhere dbname=kindling"
    with pytest.raises(AssertionError, match="database cannot be reached"):
        other.command("serve")
