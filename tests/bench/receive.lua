-- Receives one instalment after the other: each thread of wrk has its own half of the ids from FIRST on.
local threads, share = 0, 0

function setup(thread)
  share = tonumber(os.getenv("COUNT")) / 2
  thread:set("next_id", tonumber(os.getenv("FIRST")) + threads * share)
  threads = threads + 1
end

function init()
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["If-Match"] = '"1"'
end

function request()
  local id = next_id
  next_id = next_id + 1
  return wrk.format("POST", "/api/v1/grants/1/instalments/" .. id .. "/receive", nil,
                    '{"received_on": "2026-02-03", "amount": "1.00", "reference": "b' .. id .. '"}')
end
