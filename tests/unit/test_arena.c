/* Memory by lifetime. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static int new_arena(void **state)
{
	*state = arena_new();
	return 0;
}

static int free_arena(void **state)
{
	arena_free(*state);
	return 0;
}

static void memory_is_zeroed_and_aligned_also_after_a_reset(void **state)
{
	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 200; size++) {
			unsigned char *p = arena_alloc(*state, size);
			assert_non_null(p);
			assert_int_equal((uintptr_t)p % sizeof(max_align_t) % 16, 0);
			for (size_t i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xAA, size);
		}
		arena_reset(*state);
	}
}

static void pieces_do_not_overlap(void **state)
{
	unsigned char *pieces[300];

	for (size_t i = 0; i < 300; i++) {
		pieces[i] = arena_alloc(*state, i * 7 + 1);
		memset(pieces[i], (int)(i & 0xFF), i * 7 + 1);
	}
	for (size_t i = 0; i < 300; i++)
		for (size_t k = 0; k < i * 7 + 1; k++)
			assert_int_equal(pieces[i][k], i & 0xFF);
}

static void a_piece_larger_than_any_block_is_served(void **state)
{
	size_t size = (size_t)5 * 1024 * 1024;
	char *big = arena_alloc(*state, size);

	big[size - 1] = 'x';
	char *small = arena_alloc(*state, 10);
	memset(small, 'y', 10);
	assert_int_equal(big[size - 1], 'x');
	arena_reset(*state);
	assert_non_null(arena_alloc(*state, 10));
}

static void texts_are_copied_and_ended(void **state)
{
	char text[] = "firstname";
	char *copy = arena_strdup(*state, text);
	char *part = arena_strndup(*state, text, 5);

	text[0] = 'X';
	assert_string_equal(copy, "firstname");
	assert_string_equal(part, "first");
	assert_string_equal(arena_strndup(*state, NULL, 0), "");
	assert_null(arena_strdup(*state, NULL));
	assert_string_equal(arena_printf(*state, "%s-%05d", "a", 42), "a-00042");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(memory_is_zeroed_and_aligned_also_after_a_reset,
		    new_arena, free_arena),
		cmocka_unit_test_setup_teardown(pieces_do_not_overlap, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(a_piece_larger_than_any_block_is_served,
		    new_arena, free_arena),
		cmocka_unit_test_setup_teardown(texts_are_copied_and_ended, new_arena, free_arena),
	};
	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
