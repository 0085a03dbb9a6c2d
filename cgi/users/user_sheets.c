/* Sheets to print.  Contract: user_sheets.h. */
#include "users/user_sheets.h"

#include <jansson.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "base/json.h"

static void read_sheets(const PGresult *res, struct arena *mem, struct user_sheet **out, size_t *n)
{
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct user_sheet){
			.name = arena_strdup(mem, db_get(res, i, "name")),
			.entity = arena_strdup(mem, db_get(res, i, "entity")),
			.exten = arena_strdup(mem, db_get(res, i, "exten")),
			.incalls = arena_strdup(mem, db_get(res, i, "incalls")),
			.username = arena_strdup(mem, db_get(res, i, "username")),
			.provisioning_code = arena_strdup(mem, db_get(res, i, "provisioning_code")),
			.realm = arena_strdup(mem, db_get(res, i, "realm")),
			.sip_username = arena_strdup(mem, db_get(res, i, "sip_username")),
			.sip_secret = arena_strdup(mem, db_get(res, i, "sip_secret")),
			.voicemail_number = arena_strdup(mem, db_get(res, i, "voicemail_number")),
			.voicemail_password = arena_strdup(mem, db_get(res, i, "voicemail_password")),
			.has_pin = db_get_bool(res, i, "has_pin"),
		};
}

/* Writes to the audit whose secrets are shown, in the transaction that reads them. */
static int audit(struct db *db, const struct principal *who, const char *address, const PGresult *res,
    struct err *e)
{
	json_t *users = json_array();
	struct buf detail = {0};
	int rc;

	for (int i = 0; i < PQntuples(res); i++)
		json_array_append_new(users, json_string(db_get(res, i, "uuid")));
	json_add(&detail, json_pack("{s:o}", "users", users));
	rc = PQntuples(res) > 0 ? audit_add(db, who, address, "user.secrets", buf_str(&detail), e) : 0;
	buf_free(&detail);
	return rc;
}

int user_sheets(struct db *db, const struct principal *who, const struct user_sheets_request *r,
    struct arena *mem, struct user_sheet **out, size_t *n, long *total, struct err *e)
{
	bool secrets = r->secrets && (who->rights & RIGHT_USERS_SECRETS) != 0;
	const char *filter = filter_json(&r->filter, mem, e);
	PGresult *res = NULL;
	int rc = -1;

	if (filter == NULL || account_begin(db, who, e) != 0)
		return -1;
	if (filter_count(db, filter, total, e) != 0
	    || db_query(db, "users_sheets", ARGS(arg_text(filter), arg_bool(secrets), arg_long(r->limit),
	    arg_long(r->offset)), &res, e) != 0
	    || (secrets && audit(db, who, r->address, res, e) != 0) || db_commit(db, e) != 0)
		goto out;
	read_sheets(res, mem, out, n);
	rc = 0;
out:
	PQclear(res);
	if (rc != 0)
		db_rollback(db);
	return rc;
}
