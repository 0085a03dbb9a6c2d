/* What handlers of the API read and answer by.  Contract: api.h. */
#include "api/api.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* --- answers -------------------------------------------------------------- */

static void set_text(json_t *object, const char *name, const char *text)
{
	json_t *value = json_string(text);

	/* JSON cannot hold a text that is not UTF-8: that member is left out. */
	if (value != NULL && json_object_set_new(object, name, value) != 0)
		abort();
}

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

static void answer_problem(struct api *a, int status, const char *detail, json_t *members)
{
	json_t *object = json_object();

	if (object == NULL)
		abort();
	set_text(object, "title", response_reason(status));
	if (json_object_set_new(object, "status", json_integer(status)) != 0)
		abort();
	set_text(object, "detail", detail);
	set_text(object, "request_id", a->req->id);
	if (members != NULL && json_object_update(object, members) != 0)
		abort();
	json_decref(members);
	answer(a, status, "application/problem+json", object);
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
