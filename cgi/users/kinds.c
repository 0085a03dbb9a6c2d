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
		.counts = "update_counts",
		.plan = "update_plan",
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

bool kind_decides(const struct principal *who, const struct job *job)
{
	struct arena *mem = arena_new();
	json_t *plan = json_parsed(job->plan);
	unsigned rights = options_rights(job->options, mem);

	if (strcmp(job->kind, "update") == 0 && json_integer_value(json_object_get(plan, "remove")) > 0)
		rights |= RIGHT_USERS_DELETE;
	json_decref(plan);
	arena_free(mem);
	return kind_allowed(who, job->kind) && (who->rights & rights) == rights;
}

bool kind_undo_allowed(const struct principal *who, const char *kind)
{
	/* What comes back are users that are made, what goes users that are deleted; an undo
	 * may do both. */
	bool makes = strcmp(kind, "delete") == 0 || strcmp(kind, "undo") == 0;
	bool deletes = strcmp(kind, "import") == 0 || strcmp(kind, "undo") == 0;

	return kind_allowed(who, "undo") && (!makes || kind_allowed(who, "import"))
	    && (!deletes || kind_allowed(who, "delete"));
}
