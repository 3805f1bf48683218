-- The driver's part that runs in wrk: a body after the other from a file, and one line of JSON at the end.
-- With a second argument every answer is read; wrk then takes up to five times as long for large ones.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  requests, at, faults, first_fault = {}, 0, 0, ""
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = "application/json"
  for body in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, nil, body)
  end
  response = args[2] and look
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function look(status, headers, body)
  local is_fault = body:find('"errors":', 1, true)
  -- wrk itself counts the others.
  if status == 200 and is_fault then
    faults = faults + 1
  end
  if first_fault == "" and (status ~= 200 or is_fault) then
    first_fault = status .. " " .. body:sub(1, 300):gsub('[%c"\\]', " ")
  end
end

function done(summary, latency)
  local total, kinds, first = 0, "", ""
  for kind, number in pairs(summary.errors) do
    if number > 0 then
      total, kinds = total + number, kinds .. kind .. " "
    end
  end
  for _, thread in ipairs(threads) do
    total = total + thread:get("faults")
    first = first ~= "" and first or thread:get("first_fault")
  end
  first = first ~= "" and first or kinds
  -- wrk counts in microseconds.
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "mean": %.9f, "p50": %.9f, "p99": %.9f, "faults": %d, "first_fault": "%s"}\n',
    summary.requests, summary.duration / 1e6, summary.requests > 0 and latency.mean / 1e6 or 0,
    latency:percentile(50) / 1e6, latency:percentile(99) / 1e6, total, first
  ))
end
