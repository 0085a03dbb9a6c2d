/* A plan as people read it: what is done to whom, in which order. */
#ifndef USERS_PLAN_TABLE_H
#define USERS_PLAN_TABLE_H

#include <stdbool.h>

#include <jansson.h>

/* The names in a plan's JSON (sql/queries/import.sql, static/openapi.json), in the order
 * in which they are shown: rows below that of the users, and columns. */
enum { PLAN_RESOURCES = 6, PLAN_HOWS = 5 };
extern const char *const plan_resources[PLAN_RESOURCES];
extern const char *const plan_hows[PLAN_HOWS];

/* The counts of a resource; NULL where the plan has none. */
const json_t *plan_counts(const json_t *plan, const char *resource);

/* Whether anything can be done to anything in this way: an import detaches nothing. */
bool plan_happens(const json_t *plan, const char *how);

#endif
