/* Statuses: their names, and RFC 9457 bodies for the API. */
#include "http/problem.h"

#include <stdlib.h>

#include <jansson.h>

const char *problem_reason(int status)
{
	switch (status) {
	case 200: return "OK";
	case 201: return "Created";
	case 202: return "Accepted";
	case 204: return "No Content";
	case 302: return "Found";
	case 303: return "See Other";
	case 304: return "Not Modified";
	case 307: return "Temporary Redirect";
	case 308: return "Permanent Redirect";
	case 400: return "Bad Request";
	case 401: return "Unauthorized";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 406: return "Not Acceptable";
	case 409: return "Conflict";
	case 410: return "Gone";
	case 413: return "Content Too Large";
	case 415: return "Unsupported Media Type";
	case 422: return "Unprocessable Content";
	case 429: return "Too Many Requests";
	case 500: return "Internal Server Error";
	case 503: return "Service Unavailable";
	case 504: return "Gateway Timeout";
	case 507: return "Insufficient Storage";
	default: return status < 400 ? "OK" : status < 500 ? "Bad Request" : "Internal Server Error";
	}
}

static void set_text(json_t *object, const char *name, const char *text)
{
	json_t *value = json_string(text);

	/* A text that is no UTF-8 has no place in JSON; the rest still has. */
	if (value != NULL && json_object_set_new(object, name, value) != 0)
		abort();
}

void problem_write(struct response *res, int status, const char *detail, const char *request_id)
{
	json_t *object = json_object();

	if (object == NULL)
		abort();
	set_text(object, "title", problem_reason(status));
	if (json_object_set_new(object, "status", json_integer(status)) != 0)
		abort();
	if (detail != NULL)
		set_text(object, "detail", detail);
	if (request_id != NULL)
		set_text(object, "request_id", request_id);
	char *text = json_dumps(object, JSON_COMPACT);
	if (text == NULL)
		abort();
	res->status = status;
	buf_reset(&res->body);
	buf_adds(&res->body, text);
	response_header(res, "Content-Type", "application/problem+json");
	free(text);
	json_decref(object);
}
