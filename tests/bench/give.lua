-- A gift of 25.00 with a fee, as often as the clients can.
wrk.method = "POST"
wrk.body = '{"given_on": "2026-02-03", "method": "online", "gross": "25.00", "fee": "0.35"}'
wrk.headers["Content-Type"] = "application/json"
