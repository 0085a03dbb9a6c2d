/* /1.1/extensions, /1.1/incalls, /1.1/voicemails: the numbers with their owners, as on their pages
 * (setup/number.h).  The members are those of the older services: `exten` or `number`, `context`,
 * `extensions` of an incoming number, `users`. */
#include <string.h>

#include "api/result.h"
#include "api/routes.h"
#include "base/json.h"
#include "setup/number.h"

#define LIMIT_MOST 100000
#define BODY_MAX ((size_t)64 * 1024)

/* The kind of number of the path. */
static enum number_kind kind_of(const struct api *a)
{
	const char *path = api_bare_path(a->req) + strlen("/1.1/");

	return strncmp(path, "extensions", 10) == 0 ? NUMBER_EXTENSION
	    : strncmp(path, "incalls", 7) == 0 ? NUMBER_INCALL : NUMBER_VOICEMAIL;
}

/* The name of the member that holds the number. */
static const char *member(enum number_kind kind)
{
	return kind == NUMBER_VOICEMAIL ? "number" : "exten";
}

/* --- answers ---------------------------------------------------------------- */

static json_t *shape(enum number_kind kind, const struct number *n)
{
	json_t *id = n->id != 0 ? json_integer(n->id) : json_null();
	json_t *object = json_pack("{s:o, s:s, s:s, s:s, s:s, s:o}", "id", id, member(kind), n->number,
	    "context", n->context, "tenant_uuid", n->tenant_uuid, "state", number_state(n),
	    "users", json_parsed(n->users));

	if (kind == NUMBER_VOICEMAIL)
		json_object_set_new(object, "name", json_string(n->name));
	if (kind == NUMBER_INCALL && n->id != 0)
		json_object_set_new(object, "extensions", json_pack("[{s:O, s:s, s:s}]", "id", id, "exten", n->number,
		    "context", n->context));
	return object;
}

static int find(struct api *a, enum number_kind kind, struct number *out, struct err *e)
{
	return number_one(a->db, a->who, kind, form_number(api_param(a, "id"), 1, 999999999, 0), a->mem, out, e);
}

static const char *query(const struct api *a, const char *name)
{
	const char *text = form_get(&a->query, name);

	return text != NULL ? text : "";
}

struct numbers {
	enum number_kind kind;
	struct number *list;
	size_t n;
	struct number_total total;
};

static int write_numbers(struct api *a, struct emit *out, void *ctx, struct err *e)
{
	const struct numbers *found = ctx;

	(void)a;
	buf_adds(&out->buf, "{\"items\":[");
	for (size_t i = 0; i < found->n; i++) {
		if (i > 0)
			buf_addch(&out->buf, ',');
		json_add(&out->buf, shape(found->kind, &found->list[i]));
		if (emit_some(out, e) != 0)
			return -1;
	}
	buf_addf(&out->buf, "],\"total\":%ld}", found->total.n);
	return 0;
}

int api_numbers(struct api *a, struct err *e)
{
	static const char *const states[] = { "", "used", "free", "reserved", NULL };
	struct number_filter filter = { .search = query(a, "search"), .context = query(a, "context") };
	struct numbers found = { .kind = kind_of(a) };
	int state;
	bool recurse;

	if (api_query_number(a, "limit", 0, LIMIT_MOST, LIMIT_MOST, &filter.limit, e) != 0
	    || api_query_number(a, "offset", 0, 999999999, 0, &filter.offset, e) != 0
	    || api_query_choice(a, "state", states, &state, e) != 0
	    || api_query_bool(a, "recurse", &recurse, e) != 0)
		return -1;
	filter.state = states[state];
	if (number_list(a->db, a->who, found.kind, &filter, a->mem, &found.list, &found.n, &found.total, e) != 0)
		return -1;
	return result_stream(a, 200, "application/json", write_numbers, &found, e);
}

int api_number(struct api *a, struct err *e)
{
	enum number_kind kind = kind_of(a);
	struct number number = {0};

	return find(a, kind, &number, e) == 0 ? api_json(a, 200, shape(kind, &number)) : -1;
}

/* Answers why nothing was done; for a number in use also who has it. */
static int answer_fault(struct api *a, const struct number_fault *fault, const struct number *which)
{
	bool used = strcmp(fault->key, "used") == 0;
	struct buf text = {0};
	json_t *user, *users;
	size_t i;

	number_fault_write(&text, fault, NULL, NULL);
	if (used && which != NULL) {
		users = json_parsed(which->users);
		json_array_foreach(users, i, user)
			buf_addf(&text, "%s %s", i > 0 ? "," : " By", json_string_value(json_object_get(user, "name")));
		json_decref(users);
	}
	api_problem(a, used ? 409 : 400, "%s", buf_str(&text));
	buf_free(&text);
	return 0;
}

/* --- the body of a request --------------------------------------------------- */

struct sent {
	const char *number, *last, *context, *name;	/* NULL: not sent */
	int reserved;					/* -1: not sent */
};

static int not_a(const char *name, const char *what, struct err *e)
{
	return err_set(e, ERR_INVALID, name, "%s must be %s", name, what);
}

static int read_member(struct api *a, enum number_kind kind, struct sent *s, const char *name, const json_t *value,
    struct err *e)
{
	/* Members of answers are accepted, so that an answer can be sent back. */
	static const char *const answers[] = { "id", "tenant_uuid", "state", "users", "extensions", "links" };
	bool voicemail = kind == NUMBER_VOICEMAIL;
	const char **text = strcmp(name, member(kind)) == 0 ? &s->number : strcmp(name, "last") == 0 ? &s->last
	    : strcmp(name, "context") == 0 ? &s->context
	    : voicemail && strcmp(name, "name") == 0 ? &s->name : NULL;

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(name, answers[i]) == 0)
			return 0;
	if (!voicemail && strcmp(name, "reserved") == 0) {
		s->reserved = json_is_true(value);
		return json_is_boolean(value) ? 0 : not_a(name, "true or false", e);
	}
	if (text == NULL)
		return err_set(e, ERR_INVALID, "members", "%s is no member that can be set", name);
	*text = json_is_string(value) ? arena_strdup(a->mem, json_string_value(value)) : NULL;
	return *text != NULL ? 0 : not_a(name, "a text", e);
}

static int read_sent(struct api *a, enum number_kind kind, struct sent *s, struct err *e)
{
	json_t *object = api_object(a, BODY_MAX, true, "a JSON object", e), *value;
	const char *name;
	int rc = 0;

	*s = (struct sent){ .reserved = -1 };
	if (object == NULL)
		return -1;
	json_object_foreach(object, name, value)
		if (rc == 0)
			rc = read_member(a, kind, s, name, value, e);
	json_decref(object);
	return rc;
}

/* --- making, changing, deleting ----------------------------------------------- */

int api_number_add(struct api *a, struct err *e)
{
	enum number_kind kind = kind_of(a);
	struct number_context *contexts, *chosen = NULL;
	struct number_fault fault = {0};
	struct number made = {0};
	struct sent s;
	size_t n;
	long id;

	if (a->who->tenant_id == 0)
		return api_problem(a, 400, "Choose the tenant by the header Wazo-Tenant.");
	if (read_sent(a, kind, &s, e) != 0)
		return -1;
	if (s.number == NULL || s.context == NULL)
		return api_problem(a, 400, "%s and context are needed.", member(kind));
	if (number_contexts(a->db, a->who, kind, a->mem, &contexts, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (strcmp(contexts[i].name, s.context) == 0)
			chosen = &contexts[i];
	if (chosen == NULL)
		return api_problem(a, 400, "context must be one in which such a number can be");
	const struct number_new new = { .first = s.number, .last = s.last, .name = s.name, .reserve = s.reserved == 1 };
	if (number_add(a->db, a->who, kind, chosen, &new, a->req->remote_addr, a->mem, &fault, e) != 0)
		return -1;
	if (fault.key != NULL)
		return answer_fault(a, &fault, NULL);
	if (number_find(a->db, a->who, kind, chosen->id, number_clean(a->mem, s.number), &id, e) != 0
	    || number_one(a->db, a->who, kind, id, a->mem, &made, e) != 0)
		return -1;
	response_header(a->res, "Location", arena_printf(a->mem, "/1.1/%ss/%ld", number_word(kind), id));
	return api_json(a, 201, shape(kind, &made));
}

/* The actions for the members that differ from the stored number. */
int api_number_change(struct api *a, struct err *e)
{
	enum number_kind kind = kind_of(a);
	struct number_fault fault = {0};
	struct number which = {0};
	struct sent s;

	if (find(a, kind, &which, e) != 0 || read_sent(a, kind, &s, e) != 0)
		return -1;
	if (s.context != NULL && strcmp(s.context, which.context) != 0)
		return api_problem(a, 400, "context cannot be changed: make the number in the other one");
	if (s.last != NULL)
		return api_problem(a, 400, "last makes a block; it is of POST alone");
	const char *number = s.number != NULL ? number_clean(a->mem, s.number) : which.number;
	bool renames = strcmp(number, which.number) != 0
	    || (s.name != NULL && (which.name == NULL || strcmp(s.name, which.name) != 0));
	bool reserves = s.reserved >= 0 && (s.reserved == 1) != which.reserved;
	const struct number_act acts[] = {
		{ .action = s.reserved == 1 ? NUMBER_RESERVE : NUMBER_RELEASE, .skip = !reserves },
		{ .action = NUMBER_RENAME, .number = number, .name = s.name, .skip = !renames },
	};
	if (number_act(a->db, a->who, kind, &which, acts, 2, a->req->remote_addr, a->mem, &fault, e) != 0)
		return -1;
	if (fault.key != NULL)
		return answer_fault(a, &fault, &which);
	a->res->status = 204;
	return 0;
}

int api_number_delete(struct api *a, struct err *e)
{
	static const struct number_act act = { .action = NUMBER_DELETE };
	enum number_kind kind = kind_of(a);
	struct number_fault fault = {0};
	struct number which = {0};

	if (find(a, kind, &which, e) != 0
	    || number_act(a->db, a->who, kind, &which, &act, 1, a->req->remote_addr, a->mem, &fault, e) != 0)
		return -1;
	if (fault.key != NULL)
		return answer_fault(a, &fault, &which);
	a->res->status = 204;
	return 0;
}
