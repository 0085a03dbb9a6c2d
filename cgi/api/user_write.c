/* POST /1.1/users and PUT /1.1/users/{uuid or id}: adds or changes one user.
 *
 * The members have the names of the columns of the files, which are also those of the older service.
 * The object becomes a file of one row (users/one.h), so rules, errors and history are the same as for
 * any file. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/result.h"
#include "api/routes.h"
#include "base/uuid.h"
#include "csv/check.h"
#include "csv/field.h"
#include "csv/writer.h"
#include "users/one.h"

#define BODY_MAX ((size_t)256 * 1024)
#define ITEMS_MAX 1000

static int no_cell(const char *name, const struct type *type, struct err *e)
{
	return err_set(e, ERR_INVALID, name, "%s must be %s, or null", name,
	    type->check == check_ints ? "a whole number or a text, or an array of whole numbers, texts and null"
	    : type->list ? "a text, or an array of texts" : type->check == check_bool ? "true or false, or a text"
	    : "a text or a whole number");
}

/* An item of a list: a text, or an object with a member `name`, as in the older service; of a list of numbers
 * also a number, or null for none. */
static const char *item_text(struct api *a, const struct type *type, const json_t *item)
{
	if (type->check == check_ints && json_is_null(item))
		return "";
	if (type->check == check_ints && json_is_integer(item))
		return arena_printf(a->mem, "%lld", (long long)json_integer_value(item));
	return json_string_value(json_is_object(item) ? json_object_get(item, "name") : item);
}

static const char *list_cell(struct api *a, const struct type *type, const json_t *list)
{
	const char *items[ITEMS_MAX], *text;
	struct buf cell = {0};
	size_t i, n = json_array_size(list);
	json_t *item;

	if (n > ITEMS_MAX)
		return NULL;
	json_array_foreach(list, i, item)
		if ((items[i] = item_text(a, type, item)) == NULL)
			return NULL;
	writer_list(&cell, n, items);
	text = arena_strdup(a->mem, buf_str(&cell));
	buf_free(&cell);
	return text;
}

/* A member as a cell of its type; NULL if it is of another one. */
static const char *cell_of(struct api *a, const struct type *type, const json_t *value)
{
	switch (json_typeof(value)) {
	case JSON_NULL:
		return "";
	case JSON_TRUE:
		return type->check == check_bool ? "1" : NULL;
	case JSON_FALSE:
		return type->check == check_bool ? "0" : NULL;
	case JSON_STRING:
		return arena_strdup(a->mem, json_string_value(value));
	case JSON_INTEGER:
		return arena_printf(a->mem, "%lld", (long long)json_integer_value(value));
	case JSON_ARRAY:
		return type->list ? list_cell(a, type, value) : NULL;
	default:
		return NULL;
	}
}

static int no_column(const char *name, struct err *e)
{
	const char *near = field_nearest(name);

	/* The columns that name a user are near themselves. */
	if (near != NULL && strcasecmp(near, name) == 0)
		near = NULL;
	return err_set(e, ERR_INVALID, "members", "%s is no column that can be set%s%s%s", name,
	    near != NULL ? "; did you mean " : "", near != NULL ? near : "", near != NULL ? "?" : "");
}

/* The members into o->cells.  Names ignore case, as in files: the same column must not be there twice. */
static int read_members(struct api *a, json_t *object, struct one *o, struct err *e)
{
	const char *name;
	enum field_id id;
	json_t *value;

	json_object_foreach(object, name, value) {
		if (field_find(name, strlen(name), &id) != FIELD_NEW || id == FIELD_uuid
		    || fields[id].required == REQUIRED_NEVER)
			return no_column(name, e);
		const struct type *type = &types[fields[id].type];
		if (o->cells[id] != NULL)
			return err_set(e, ERR_INVALID, "members", "%s is there twice", fields[id].name);
		if ((o->cells[id] = cell_of(a, type, value)) == NULL)
			return no_cell(fields[id].name, type, e);
	}
	return 0;
}

/* Stores the job and waits for its end.  CALL_PASS if it is done; else this has answered, or -1. */
static int carry_out(struct api *a, struct one *o, struct one_result *r, struct err *e)
{
	struct job job = { .kind = o->kind, .state = "queued", .counts = "{}", .options = "{}" };
	json_t *object = api_object(a, BODY_MAX, true, "a JSON object, whose members are columns", e);
	struct err why = {0};
	long id;
	int rc;

	if (object == NULL)
		return -1;
	rc = read_members(a, object, o, e);
	json_decref(object);
	if (rc != 0)
		return -1;
	if ((o->nonce = api_idempotency(a)) == NULL)
		return api_problem(a, 400, "The Idempotency-Key must be 1 to 255 printable ASCII characters.");
	o->name = o->cells[FIELD_firstname] != NULL ? o->cells[FIELD_firstname] : o->uuid != NULL ? o->uuid : "-";
	if (one_send(a->db, a->conf, a->who, o, a->mem, &id, &why) != 0) {
		if (why.code == ERR_INVALID)
			return api_problem(a, 422, "This Idempotency-Key was sent before, with another request.");
		*e = why;
		return -1;
	}
	if (result_wait(a, id, &job, e) != 0)
		return -1;
	if (strcmp(job.state, "done") != 0)
		return result_answer(a, &job, e);
	/* The answer has no place for warnings: the job's result has them. */
	response_header(a->res, "Link", arena_printf(a->mem, "</1.1/imports/%ld/result>; rel=\"describedby\"", id));
	return one_wait(a->db, a->conf, a->who, id, 0, a->mem, r, e) == 0 ? CALL_PASS : -1;
}

int api_user_add(struct api *a, struct err *e)
{
	struct one o = { .kind = "import", .address = a->req->remote_addr };
	struct one_result r;
	int rc = carry_out(a, &o, &r, e);

	if (rc != CALL_PASS)
		return rc;
	if (r.uuid == NULL || api_user_show(a, r.uuid, e) != 0)
		return -1;
	response_header(a->res, "Location", arena_printf(a->mem, "/1.1/users/%s", r.uuid));
	a->res->status = 201;
	return 0;
}

int api_user_change(struct api *a, struct err *e)
{
	struct one o = { .kind = "update", .address = a->req->remote_addr };
	struct one_result r;
	int rc;

	if (api_user_uuid(a, &o.uuid, e) != 0)
		return -1;
	rc = carry_out(a, &o, &r, e);
	if (rc != CALL_PASS)
		return rc;
	a->res->status = 204;
	return 0;
}
