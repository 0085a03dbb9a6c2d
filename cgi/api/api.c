/* Functions for the handlers of the API.  Contract: api.h. */
#include "auth/digest.h"
#include "api/api.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/nearest.h"
#include "base/utf8.h"
#include "http/header.h"

/* The prefix of paths that clients of the older service send. */
static const char confd_prefix[] = "/api/confd";

const char *api_bare_path(const struct request *req)
{
	size_t n = sizeof(confd_prefix) - 1;
	const char *path = req->path;

	return strncmp(path, confd_prefix, n) == 0 && strncmp(path + n, "/1.1", 4) == 0 ? path + n : path;
}

/* --- answers -------------------------------------------------------------- */

static void answer(struct api *a, int status, const char *type, json_t *value)
{
	char *text = value != NULL ? json_dumps(value, JSON_COMPACT) : NULL;

	if (text == NULL)
		abort();
	a->res->status = status;
	buf_reset(&a->res->body);
	buf_adds(&a->res->body, text);
	response_header(a->res, "Content-Type", type);
	free(text);
	json_decref(value);
}

/* Whether the client accepts only application/json: then it is a client of the older services, and
 * reads their form of errors. */
static bool plain_json(const struct api *a)
{
	const char *accept = request_header(a->req, "accept");

	return accept != NULL && strchr(accept, ',') == NULL && header_is(accept, "application/json");
}

/* Whether the request is about a file: then every error has a member `errors`. */
static bool about_file(const struct api *a)
{
	static const struct { const char *begin, *end; } paths[] = {
		{ "/1.1/users/import", "" }, { "/1.1/imports/", "/result" }, { "/1.1/imports/", "/apply" },
		{ "/1.1/imports/", "/undo" },
	};
	const char *path = api_bare_path(a->req);
	size_t n = strlen(path);

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		size_t begin = strlen(paths[i].begin), end = strlen(paths[i].end);
		if (n >= begin + end && strncmp(path, paths[i].begin, begin) == 0
		    && (end == 0 ? n == begin : strcmp(path + n - end, paths[i].end) == 0))
			return true;
	}
	return false;
}

/* The error in the form of errors in a file; `code` is the status in words. */
static json_t *as_issue(struct api *a, int status, const char *detail)
{
	char *code = arena_strdup(a->mem, response_reason(status));

	for (char *s = code; *s != '\0'; s++)
		*s = *s == ' ' ? '_' : (char)tolower((unsigned char)*s);
	return json_pack("[{s:s, s:I, s:s, s:{s:i, s:n, s:n, s:n, s:{}}}]", "message", detail,
	    "timestamp", (json_int_t)time(NULL), "code", code, "details", "row_number", 0,
	    "line", "column", "value", "row");
}

/* The text in a form that JSON can hold, whatever the client sent. */
static const char *sentence(const char *detail)
{
	return utf8_valid(detail, strlen(detail)) ? detail : "The request cannot be read.";
}

static json_t *problem(struct api *a, int status, const char *detail)
{
	return json_pack("{s:s, s:i, s:s, s:s}", "title", response_reason(status), "status", status,
	    "detail", detail, "request_id", a->req->id);
}

static void answer_problem(struct api *a, int status, const char *text, json_t *members)
{
	const char *detail = sentence(text);
	bool file = about_file(a), plain = plain_json(a);
	json_t *object = plain ? (file ? json_object() : json_pack("[s]", detail)) : problem(a, status, detail);

	if (object == NULL || (file && json_object_set_new(object, "errors", as_issue(a, status, detail)) != 0)
	    || (json_is_object(object) && members != NULL && json_object_update(object, members) != 0))
		abort();
	json_decref(members);
	answer(a, status, plain ? "application/json" : "application/problem+json", object);
}

int api_problem(struct api *a, int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	answer_problem(a, status, arena_vprintf(a->mem, fmt, ap), NULL);
	va_end(ap);
	return 0;
}

int api_problem_with(struct api *a, int status, json_t *members, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	answer_problem(a, status, arena_vprintf(a->mem, fmt, ap), members);
	va_end(ap);
	return 0;
}

int api_json(struct api *a, int status, json_t *value)
{
	answer(a, status, "application/json", value);
	return 0;
}

void api_retry(struct api *a, long seconds)
{
	response_header(a->res, "Retry-After", arena_printf(a->mem, "%ld", seconds));
}

/* --- input ---------------------------------------------------------------- */

/* Says why the body is refused.  What stands near a fault may be a secret: only its place is told. */
static void refuse_body(const char *wanted, const json_error_t *why, struct err *e)
{
	const char *near = strstr(why->text, " near ");
	size_t n = near != NULL ? (size_t)(near - why->text) : strlen(why->text);

	if (n == 0)
		err_set(e, ERR_INVALID, NULL, "the body must be %s", wanted);
	else
		err_set(e, ERR_INVALID, NULL, "the body must be %s; it is not valid JSON: %.*s (line %d, column %d)",
		    wanted, (int)n, why->text, why->line, why->column);
}

json_t *api_object(struct api *a, size_t max, bool needed, const char *wanted, struct err *e)
{
	json_error_t why = {0};
	/* One more byte shows that the body is too long. */
	char *body = arena_alloc(a->mem, max + 1);
	size_t n = 0, got;
	json_t *object = NULL;

	do {
		if (request_read(a->req, body + n, max + 1 - n, &got, e) != 0)
			return NULL;
		n += got;
	} while (got > 0 && n <= max);
	if (n == 0 && !needed)
		object = json_object();
	else if (n <= max)
		object = json_loadb(body, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
	/* The body may have secrets. */
	explicit_bzero(body, n);
	if (json_is_object(object))
		return object;
	json_decref(object);
	refuse_body(wanted, &why, e);
	return NULL;
}

int api_members(struct api *a, const json_t *object, const char *known, struct err *e)
{
	const char *name, *near;
	const json_t *value;

	/* It takes no const, but changes nothing. */
	json_object_foreach((json_t *)(uintptr_t)object, name, value) {
		if (nearest_has(known, name))
			continue;
		near = nearest_name(a->mem, known, name);
		return err_set(e, ERR_INVALID, "members", "unknown member \"%s\"%s%s%s", name,
		    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "", near != NULL ? "\"?" : "");
	}
	return 0;
}

const char *api_param(const struct api *a, const char *name)
{
	return route_param(&a->route, name);
}

int api_query_number(struct api *a, const char *name, long low, long high, long otherwise,
    long *out, struct err *e)
{
	const char *text = form_get(&a->query, name);

	*out = text == NULL ? otherwise : form_number(text, low, high, -1);
	if (*out >= 0)
		return 0;
	return err_set(e, ERR_INVALID, name, "%s must be a number from %ld to %ld", name, low, high);
}

int api_query_choice(struct api *a, const char *name, const char *const *list,
    int *out, struct err *e)
{
	const char *text = form_get(&a->query, name);
	struct buf all = {0};

	*out = 0;
	if (text == NULL)
		return 0;
	for (int i = 0; list[i] != NULL; i++) {
		if (strcmp(list[i], text) == 0) {
			*out = i;
			buf_free(&all);
			return 0;
		}
		buf_addf(&all, "%s%s", i > 0 ? ", " : "", list[i]);
	}
	err_set(e, ERR_INVALID, name, "%s must be one of: %s", name, buf_str(&all));
	buf_free(&all);
	return -1;
}

int api_query_bool(struct api *a, const char *name, bool *out, struct err *e)
{
	const char *text = form_get(&a->query, name);

	*out = text != NULL && (strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0);
	if (text == NULL || *out || strcasecmp(text, "false") == 0 || strcmp(text, "0") == 0)
		return 0;
	return err_set(e, ERR_INVALID, name, "%s must be true or false", name);
}

const char *api_idempotency(struct api *a)
{
	const char *key = request_header(a->req, "idempotency-key");
	char random[DIGEST_HEX_SIZE];

	if (key == NULL) {
		digest_random(random);
		return arena_printf(a->mem, "once:%s", random);
	}
	for (const char *s = key; *s != '\0'; s++)
		if (*s < 0x20 || *s > 0x7E)
			return NULL;
	return *key == '\0' || strlen(key) > 255 ? NULL : arena_printf(a->mem, "key:%s", key);
}
