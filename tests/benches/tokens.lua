-- Sends another token with each request, from the file whose name follows `--`, and sums up in one line.
local headers, number = {}, 0

function init(arguments)
  for token in io.lines(arguments[1]) do
    headers[#headers + 1] = { Authorization = "Bearer " .. token }
  end
end

function request()
  number = number % #headers + 1
  return wrk.format("GET", nil, headers[number])
end

function done(summary)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("summary %d %d %d\n", summary.requests, summary.duration, failed))
end
