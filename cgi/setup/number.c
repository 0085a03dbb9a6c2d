/* The numbers and their owners.  Contract: number.h; the SQL is sql/queries/numbers.sql. */
#include "setup/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "base/json.h"
#include "base/utf8.h"
#include "csv/check.h"
#include "setup/change.h"

#define BLOCK_MOST 1000
#define DIGITS_MOST 40
#define NAME_MOST 80	/* as csv/fields.def has for voicemail_name */

const char *number_word(enum number_kind kind)
{
	static const char *const words[] = { "extension", "incall", "voicemail" };

	return words[kind];
}

static const char *kept(struct arena *mem, const PGresult *res, int row, const char *column)
{
	return arena_strdup(mem, db_get(res, row, column));
}

/* --- reading ---------------------------------------------------------------- */

const char *number_state(const struct number *n)
{
	return n->owners > 0 ? "used" : n->reserved ? "reserved" : "free";
}

static void read_number(const PGresult *res, int row, struct arena *mem, struct number *out)
{
	*out = (struct number){
		.id = db_get_long(res, row, "id"), .tenant_id = db_get_long(res, row, "tenant_id"),
		.number = kept(mem, res, row, "number"), .name = kept(mem, res, row, "name"),
		.context = kept(mem, res, row, "context"), .tenant = kept(mem, res, row, "tenant"),
		.tenant_uuid = kept(mem, res, row, "tenant_uuid"), .owners = db_get_long(res, row, "owners"),
		.uuid = kept(mem, res, row, "uuid"), .owner = kept(mem, res, row, "owner"),
		.users = kept(mem, res, row, "users"), .reserved = db_get_bool(res, row, "reserved"),
	};
}

const char *number_clean(struct arena *mem, const char *typed)
{
	char *bare = arena_strdup(mem, typed);

	check_clean(bare, strlen(bare));
	return bare;
}

/* The search as a number; NULL if it is none, or has nothing between its digits. */
static const char *bare_search(struct arena *mem, const char *search)
{
	const char *bare = number_clean(mem, search), *digits = bare + (*bare == '+');

	if (strcmp(bare, search) == 0 || *digits == '\0' || digits[strspn(digits, "0123456789")] != '\0')
		return NULL;
	return bare;
}

static int query_numbers(struct db *db, const struct principal *who, enum number_kind kind,
    const struct number_filter *f, const char *bare, long id, PGresult **res, struct err *e)
{
	return account_query(db, who, "numbers_list", ARGS(arg_text(number_word(kind)), arg_text(f->search),
	    arg_text(f->context), arg_text(f->state), arg_long(f->limit), arg_long(f->offset),
	    id != 0 ? arg_long(id) : arg_null(), f->most != 0 ? arg_long(f->most) : arg_null(),
	    arg_text(bare)), res, e);
}

int number_list(struct db *db, const struct principal *who, enum number_kind kind, const struct number_filter *f,
    struct arena *mem, struct number **out, size_t *n, struct number_total *total, struct err *e)
{
	PGresult *res;

	if (query_numbers(db, who, kind, f, bare_search(mem, f->search), 0, &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*total = (struct number_total){0};
	if (*n > 0)
		*total = (struct number_total){ db_get_long(res, 0, "total"), db_get_bool(res, 0, "more") };
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		read_number(res, (int)i, mem, &(*out)[i]);
	PQclear(res);
	/* Each row has the total: of a part without rows the first row is asked for it. */
	if (*n == 0 && (f->limit == 0 || f->offset > 0)) {
		struct number_filter first = *f;
		struct number *one;
		size_t there;
		first.limit = 1;
		first.offset = 0;
		return number_list(db, who, kind, &first, mem, &one, &there, total, e);
	}
	return 0;
}

int number_one(struct db *db, const struct principal *who, enum number_kind kind, long id, struct arena *mem,
    struct number *out, struct err *e)
{
	static const struct number_filter all = { .search = "", .context = "", .state = "", .limit = 1 };
	PGresult *res = NULL;

	if (id != 0 && query_numbers(db, who, kind, &all, NULL, id, &res, e) != 0)
		return -1;
	if (id == 0 || PQntuples(res) == 0) {
		PQclear(res);
		return err_set(e, ERR_NOT_FOUND, NULL, "there is no such number");
	}
	read_number(res, 0, mem, out);
	PQclear(res);
	return 0;
}

int number_find(struct db *db, const struct principal *who, enum number_kind kind, long context, const char *number,
    long *id, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "numbers_find", ARGS(arg_text(number_word(kind)), arg_long(context),
	    arg_text(number)), &res, e) != 0)
		return -1;
	*id = PQntuples(res) > 0 ? db_get_long(res, 0, "id") : 0;
	PQclear(res);
	return 0;
}

int number_contexts(struct db *db, const struct principal *who, enum number_kind kind, struct arena *mem,
    struct number_context **out, size_t *n, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "numbers_contexts", ARGS(arg_text(number_word(kind))), &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct number_context){ .id = db_get_long(res, i, "id"),
			.tenant_id = db_get_long(res, i, "tenant_id"), .name = kept(mem, res, i, "name"),
			.tenant = kept(mem, res, i, "tenant") };
	PQclear(res);
	return 0;
}

/* --- writing ---------------------------------------------------------------- */

static const char *digits_of(const char *number)
{
	return number[0] == '+' ? number + 1 : number;
}

static bool is_number(enum number_kind kind, const char *number)
{
	const char *digits = kind == NUMBER_INCALL ? digits_of(number) : number;
	size_t n = strlen(digits);

	return n > 0 && n <= DIGITS_MOST && strspn(digits, "0123456789") == n;
}

/* Whether `last` is `first`, or at most 999 more. */
static bool is_block(const char *first, const char *last)
{
	const char *a = digits_of(first), *b = digits_of(last);
	size_t n = strlen(a), same = 0;

	if (strlen(b) != n || strcmp(a, b) > 0 || (first[0] == '+') != (last[0] == '+'))
		return false;
	/* They may differ only in their last four digits. */
	while (same < n && a[same] == b[same])
		same++;
	if (n - same > 4)
		same = n;
	else
		same = n > 4 ? n - 4 : 0;
	return same < n && strtol(b + same, NULL, 10) - strtol(a + same, NULL, 10) < BLOCK_MOST;
}

/* Finds what is wrong with the numbers in the context; the number `id` itself does not count. */
static int find_fault(struct db *db, enum number_kind kind, long context, const char *first, const char *last,
    long id,
    struct arena *mem, struct number_fault *fault, struct err *e)
{
	PGresult *res;

	*fault = (struct number_fault){ .number = first };
	if (!is_number(kind, first) || !is_number(kind, last)) {
		fault->key = "digits";
		return 0;
	}
	if (!is_block(first, last)) {
		fault->key = "block";
		fault->number = last;
		return 0;
	}
	if (db_query(db, "numbers_faults", ARGS(arg_text(number_word(kind)), arg_long(context), arg_text(first),
	    arg_text(last), arg_long(id)), &res, e) != 0)
		return -1;
	if (PQntuples(res) > 0)
		*fault = (struct number_fault){ kept(mem, res, 0, "fault"), kept(mem, res, 0, "number") };
	PQclear(res);
	return 0;
}

static int audit(struct db *db, const struct principal *who, const char *address, struct arena *mem,
    enum number_kind kind, const char *action, const char *number, const char *other, struct err *e)
{
	json_t *object = json_pack("{s:s}", "number", number);
	struct buf detail = {0};

	if (other != NULL && strcmp(other, number) != 0)
		json_object_set_new(object, "to", json_string(other));
	json_add(&detail, object);
	int rc = audit_add(db, who, address, arena_printf(mem, "%s.%s", number_word(kind), action),
	    buf_str(&detail), e);
	buf_free(&detail);
	return rc;
}

static int add(struct db *db, enum number_kind kind, long context, const struct number_new *new, const char *last,
    struct err *e)
{
	int rc;

	if (kind == NUMBER_EXTENSION)
		rc = db_query(db, "numbers_add_extension", ARGS(arg_long(context), arg_text(new->first),
		    arg_text(last)), NULL, e);
	else if (kind == NUMBER_INCALL)
		rc = db_query(db, "numbers_add_incall", ARGS(arg_long(context), arg_text(new->first), arg_text(last)),
		    NULL, e);
	else
		return db_query(db, "numbers_add_voicemail", ARGS(arg_long(context), arg_text(new->first),
		    arg_text(last), arg_text(new->name)), NULL, e);
	if (rc != 0 || !new->reserve)
		return rc;
	return db_query(db, "numbers_reserve", ARGS(arg_long(context), arg_text(new->first), arg_text(last)), NULL, e);
}

void number_fault_write(struct buf *out, const struct number_fault *fault, issue_lookup *find, void *ctx)
{
	const struct issue_param param = { "number", fault->number };
	char key[64];

	snprintf(key, sizeof(key), "setup.number_%s", fault->key);
	const char *text = find != NULL ? find(ctx, key) : NULL;
	issue_format(out, text != NULL ? text : issue_text(key), &param, 1, find, ctx);
}

/* A voicemail's name, as files have it (csv/fields.def). */
static bool is_name(const char *name)
{
	size_t n = strlen(name), length = utf8_length(name, n);

	return length > 0 && length <= NAME_MOST && utf8_printable(name, n) && !utf8_blank(name, n);
}

int number_add(struct db *db, const struct principal *who, enum number_kind kind,
    const struct number_context *context, const struct number_new *typed, const char *address, struct arena *mem,
    struct number_fault *fault, struct err *e)
{
	const struct number_new clean = { .first = number_clean(mem, typed->first), .name = typed->name,
		.reserve = typed->reserve }, *new = &clean;
	const char *last = typed->last != NULL ? number_clean(mem, typed->last) : "";
	int rc = -1;

	if (*last == '\0')
		last = new->first;

	*fault = (struct number_fault){0};
	if (account_begin(db, who, e) == 0 && setup_lock(db, context->tenant_id, e) == 0
	    && find_fault(db, kind, context->id, new->first, last, 0, mem, fault, e) == 0) {
		if (fault->key == NULL && new->name != NULL && *new->name != '\0' && !is_name(new->name))
			*fault = (struct number_fault){ "name", new->first };
		if (fault->key != NULL)
			rc = 0;
		else if (add(db, kind, context->id, new, last, e) == 0
		    && audit(db, who, address, mem, kind, "add", new->first, last, e) == 0)
			rc = db_commit(db, e);
	}
	db_rollback(db);
	return rc;
}

static int rename_number(struct db *db, enum number_kind kind, const struct number *which,
    const struct number_act *act, long context, struct arena *mem, struct number_fault *fault, PGresult **res,
    struct err *e)
{
	const char *number = number_clean(mem, act->number);

	if (find_fault(db, kind, context, number, number, which->id, mem, fault, e) != 0)
		return -1;
	if (fault->key == NULL && act->name != NULL && !is_name(act->name))
		*fault = (struct number_fault){ "name", which->number };
	if (fault->key != NULL)
		return 0;
	return db_query(db, "numbers_rename", ARGS(arg_text(number_word(kind)), arg_long(which->id),
	    arg_text(number), arg_text(act->name)), res, e);
}

/* Inside the transaction. */
static int act_once(struct db *db, enum number_kind kind, const struct number *which, const struct number_act *act,
    long context, struct arena *mem, struct number_fault *fault, struct err *e)
{
	const char *word = number_word(kind);
	PGresult *res = NULL;
	int rc;

	switch (act->action) {
	case NUMBER_RESERVE:
		if (which->owners > 0) {
			*fault = (struct number_fault){ "used", which->number };
			return 0;
		}
		return db_query(db, "numbers_reserve", ARGS(arg_long(context), arg_text(which->number),
		    arg_text(which->number)), NULL, e);
	case NUMBER_RELEASE:
		return db_query(db, "numbers_release", ARGS(arg_text(word), arg_long(which->id)), NULL, e);
	case NUMBER_DELETE:
		rc = db_query(db, "numbers_delete", ARGS(arg_text(word), arg_long(which->id)), &res, e);
		break;
	default:
		rc = rename_number(db, kind, which, act, context, mem, fault, &res, e);
		if (fault->key != NULL)
			return rc;
	}
	if (rc == 0 && PQntuples(res) == 0)
		*fault = (struct number_fault){ "used", which->number };
	PQclear(res);
	return rc;
}

int number_act(struct db *db, const struct principal *who, enum number_kind kind, const struct number *which,
    const struct number_act *acts, size_t n, const char *address, struct arena *mem, struct number_fault *fault,
    struct err *e)
{
	static const char *const words[] = { "rename", "delete", "reserve", "release" };
	struct number_context *contexts;
	long context = 0;
	size_t n_contexts;
	int rc = -1;

	*fault = (struct number_fault){0};
	if (number_contexts(db, who, kind, mem, &contexts, &n_contexts, e) != 0)
		return -1;
	for (size_t i = 0; i < n_contexts; i++)
		if (contexts[i].tenant_id == which->tenant_id && strcmp(contexts[i].name, which->context) == 0)
			context = contexts[i].id;
	if (account_begin(db, who, e) == 0)
		rc = setup_lock(db, which->tenant_id, e);
	for (size_t i = 0; rc == 0 && fault->key == NULL && i < n; i++) {
		if (acts[i].skip)
			continue;
		rc = act_once(db, kind, which, &acts[i], context, mem, fault, e);
		if (rc == 0 && fault->key == NULL)
			rc = audit(db, who, address, mem, kind, words[acts[i].action], which->number,
			    acts[i].number != NULL ? number_clean(mem, acts[i].number) : NULL, e);
	}
	if (rc == 0 && fault->key == NULL)
		rc = db_commit(db, e);
	db_rollback(db);
	return rc;
}
