/* The update.  Contract: update.h. */
#include "users/update.h"

#include "users/transfer.h"

int update_run(struct task *t, struct err *e)
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
