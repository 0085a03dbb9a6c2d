/* /1.1/phonebooks: the links by which phones load names and numbers; and what phones load,
 * /phonebook/TOKEN/FILE. */
#include "users/phonebook.h"

#include <string.h>

#include "api/guard.h"
#include "api/routes.h"
#include "serve/download.h"

#define BODY_MAX ((size_t)4096)

/* --- the links ------------------------------------------------------------- */

static json_t *object(const struct phonebook *b)
{
	return json_pack("{s:I, s:s, s:s?, s:b, s:b, s:s?, s:s?, s:s?}", "id", (json_int_t)b->id,
	    "name", b->name, "entity", b->entity, "mobile", b->mobile, "plain", b->plain,
	    "created_by", b->who, "created_at", b->created, "used_on", b->used);
}

int api_phonebooks(struct api *a, struct err *e)
{
	json_t *items = json_array();
	struct phonebook *books;
	size_t n;

	if (phonebook_list(a->db, a->who, a->mem, &books, &n, e) != 0) {
		json_decref(items);
		return -1;
	}
	for (size_t i = 0; i < n; i++)
		json_array_append_new(items, object(&books[i]));
	return api_json(a, 200, json_pack("{s:I, s:o}", "total", (json_int_t)n, "items", items));
}

/* The paths of its files, {"contacts.vcf": "/phonebook/..."}. */
static json_t *links(struct api *a, const char *token)
{
	json_t *paths = json_object();

	for (const struct phonebook_format *f = phonebook_formats; f->name != NULL; f++)
		json_object_set_new(paths, f->name,
		    json_string(arena_printf(a->mem, "/phonebook/%s/%s", token, f->name)));
	return paths;
}

/* One member, true or false; false if it is absent. */
static int read_flag(const json_t *body, const char *name, bool *out, struct err *e)
{
	const json_t *value = json_object_get(body, name);

	*out = json_is_true(value);
	return value == NULL || json_is_boolean(value) ? 0
	    : err_set(e, ERR_INVALID, name, "%s must be true or false", name);
}

static int read_book(struct api *a, struct phonebook *b, struct err *e)
{
	json_t *body = api_object(a, BODY_MAX, false, "a JSON object with name, and if you like mobile and plain", e);
	const char *name = json_string_value(json_object_get(body, "name"));
	int rc = -1;

	*b = (struct phonebook){ .name = arena_strdup(a->mem, name != NULL ? name : ""), .who = a->who->username,
		.entity = a->who->tenant_name };
	if (body != NULL && api_members(a, body, "name mobile plain", e) == 0
	    && read_flag(body, "mobile", &b->mobile, e) == 0)
		rc = read_flag(body, "plain", &b->plain, e);
	json_decref(body);
	return rc;
}

int api_phonebook_add(struct api *a, struct err *e)
{
	char token[DIGEST_HEX_SIZE];
	struct phonebook b;
	json_t *made;

	if (read_book(a, &b, e) != 0)
		return -1;
	if (phonebook_add(a->db, a->who, a->req->remote_addr, &b, token, e) != 0)
		return e->code == ERR_DB_UNIQUE ? api_problem(a, 409, "%s", e->message) : -1;
	made = object(&b);
	json_object_set_new(made, "links", links(a, token));
	explicit_bzero(token, sizeof(token));
	return api_json(a, 201, made);
}

int api_phonebook_revoke(struct api *a, struct err *e)
{
	if (phonebook_revoke(a->db, a->who, a->req->remote_addr, route_id(&a->route), e) != 0)
		return -1;
	a->res->status = 204;
	return 0;
}

/* --- what phones load -------------------------------------------------------- */

/* The address of the next page, as the phone has to ask for it. */
static const char *next_page(struct api *a, const char *search, long page)
{
	const char *site = strcmp(a->conf->public_url, "none") != 0 ? a->conf->public_url
	    : arena_printf(a->mem, "%s://%s", a->req->https ? "https" : "http", a->req->host);
	struct buf query = {0};

	if (*search != '\0')
		form_encode(&query, "q", search);
	const char *next = arena_printf(a->mem, "%s/phonebook/%s/%s?%s%spage=%ld", site, api_param(a, "token"),
	    api_param(a, "file"), buf_str(&query), query.len > 0 ? "&" : "", page + 1);
	buf_free(&query);
	return next;
}

static int send(struct api *a, const struct phonebook *b, const struct principal *who,
    const struct phonebook_format *f, struct err *e)
{
	struct download d = { .call = &a->call, .type = f->type };
	const char *search = form_get(&a->query, "q");
	struct phonebook_part part = { .search = search != NULL ? search : "" };

	if (api_query_number(a, "page", 1, 999999, 1, &part.page, e) != 0)
		return -1;
	if (part.page > 1 && f->most == 0)
		return api_problem(a, 400, "%s has no pages: it has all users.", f->name);
	if (a->req->method == HTTP_HEAD)
		return download_send(&d, "", 0, e);
	part.next = next_page(a, part.search, part.page);
	return download_end(&d, phonebook_send(a->db, who, b, f, &part, download_send, &d, e));
}

int api_phonebook_file(struct api *a, struct err *e)
{
	const struct phonebook_format *f = phonebook_format(api_param(a, "file"));
	struct principal who;
	struct phonebook b;
	bool found;

	if (db_ensure(a->db, e) != 0
	    || phonebook_find(a->db, api_param(a, "token"), a->mem, &b, &who, &found, e) != 0)
		return -1;
	if (!found || f == NULL)
		return api_problem(a, 404, "There is no such phonebook: its link was revoked, or is not complete.");
	if (!b.plain && !guard_private(a))
		return api_problem(a, 403, "Use https: this phonebook is not given over plain HTTP.");
	return send(a, &b, &who, f, e);
}
