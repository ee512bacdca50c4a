"""Imports many rows through the API and reads a budget meanwhile; prints seconds and the reads' p99, idle and busy."""

import http.client
import json
import sys
import threading
import time
import urllib.parse


class Client:
    def __init__(self, url, token):
        address = urllib.parse.urlparse(url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port)
        self.headers = {"Authorization": "Bearer " + token}

    def ask(self, method, path, body=None, **headers):
        self.connection.request(method, path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status < 300, content
        return answer, content

    def verb(self, number, verb, body):
        etag = self.ask("GET", f"/api/v1/imports/{number}")[0].getheader("ETag")
        self.ask("POST", f"/api/v1/imports/{number}/{verb}", json.dumps(body),
                 **{"If-Match": etag, "Content-Type": "application/json"})
        while True:
            shown = json.loads(self.ask("GET", f"/api/v1/imports/{number}")[1])
            if shown["job"]["state"] not in ("queued", "running"):
                assert shown["job"]["state"] == "done", shown
                return shown
            time.sleep(0.05)


def p99(url, token, grant, stop):
    client, times = Client(url, token), []
    while not stop(len(times)):
        begin = time.monotonic()
        client.ask("GET", f"/api/v1/grants/{grant}/budget")
        times.append(time.monotonic() - begin)
        time.sleep(0.002)
    times.sort()
    return times[len(times) * 99 // 100] * 1000


def main():
    url, token, grant, day, path, rows, lines = *sys.argv[1:6], int(sys.argv[6]), sys.argv[7:]
    with open(path, "w") as file:
        file.write("Supplier,Invoice no,Date,Description,Amount,Currency,Budget line\n")
        for n in range(rows):
            file.write(f"Bench supplier {n % 1000 + 1},INV-{n:06},{day},Goods of order {n},{n % 900 + 1}.{n % 100:02},,"
                       f"{lines[n % len(lines)]}\n")
    client = Client(url, token)
    with open(path, "rb") as file:
        made = json.loads(client.ask("POST", "/api/v1/imports?kind=expenditures", file.read(), **{"Content-Type": "text/csv"})[1])
    idle = p99(url, token, grant, lambda count: count == 1500)
    done, busy = threading.Event(), []
    reader = threading.Thread(target=lambda: busy.append(p99(url, token, grant, lambda count: done.is_set() and count > 100)))
    reader.start()
    begin = time.monotonic()
    checked = client.verb(made["id"], "check", {})
    between = time.monotonic()
    assert checked["rows_new"] == rows, checked
    loaded = client.verb(made["id"], "run", {"mode": "all_or_nothing"})
    end = time.monotonic()
    done.set()
    reader.join()
    assert loaded["rows_loaded"] == rows, loaded
    print(f"import_seconds {end - begin:.2f}")
    print(f"check {between - begin:.2f} s, run {end - between:.2f} s")
    print(f"budget read p99: idle {idle:.2f} ms, during the import {busy[0]:.2f} ms, {busy[0] / idle:.1f} times")


if __name__ == "__main__":
    main()
