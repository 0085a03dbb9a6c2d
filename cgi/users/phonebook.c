/* Phonebooks and their links.  Contract: phonebook.h. */
#include "users/phonebook.h"

#include <string.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "base/json.h"
#include "base/utf8.h"

#define SEND_BYTES ((size_t)64 * 1024)

int phonebook_list(struct db *db, const struct principal *who, struct arena *mem,
    struct phonebook **out, size_t *n, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "phonebook_list", NO_ARGS, &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct phonebook){
			.id = db_get_long(res, i, "id"),
			.name = arena_strdup(mem, db_get(res, i, "name")),
			.entity = arena_strdup(mem, db_get(res, i, "entity")),
			.who = arena_strdup(mem, db_get(res, i, "admin_name")),
			.created = arena_strdup(mem, db_get(res, i, "created_at")),
			.used = arena_strdup(mem, db_get(res, i, "used_on")),
			.mobile = db_get_bool(res, i, "mobile"),
			.plain = db_get_bool(res, i, "plain"),
		};
	PQclear(res);
	return 0;
}

/* --- making and revoking ---------------------------------------------------- */

static int audit(struct db *db, const struct principal *who, const char *address,
    const char *action, const char *name, struct err *e)
{
	struct buf detail = {0};
	int rc;

	json_add(&detail, json_pack("{s:s}", "name", name));
	rc = audit_add(db, who, address, action, buf_str(&detail), e);
	buf_free(&detail);
	return rc;
}

/* Whether the text can be the name of a phonebook. */
static bool is_name(const char *name)
{
	size_t n = strlen(name);

	return !utf8_blank(name, n) && utf8_printable(name, n) && utf8_length(name, n) <= PHONEBOOK_NAME_MAX;
}

static int add(struct db *db, const struct principal *who, const char *address, const char *hash,
    struct phonebook *b, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "phonebook_add", ARGS(arg_long(who->tenant_id), arg_text(b->name),
	    arg_bytes(hash, DIGEST_SIZE), arg_bool(b->mobile), arg_bool(b->plain), arg_text(who->username)),
	    &res, e) != 0)
		return -1;
	b->id = PQntuples(res) == 1 ? db_get_long(res, 0, "id") : 0;
	PQclear(res);
	if (b->id == 0)
		return err_set(e, ERR_DB_UNIQUE, "name", "there is a phonebook of this name already");
	return audit(db, who, address, "phonebook.add", b->name, e);
}

int phonebook_add(struct db *db, const struct principal *who, const char *address,
    struct phonebook *b, char token[DIGEST_HEX_SIZE], struct err *e)
{
	char hash[DIGEST_SIZE];

	if (who->tenant_id == 0)
		return err_set(e, ERR_INVALID, "entity", "a phonebook belongs to one entity: choose it");
	if (!is_name(b->name))
		return err_set(e, ERR_INVALID, "name", "the name must have 1 to %d characters", PHONEBOOK_NAME_MAX);
	digest_random(token);
	digest_token(token, hash);
	if (account_begin(db, who, e) == 0 && add(db, who, address, hash, b, e) == 0 && db_commit(db, e) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

static int revoke(struct db *db, const struct principal *who, const char *address, long id, struct err *e)
{
	PGresult *res = NULL;
	int rc;

	if (db_query(db, "phonebook_revoke", ARGS(arg_long(id)), &res, e) != 0)
		return -1;
	rc = PQntuples(res) == 0 ? err_set(e, ERR_NOT_FOUND, "phonebook", "there is no such phonebook")
	    : audit(db, who, address, "phonebook.revoke", db_get(res, 0, "name"), e);
	PQclear(res);
	return rc;
}

int phonebook_revoke(struct db *db, const struct principal *who, const char *address, long id, struct err *e)
{
	if (account_begin(db, who, e) == 0 && revoke(db, who, address, id, e) == 0 && db_commit(db, e) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

/* --- what phones load ------------------------------------------------------- */

int phonebook_find(struct db *db, const char *token, struct arena *mem, struct phonebook *b,
    struct principal *who, bool *found, struct err *e)
{
	char hash[DIGEST_SIZE];
	PGresult *res = NULL;

	*found = false;
	if (!digest_token(token, hash))
		return 0;
	if (db_query(db, "phonebook_find", ARGS(arg_bytes(hash, DIGEST_SIZE)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1) {
		*found = true;
		*b = (struct phonebook){
			.name = arena_strdup(mem, db_get(res, 0, "name")),
			.mobile = db_get_bool(res, 0, "mobile"), .plain = db_get_bool(res, 0, "plain"),
		};
		*who = (struct principal){ .username = "phonebook", .tenant_id = db_get_long(res, 0, "tenant_id") };
		who->scope = arena_printf(mem, "{%ld}", who->tenant_id);
	}
	PQclear(res);
	return 0;
}

struct sending {
	const struct phonebook_format *format;
	struct buf out;
	phonebook_write *write;
	void *ctx;
	long left;		/* users of this page; -1: there are no pages */
	bool more;		/* there is a next page */
};

static int flush(struct sending *s, size_t from, struct err *e)
{
	int rc = s->out.len < from ? 0 : s->write(s->ctx, buf_str(&s->out), s->out.len, e);

	if (s->out.len >= from)
		buf_reset(&s->out);
	return rc;
}

static int send_user(void *ctx, const PGresult *res, struct err *e)
{
	struct sending *s = ctx;
	const struct phonebook_user u = {
		.uuid = db_get(res, 0, "uuid"), .firstname = db_get(res, 0, "firstname"),
		.lastname = db_get(res, 0, "lastname"), .exten = db_get(res, 0, "exten"),
		.incalls = db_get(res, 0, "incalls"), .mobile = db_get(res, 0, "mobile"),
	};

	s->more = s->left == 0;
	if (s->more)
		return 0;
	if (s->left > 0)
		s->left--;
	phonebook_user(s->format, &u, &s->out);
	return flush(s, SEND_BYTES, e);
}

int phonebook_send(struct db *db, const struct principal *who, const struct phonebook *b,
    const struct phonebook_format *f, const struct phonebook_part *part, phonebook_write *write, void *ctx,
    struct err *e)
{
	/* Whose mobile number is there too takes two entries. */
	long size = b->mobile ? f->most / 2 : f->most;
	struct sending s = { .format = f, .write = write, .ctx = ctx, .left = f->most > 0 ? size : -1 };
	int rc = -1;

	phonebook_begin(f, b->name, &s.out);
	if (account_begin(db, who, e) == 0
	    && db_each(db, "phonebook_users", ARGS(arg_text(part->search), arg_bool(b->mobile),
	    f->most > 0 ? arg_long(size + 1) : arg_null(), arg_long((part->page - 1) * size)), send_user, &s, e) == 0
	    && db_commit(db, e) == 0) {
		phonebook_end(f, s.more ? part->next : NULL, &s.out);
		rc = flush(&s, 0, e);
	}
	if (rc != 0)
		db_rollback(db);
	buf_free(&s.out);
	return rc;
}
