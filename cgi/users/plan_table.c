/* A plan as people read it.  Contract: plan_table.h. */
#include "users/plan_table.h"

const char *const plan_resources[PLAN_RESOURCES] = {
	"lines", "extensions", "incalls", "voicemails", "call_permissions", "labels",
};
const char *const plan_hows[PLAN_HOWS] = { "create", "update", "unchanged", "remove", "detach" };

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
