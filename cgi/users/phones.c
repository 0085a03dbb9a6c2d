/* Where the phones of users are.  Contract: phones.h. */
#include "users/phones.h"

#include "auth/account.h"

int phones_of_user(struct db *db, const struct principal *who, const char *uuid,
    struct arena *mem, struct phone **out, size_t *n, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "phones_of_user", ARGS(arg_text(uuid)), &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct phone){
			.address = arena_strdup(mem, db_get(res, i, "address")),
			.transport = arena_strdup(mem, db_get(res, i, "transport")),
			.user_agent = arena_strdup(mem, db_get(res, i, "user_agent")),
			.since = arena_strdup(mem, db_get(res, i, "since")),
		};
	PQclear(res);
	return 0;
}
