/* The table of kinds.  Contract: kinds.h. */
#include "users/kinds.h"

#include <string.h>

#include "base/json.h"
#include "users/options.h"
#include "users/transfer.h"

static int run_import(struct task *t, struct err *e)
{
	static const struct transfer_kind import = {
		.reader = READER_IMPORT,
		.resolve = { "shared/resolve", "import/resolve" },
		.checks = { "shared/check", "import/check" },
		.changes = { "shared/apply", "import/apply" },
		.rows = "plan_of_import",
		.table = "stage",
		.counts = "import_counts",
		.plan = "import_plan",
		.planned = "import_planned",
		.digest = "import_digest",
	};

	return transfer_run(t, &import, e);
}

static int run_update(struct task *t, struct err *e)
{
	static const struct transfer_kind update = {
		.reader = READER_UPDATE,
		.resolve = { "shared/resolve", "update/resolve" },
		.checks = { "shared/check", "update/check" },
		.changes = { "shared/apply", "update/apply" },
		.rows = "plan",
		.table = "plan",
		.counts = "update_counts",
		.plan = "update_plan",
		.planned = "update_planned",
		.digest = "update_digest",
		.after_save = "update_after_save",
		.after_load = "update_after_load",
		.compare = "update/changes.sql",
	};

	return transfer_run(t, &update, e);
}

static int run_undo(struct task *t, struct err *e)
{
	static const struct transfer_kind undo = {
		.fileless = true,
		.resolve = { "undo/resolve" },
		.checks = { "undo/check" },
		.changes = { "undo/apply" },
		.counts = "undo_counts",
		.plan = "undo_plan",
		.digest = "undo_digest",
		.compare = "undo/changes.sql",
	};

	return transfer_run(t, &undo, e);
}

const struct job_kind job_kinds[] = {
	{ "import", RIGHT_USERS_IMPORT, transfer_phases, run_import },
	{ "update", RIGHT_USERS_UPDATE, transfer_phases, run_update },
	{ "delete", RIGHT_USERS_DELETE, NULL, NULL },
	{ "undo", RIGHT_USERS_UPDATE, transfer_phases, run_undo },
};
const size_t job_kinds_n = sizeof(job_kinds) / sizeof(*job_kinds);

bool kind_allowed(const struct principal *who, const char *kind)
{
	for (size_t i = 0; who != NULL && i < job_kinds_n; i++)
		if (strcmp(job_kinds[i].name, kind) == 0)
			return (who->rights & job_kinds[i].right) == job_kinds[i].right;
	return false;
}

const char *kinds_allowed(const struct principal *who, struct arena *mem)
{
	const char *names = "";

	for (size_t i = 0; i < job_kinds_n; i++)
		if (kind_allowed(who, job_kinds[i].name))
			names = arena_printf(mem, "%s%s%s", names, *names != '\0' ? "," : "", job_kinds[i].name);
	return arena_printf(mem, "{%s}", names);
}

static long count(const json_t *counts, const char *name)
{
	return (long)json_integer_value(json_object_get(counts, name));
}

bool kind_undo_allowed(const struct principal *who, const char *kind, const char *counts)
{
	json_t *did = json_parsed(counts);
	bool is_undo = kind == NULL || strcmp(kind, "undo") == 0;
	/* An undo makes the users again that were deleted, and deletes those that were made. */
	bool makes = kind == NULL || strcmp(kind, "delete") == 0 || count(did, "deleted") > 0;
	bool deletes = kind == NULL || strcmp(kind, "import") == 0 || count(did, "created") > 0
	    || (is_undo && count(did, "users") > 0);

	json_decref(did);
	return kind_allowed(who, "undo") && (!makes || kind_allowed(who, "import"))
	    && (!deletes || kind_allowed(who, "delete"));
}

bool kind_decides(const struct principal *who, const struct job *job)
{
	struct arena *mem = arena_new();
	json_t *plan = json_parsed(job->plan);
	unsigned rights = options_rights(job->options, mem);

	if (strcmp(job->kind, "update") == 0 && json_integer_value(json_object_get(plan, "remove")) > 0)
		rights |= RIGHT_USERS_DELETE;
	json_decref(plan);
	arena_free(mem);
	if (strcmp(job->kind, "undo") == 0)
		return kind_undo_allowed(who, job->undoes_kind, job->undoes_counts);
	return kind_allowed(who, job->kind) && (who->rights & rights) == rights;
}
