"""Imports donations through the API and reads a budget meanwhile; prints seconds and the reads' p99, idle and busy."""

import json
import sys
import threading
import time

from import_expenditures import Client, p99


def main():
    url, token, grant, rows, path = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
    with open(path, "w") as file:
        file.write("Created,Gross,Fee,Payment ID,Appeal\n")
        for n in range(rows):
            file.write(f"2026-{n % 9 + 1:02}-{n % 28 + 1:02},{n % 90 + 1}.{n % 100:02},0.35,bench-{n:06},{'PLATFORM' if n % 2 else ''}\n")
    client = Client(url, token)
    with open(path, "rb") as file:
        made = json.loads(client.ask("POST", "/api/v1/imports?kind=donations", file.read(), **{"Content-Type": "text/csv"})[1])
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
    print(f"budget read p99: idle {idle:.2f} ms, during the import {busy[0]:.2f} ms, {busy[0] / idle:.1f} times (to stay below 5)")


if __name__ == "__main__":
    main()
