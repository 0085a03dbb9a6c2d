/* /1.1/contexts, /1.1/callpermissions, /1.1/users/labels ...: the resources of the table in
 * setup/resource.h, with one handler for each method.
 *
 * Members are the keys of the setup file; contexts and call permissions also have the members of the
 * older service (api/setup_shape.h).  PUT changes the members that are sent. */
#include <stdlib.h>
#include <string.h>

#include "api/routes.h"
#include "api/setup_shape.h"
#include "base/json.h"
#include "base/uuid.h"

#define LIMIT_MOST 100000
#define BODY_MAX ((size_t)256 * 1024)

/* The resource of the path; NULL if the account may not use it: then this has answered. */
static const struct setup_resource *resource(struct api *a)
{
	const struct setup_resource *r = setup_resource_of(api_bare_path(a->req));

	if (r != NULL && (!r->for_root || a->who->root))
		return r;
	api_problem(a, 403, "Tenants and telephony are for root administrators alone.");
	return NULL;
}

/* Finds the thing of the path by its id, a tenant also by its uuid, or the only one. */
static int find(struct api *a, const struct setup_resource *r, struct setup_thing *out, struct err *e)
{
	const char *name = r->single ? "1" : api_param(a, "id");
	struct setup_filter filter = { .limit = 1, .id = form_number(name, 1, 999999999, 0) };
	struct setup_thing *things;
	size_t n = 0;
	long total;

	if (r->for_root && uuid_valid(name))
		filter.uuid = name;
	if ((filter.id != 0 || filter.uuid != NULL)
	    && setup_found(a->db, a->who, r, &filter, a->mem, &things, &n, &total, e) != 0)
		return -1;
	if (n == 0)
		return err_set(e, ERR_NOT_FOUND, NULL, "there is no such thing in the setup");
	*out = things[0];
	return 0;
}

int api_setup_list(struct api *a, struct err *e)
{
	const struct setup_resource *r = resource(a);
	struct setup_filter filter = { .search = form_get(&a->query, "search") };
	struct setup_thing *things;
	size_t n;
	long total;
	bool recurse;

	if (r == NULL)
		return 0;
	if (api_query_number(a, "limit", 0, LIMIT_MOST, LIMIT_MOST, &filter.limit, e) != 0
	    || api_query_number(a, "offset", 0, 999999999, 0, &filter.offset, e) != 0
	    || api_query_bool(a, "recurse", &recurse, e) != 0
	    || setup_found(a->db, a->who, r, &filter, a->mem, &things, &n, &total, e) != 0)
		return -1;
	json_t *items = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(items, setup_shape(r, &things[i]));
	return api_json(a, 200, json_pack("{s:o, s:I}", "items", items, "total", (json_int_t)total));
}

int api_setup_one(struct api *a, struct err *e)
{
	const struct setup_resource *r = resource(a);
	struct setup_thing thing = {0};

	if (r == NULL)
		return 0;
	return find(a, r, &thing, e) == 0 ? api_json(a, 200, setup_shape(r, &thing)) : -1;
}

/* Answers with the complaints, in one sentence. */
static int answer_wrong(struct api *a, int status, const struct complaints *c)
{
	struct buf text = {0};

	for (size_t i = 0; i < c->n; i++) {
		buf_addf(&text, "%s%s ", i > 0 ? "; " : "", c->list[i].path);
		complaint_write(&text, &c->list[i], NULL, NULL);
	}
	api_problem(a, status, "%s", buf_str(&text));
	buf_free(&text);
	return 0;
}

/* Stores the change.  CALL_PASS if it is stored; else this has answered, or -1. */
static int store(struct api *a, struct setup_change *change, long *id, struct err *e)
{
	struct complaints c = { .mem = a->mem };
	enum setup_result result;

	change->address = a->req->remote_addr;
	if (setup_put(a->db, a->conf, a->who, change, &c, &result, id, e) != 0)
		return -1;
	switch (result) {
	case SETUP_DONE:
		return CALL_PASS;
	case SETUP_STRANDS:
		complain(&c, "ranges", "force", NULL);
		return answer_wrong(a, 409, &c);
	default:
		return answer_wrong(a, 400, &c);
	}
}

int api_setup_add(struct api *a, struct err *e)
{
	const struct setup_resource *r = resource(a);
	struct setup_change change = { .resource = r, .tenant_id = a->who->tenant_id, .tenant = a->who->tenant_name };
	struct setup_thing thing = {0};
	long id = 0;

	if (r == NULL)
		return 0;
	if (a->who->tenant_id == 0 && !r->for_root)
		return api_problem(a, 400, "Choose the tenant by the header Wazo-Tenant.");
	json_t *sent = api_object(a, BODY_MAX, true, "a JSON object", e);
	if (sent == NULL)
		return -1;
	json_t *object = setup_shape_read(r, NULL, sent);
	change.object = object;
	int rc = store(a, &change, &id, e);
	json_decref(sent);
	json_decref(object);
	if (rc != CALL_PASS)
		return rc;
	/* A new tenant is not in the scope of the request. */
	if (r->for_root) {
		struct principal who = *a->who;
		size_t n = strlen(who.scope);
		who.scope = arena_printf(a->mem, "%.*s%s%ld}", (int)n - 1, who.scope, n > 2 ? "," : "", id);
		rc = setup_one(a->db, &who, r, id, a->mem, &thing, e);
	} else {
		rc = setup_one(a->db, a->who, r, id, a->mem, &thing, e);
	}
	if (rc != 0)
		return -1;
	response_header(a->res, "Location", arena_printf(a->mem, "%s/%ld", r->api, id));
	return api_json(a, 201, setup_shape(r, &thing));
}

int api_setup_change(struct api *a, struct err *e)
{
	const struct setup_resource *r = resource(a);
	struct setup_change change = { .resource = r };
	struct setup_thing was = {0};
	long id;

	if (r == NULL)
		return 0;
	if (find(a, r, &was, e) != 0 || api_query_bool(a, "force", &change.force, e) != 0)
		return -1;
	if (!setup_may_change(a->who, r, &was))
		return api_problem(a, 403, "This administrator has more rights than this account.");
	json_t *sent = api_object(a, BODY_MAX, true, "a JSON object", e);
	if (sent == NULL)
		return -1;
	json_t *object = setup_shape_read(r, &was, sent);
	change.was = &was;
	change.object = object;
	int rc = store(a, &change, &id, e);
	json_decref(sent);
	json_decref(object);
	if (rc == CALL_PASS) {
		a->res->status = 204;
		rc = 0;
	}
	return rc;
}

/* Answers that the thing is used, and where. */
static int answer_used(struct api *a, const struct setup_resource *r, const struct setup_thing *thing, struct err *e)
{
	struct setup_use *uses;
	const char *text = "";
	size_t n;

	if (setup_uses(a->db, a->who, r, thing, a->mem, &uses, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		bool first = i == 0 || strcmp(uses[i].what, uses[i - 1].what) != 0;
		text = arena_printf(a->mem, "%s%s%s%s", text, i > 0 ? first ? "; " : ", " : "",
		    first ? arena_printf(a->mem, "%s (%ld): ", uses[i].what, uses[i].n) : "", uses[i].name);
	}
	return api_problem(a, 409, "It is used, and cannot be deleted. %s", text);
}

int api_setup_delete(struct api *a, struct err *e)
{
	const struct setup_resource *r = resource(a);
	enum setup_result result;
	struct setup_thing thing = {0};

	if (r == NULL)
		return 0;
	if (find(a, r, &thing, e) != 0)
		return -1;
	if (!setup_may_delete(a->who, r, &thing))
		return api_problem(a, 403, "This administrator cannot be deleted by this account.");
	if (setup_delete(a->db, a->who, r, &thing, false, a->req->remote_addr, &result, e) != 0)
		return -1;
	if (result != SETUP_DONE)
		return answer_used(a, r, &thing, e);
	a->res->status = 204;
	return 0;
}

/* The history of a tenant: a tenant that has one is not deleted. */
int api_setup_forget(struct api *a, struct err *e)
{
	const struct setup_resource *r = resource(a);
	struct setup_thing thing = {0};

	if (r == NULL)
		return 0;
	if (find(a, r, &thing, e) != 0 || setup_forget(a->db, a->who, r, &thing, a->req->remote_addr, e) != 0)
		return -1;
	a->res->status = 204;
	return 0;
}
