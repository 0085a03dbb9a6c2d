/* Plans.  Contract: plan.h. */
#include "users/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "csv/field.h"
#include "db/copy.h"

/* The text that a query returns; NULL with `e`. */
static const char *ask(struct task *t, const char *query, const struct db_args *args,
    struct arena *mem, struct err *e)
{
	PGresult *res = NULL;
	const char *text;

	if (db_query(t->work, query, args, &res, e) != 0)
		return NULL;
	text = arena_strdup(mem, PQgetvalue(res, 0, 0));
	PQclear(res);
	return text;
}

/* Applies the job and rolls it back.  Keeps the counts, and in `after` the users as they would
 * be. */
static int rehearse(struct task *t, const struct transfer_kind *kind, const char *const *columns, FILE *after,
    struct arena *mem, struct plan *out, struct err *e)
{
	if (db_query(t->work, "import_savepoint", NO_ARGS, NULL, e) != 0
	    || db_query(t->work, "import_rehearse", NO_ARGS, NULL, e) != 0
	    || rules_run(t, kind, columns, kind->changes, "planning", NULL, e) != 0
	    || (out->counts = ask(t, kind->plan, NO_ARGS, mem, e)) == NULL
	    || (after != NULL && (db_query(t->work, "update_after_enter", NO_ARGS, NULL, e) != 0
	    || copy_save(t->work, kind->after_save, after, e) != 0)))
		return -1;
	return db_query(t->work, "import_undo", NO_ARGS, NULL, e);
}

/* The columns of secrets, as an array literal. */
static const char *secret_columns(struct arena *mem)
{
	struct buf names = {0};
	const char *text;

	for (enum field_id id = 0; id < FIELD__MAX; id++)
		if (field_secret(id))
			buf_addf(&names, "%s%s", names.len > 0 ? "," : "", fields[id].name);
	text = arena_printf(mem, "{%s}", buf_str(&names));
	buf_free(&names);
	return text;
}

static int compare(struct task *t, const struct transfer_kind *kind, FILE *after, struct arena *mem,
    struct err *e)
{
	if (progress_set(t, "comparing", 0, 3, e) != 0
	    || (after != NULL && copy_load(t->work, kind->after_load, after, e) != 0)
	    || progress_set(t, "comparing", 1, 3, e) != 0
	    || db_run_file(t->work, kind->compare, e) != 0
	    || progress_set(t, "comparing", 2, 3, e) != 0
	    || (after != NULL
	    && db_query(t->work, "update_changes", ARGS(arg_text(secret_columns(mem))), NULL, e) != 0))
		return -1;
	return progress_set(t, "comparing", 3, 3, e);
}

int plan_make(struct task *t, const struct transfer_kind *kind, const char *const *columns, bool hashed,
    struct arena *mem, struct plan *out, struct err *e)
{
	FILE *after = NULL;
	int rc = -1;

	*out = (struct plan){0};
	if (kind->after_save != NULL && (after = file_temporary(e)) == NULL)
		return -1;
	if ((hashed || db_query(t->work, "import_hash_none", NO_ARGS, NULL, e) == 0)
	    && rehearse(t, kind, columns, after, mem, out, e) == 0
	    && (kind->planned == NULL || db_query(t->work, kind->planned, NO_ARGS, NULL, e) == 0)
	    && (kind->compare == NULL || compare(t, kind, after, mem, e) == 0)) {
		out->digest = ask(t, kind->digest, ARGS(arg_text(out->counts)), mem, e);
		rc = out->digest != NULL ? 0 : -1;
	}
	if (after != NULL)
		fclose(after);
	return rc;
}

/* --- a plan as people read it ----------------------------------------------- */

const char *const plan_resources[PLAN_RESOURCES] = {
	"lines", "extensions", "incalls", "voicemails", "call_permissions", "labels",
};
const char *const plan_hows[PLAN_HOWS] = { "create", "update", "unchanged", "disable", "remove", "detach" };

const json_t *plan_counts(const json_t *plan, const char *resource)
{
	return json_object_get(json_object_get(plan, "resources"), resource);
}

bool plan_happens(const json_t *plan, const char *how)
{
	bool found = json_object_get(plan, how) != NULL;

	for (size_t i = 0; i < PLAN_RESOURCES && !found; i++)
		found = json_object_get(plan_counts(plan, plan_resources[i]), how) != NULL;
	return found;
}
