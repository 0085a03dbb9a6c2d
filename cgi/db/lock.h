/* The classes of advisory locks: the first argument of pg_advisory_*lock(int, int).
 *
 *   LOCK_ALL (1, 0)         shared by each job of a tenant; exclusive for what
 *                           must be alone: jobs over all tenants, setup
 *   LOCK_TENANT (2, tenant) exclusive by whatever writes in the tenant
 *   LOCK_JOB_ALIVE (3, job) held by the worker that runs the job, so that a
 *                           free one of a running job tells that it died
 *   LOCK_TAKE (4, 0)        while a worker chooses a job
 *   LOCK_WAIT (5, slot)     by a page that waits for its job
 *   LOCK_MIGRATE (6, 0)     by the migrations
 *
 * Taken in the order of their numbers.  SQL writes the numbers out. */
#ifndef DB_LOCK_H
#define DB_LOCK_H

enum lock_class {
	LOCK_ALL = 1,
	LOCK_TENANT,
	LOCK_JOB_ALIVE,
	LOCK_TAKE,
	LOCK_WAIT,
	LOCK_MIGRATE
};

#endif
