/* The import.  Contract: import.h. */
#include "users/import.h"

#include "users/transfer.h"

int import_run(struct task *t, struct err *e)
{
	static const struct transfer_kind import = {
		.reader = READER_IMPORT,
		.resolve = { "shared/resolve", "import/resolve" },
		.checks = { "shared/check", "import/check" },
		.changes = { "shared/apply", "import/apply" },
		.counts = "import_counts",
		.plan = "import_plan",
		.digest = "import_digest",
	};

	return transfer_run(t, &import, e);
}
