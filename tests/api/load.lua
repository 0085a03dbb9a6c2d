-- Requests of the API for wrk, sound and broken ones in turn.  Arguments: token.
local kinds

local function csv(body, type)
	return wrk.format("POST", "/1.1/users/import", {
		["X-Auth-Token"] = token, ["Content-Type"] = type or "text/csv; charset=utf-8",
		["Prefer"] = "wait=0" }, body)
end

local function get(path, tok)
	return wrk.format("GET", path, { ["X-Auth-Token"] = tok or token })
end

function init(args)
	local form = "multipart/form-data; boundary=b"
	token = args[1]
	kinds = {
		get("/1.1/users?limit=2"), get("/1.1/imports?limit=2"), get("/1.1/users/export?columns=firstname"),
		get("/1.1/users/x"), get("/1.1/imports/1/result"), get("/1.1/users", "none"), get("/1.1/nothing"),
		get("/1.1/users?limit=x"), get("/1.1/users?a=%"), get("/status"), get("/1.1/openapi.json"),
		wrk.format("DELETE", "/1.1/users/00000000-0000-4000-8000-000000000000", { ["X-Auth-Token"] = token }),
		wrk.format("PATCH", "/1.1/users", {}),
		csv("x=1", "application/x-www-form-urlencoded"), csv("x", "text/csv; charset=utf-7"),
		csv("--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\nfirstname", form),
		csv("--b\r\n", form), csv("", form), csv(string.rep("\0", 5000), form),
	}
	-- Those that become jobs are a few, so that the worker keeps up.
	jobs = {
		csv("firstname\nLoad\n"), csv("firstname\n\"cut"), csv("firstname,lastname\na\n"),
		csv("firstname\n\xff\n"), csv(""), csv("lastname\nx\n"),
	}
	n = 0
end

function request()
	n = n + 1
	if n % 25 == 0 then
		return jobs[n / 25 % #jobs + 1]
	end
	return kinds[n % #kinds + 1]
end

function response(status)
	if status >= 500 then
		broken = (broken or 0) + 1
	end
	answered = (answered or 0) + 1
end

local threads = {}

function setup(thread)
	table.insert(threads, thread)
end

function done()
	local answered, broken = 0, 0
	for _, thread in ipairs(threads) do
		answered = answered + (thread:get("answered") or 0)
		broken = broken + (thread:get("broken") or 0)
	end
	io.write(string.format("answered %d broken %d\n", answered, broken))
end
