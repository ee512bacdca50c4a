"""Reads one address again and again for some seconds; prints the median and the 99th percentile in milliseconds:
read_budget.py URL TOKEN SECONDS."""

import http.client
import sys
import time
import urllib.parse

url, token, seconds = urllib.parse.urlsplit(sys.argv[1]), sys.argv[2], float(sys.argv[3])
connection = http.client.HTTPConnection(url.hostname, url.port)
times = []
end = time.monotonic() + seconds
while time.monotonic() < end:
    begin = time.perf_counter()
    connection.request("GET", url.path, headers={"Authorization": "Bearer " + token})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    times.append(time.perf_counter() - begin)
    time.sleep(0.002)
times.sort()
print(f"{1000 * times[len(times) // 2]:.3f} {1000 * times[int(len(times) * 0.99)]:.3f}")
