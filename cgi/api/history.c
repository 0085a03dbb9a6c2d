/* /1.1/users/{uuid}/history: the history of a user; /1.1/users/history: the changes of all users on a
 * day. */
#include "api/routes.h"
#include "base/json.h"
#include "users/history.h"

#define JOBS_MAX 200		/* jobs of a day in one answer */
#define CHANGES_OF_A_JOB 100

/* Answers {"total": n, "items": [...]}. */
static int answer(struct api *a, const struct report_slice *s, const struct history_event *events)
{
	json_t *items = json_array();

	for (size_t i = 0; i < s->n; i++) {
		const struct history_event *x = &events[i];
		json_t *job = x->job != 0 ? json_pack("{s:I, s:s, s:s?}", "id", (json_int_t)x->job, "kind", x->kind,
		    "file_name", x->file) : json_null();

		json_array_append_new(items, json_pack("{s:s, s:o, s:s?, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:I}",
		    "at", x->at, "job", job, "by", x->by, "what", x->what, "user_uuid", x->uuid, "name", x->name,
		    "column", x->column, "old", x->old, "new", x->new, "users", (json_int_t)x->users));
	}
	return api_json(a, 200, json_pack("{s:I, s:o}", "total", (json_int_t)s->total, "items", items));
}

static int read_slice(struct api *a, long most, struct report_slice *s, struct err *e)
{
	*s = (struct report_slice){ .limit = 0 };
	return api_query_number(a, "limit", 0, most, most / 10, &s->limit, e) != 0
	    || api_query_number(a, "offset", 0, 999999999, 0, &s->offset, e) != 0 ? -1 : 0;
}

int api_user_history(struct api *a, struct err *e)
{
	struct history_event *events;
	struct history_user user;
	struct report_slice slice;

	if (history_find(a->db, a->who, api_param(a, "uuid"), a->mem, &user, e) != 0
	    || read_slice(a, 1000, &slice, e) != 0
	    || history_of_user(a->db, a->who, &user, a->mem, &slice, &events, e) != 0)
		return -1;
	for (size_t i = 0; i < slice.n; i++) {
		events[i].uuid = user.uuid;
		events[i].name = user.name;
	}
	return answer(a, &slice, events);
}

int api_history(struct api *a, struct err *e)
{
	const char *day = form_get(&a->query, "day");
	struct history_event *events;
	struct report_slice slice;

	if (!history_is_day(day))
		return err_set(e, ERR_INVALID, "day", "must be a day such as 2026-01-31");
	if (read_slice(a, JOBS_MAX, &slice, e) != 0
	    || history_of_day(a->db, a->who, day, CHANGES_OF_A_JOB, a->mem, &slice, &events, e) != 0)
		return -1;
	return answer(a, &slice, events);
}
