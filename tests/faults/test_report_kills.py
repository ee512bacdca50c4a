"""The service is killed while reports are made: each is made once, whole, at the position that it was bound to."""

import time

from conftest import Client, query, times


def wait_until_made(cluster, seconds=120):
    deadline = time.monotonic() + seconds
    while left := query(cluster.url, "SELECT id, state FROM report_runs WHERE state = 'requested'"):
        assert time.monotonic() < deadline, f"not made: {left}"
        time.sleep(0.1)


def test_killing_the_service_makes_each_report_once(cluster, service, token):
    client = Client(service.url, token)
    kills = times(2, 20)
    for number in range(kills):
        for year in range(2000, 2008):
            asked = client.api("POST", "/report-runs", json={"report": "funder-report", "grant": 1, "from": f"{year}-01-01",
                                                             "to": f"{year}-12-31"})
            assert asked.status_code == 202, asked.text
        # In the middle of one, while others wait.
        deadline = time.monotonic() + 30
        while not query(cluster.url, "SELECT 1 FROM jobs WHERE kind = 'report' AND state = 'running'"):
            assert time.monotonic() < deadline, "a report is begun"
        service.kill()
        service.start()
        wait_until_made(cluster)
    assert query(cluster.url, "SELECT count(*) FROM report_runs WHERE state = 'draft' AND last_day < '2010-01-01'") == [[str(kills * 8)]]
    twice = query(cluster.url, """
        SELECT run_id FROM report_run_changes WHERE from_state = 'requested' GROUP BY run_id HAVING count(*) <> 1""")
    assert twice == []
    broken = query(cluster.url, """
        SELECT r.id
        FROM report_runs r
        WHERE r.sha256 IS DISTINCT FROM (SELECT sha256(string_agg(p.content, ''::bytea ORDER BY p.position))
                                         FROM report_run_parts p WHERE p.run_id = r.id)""")
    assert broken == []
    ((taken_again,),) = query(cluster.url, "SELECT count(*) FROM jobs WHERE kind = 'report' AND attempts > 1")
    print(f"\nservice killed {kills} times while reports were made: {kills * 8} made, {taken_again} of them taken up again")
