/* The update.  Contract: update.h. */
#include "users/update.h"

#include "users/transfer.h"

int update_run(struct task *t, struct err *e)
{
	static const struct transfer_kind update = {
		.reader = READER_UPDATE,
		.resolve = "update/resolve.sql",
		.checks = { "shared/check", "update/check" },
		.changes = { "shared/apply", "update/apply" },
		.counts = "update_counts",
	};

	return transfer_run(t, &update, e);
}
