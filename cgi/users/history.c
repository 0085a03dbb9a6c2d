/* The history of users.  Contract: history.h. */
#include "users/history.h"

#include <string.h>
#include <time.h>

#include "auth/account.h"
#include "base/uuid.h"

int history_find(struct db *db, const struct principal *who, const char *uuid, struct arena *mem,
    struct history_user *out, struct err *e)
{
	PGresult *res;
	int rc = 0;

	if (!uuid_valid(uuid))
		return err_set(e, ERR_NOT_FOUND, NULL, "no user of that uuid");
	if (account_query(db, who, "history_find", ARGS(arg_text(uuid)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		*out = (struct history_user){
			.uuid = arena_strdup(mem, db_get(res, 0, "uuid")),
			.name = arena_strdup(mem, db_get(res, 0, "name")),
			.gone = db_get_bool(res, 0, "gone"),
			.tenant_id = (int)db_get_long(res, 0, "tenant_id"),
			.id = db_get_long(res, 0, "id"),
		};
	else
		rc = err_set(e, ERR_NOT_FOUND, NULL, "no user of that uuid");
	PQclear(res);
	return rc;
}

static struct history_event *read_events(const PGresult *res, struct arena *mem)
{
	int n = PQntuples(res);
	struct history_event *events = arena_alloc(mem, ((size_t)n + 1) * sizeof(*events));

#define TEXT(column) arena_strdup(mem, db_get(res, i, column))
	for (int i = 0; i < n; i++)
		events[i] = (struct history_event){
			.at = TEXT("at"), .job = db_get_long(res, i, "job"),
			.by = TEXT("who"), .kind = TEXT("kind"), .file = TEXT("file_name"),
			.what = TEXT("what"), .column = TEXT("column_name"), .old = TEXT("was"), .new = TEXT("becomes"),
			.uuid = TEXT("uuid"), .name = TEXT("name"), .users = db_get_long(res, i, "users"),
		};
#undef TEXT
	return events;
}

static struct db_arg sees_secrets(const struct principal *who)
{
	return arg_bool((who->rights & RIGHT_USERS_SECRETS) != 0);
}

int history_of_user(struct db *db, const struct principal *who, const struct history_user *user,
    struct arena *mem, struct report_slice *s, struct history_event **out, struct err *e)
{
	PGresult *res;

	if (report_ask(db, who, "history_of_user_count", ARGS(arg_long(user->tenant_id), arg_long(user->id),
	    sees_secrets(who)), "history_of_user", ARGS(arg_long(user->tenant_id), arg_long(user->id),
	    arg_long(s->offset), arg_long(s->limit), sees_secrets(who)), s, &res, e) != 0)
		return -1;
	*out = read_events(res, mem);
	PQclear(res);
	return 0;
}

int history_of_day(struct db *db, const struct principal *who, const char *day, long each,
    struct arena *mem, struct report_slice *s, struct history_event **out, struct err *e)
{
	PGresult *res;

	if (report_ask(db, who, "history_of_day_count", ARGS(arg_text(day), sees_secrets(who)),
	    "history_of_day", ARGS(arg_text(day), arg_long(s->offset), arg_long(s->limit), arg_long(each),
	    sees_secrets(who)), s, &res, e) != 0)
		return -1;
	*out = read_events(res, mem);
	PQclear(res);
	return 0;
}

bool history_is_day(const char *text)
{
	struct tm day = { .tm_year = 0 };
	const char *end = text != NULL && strlen(text) == 10 ? strptime(text, "%Y-%m-%d", &day) : NULL;
	int month_day = day.tm_mday;

	/* timegm(3) turns the 31st of a shorter month into the 1st of the next. */
	return end != NULL && *end == '\0' && day.tm_year >= 70 && timegm(&day) != -1 && day.tm_mday == month_day;
}
