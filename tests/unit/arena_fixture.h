/* For tests that need an arena: `mem`, a new one for each test. */
#ifndef TESTS_UNIT_ARENA_FIXTURE_H
#define TESTS_UNIT_ARENA_FIXTURE_H

#include "base/arena.h"

static struct arena *mem;

static int new_arena(void **state)
{
	(void)state;
	mem = arena_new();
	return 0;
}

static int free_arena(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

#endif
