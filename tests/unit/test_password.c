/* Passwords: hashes that nobody can take back, and the rule for administrators'. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <cmocka.h>

#include "auth/password.h"

static void a_proof_belongs_to_a_password_and_its_setting_alone(void **state)
{
	char hash[PASSWORD_HASH_SIZE];
	unsigned char of_hash[DIGEST_SIZE], proof[DIGEST_SIZE];
	struct err e = {0};

	(void)state;
	assert_int_equal(password_hash("pass-Wörd 1", hash, &e), 0);
	assert_true(strncmp(hash, "$y$", 3) == 0);
	assert_null(strstr(hash, "pass"));
	digest_sha256(hash, strlen(hash), of_hash);
	/* The setting is the hash without its last part. */
	strrchr(hash, '$')[1] = '\0';
	assert_true(password_proof("pass-Wörd 1", hash, proof));
	assert_memory_equal(proof, of_hash, DIGEST_SIZE);
	assert_true(password_proof("pass-Wörd 2", hash, proof));
	assert_memory_not_equal(proof, of_hash, DIGEST_SIZE);
	assert_true(password_proof("", hash, proof));
	assert_memory_not_equal(proof, of_hash, DIGEST_SIZE);
}

static void two_hashes_of_one_password_differ(void **state)
{
	char one[PASSWORD_HASH_SIZE], two[PASSWORD_HASH_SIZE];

	(void)state;
	assert_int_equal(password_hash("the same", one, NULL), 0);
	assert_int_equal(password_hash("the same", two, NULL), 0);
	assert_string_not_equal(one, two);
}

static void settings_that_are_none_prove_nothing(void **state)
{
	unsigned char proof[DIGEST_SIZE];

	(void)state;
	assert_false(password_proof("anything", "", proof));
	assert_false(password_proof("anything", "*0", proof));
	assert_false(password_proof("anything", "plain text", proof));
	assert_false(password_proof("anything", "$y$", proof));
	assert_false(password_proof("anything", "$nosuch$salt$", proof));
}

/* What the database says of an unknown name (signin_setting): hexadecimal digits. */
static void the_setting_of_an_unknown_name_is_one_for_crypt(void **state)
{
	unsigned char proof[DIGEST_SIZE];

	(void)state;
	assert_true(password_proof("anything", "$y$j9T$0123456789abcdef01234.$", proof));
	assert_true(password_proof("anything", "$y$j9T$fffffffffffffffffffff.$", proof));
}

static void a_password_that_crypt_does_not_take_is_an_error(void **state)
{
	char longest[600], hash[PASSWORD_HASH_SIZE];
	unsigned char proof[DIGEST_SIZE];
	struct err e = {0};

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[511] = '\0';
	assert_int_equal(password_hash(longest, hash, &e), 0);
	longest[511] = 'x';
	longest[512] = '\0';
	assert_int_equal(password_hash(longest, hash, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_false(password_proof(longest, "$y$j9T$saltsaltsaltsaltsalt..$", proof));
}

static void an_administrator_s_password_has_eight_characters(void **state)
{
	char text[PASSWORD_MOST + 2];
	struct err e = {0};

	(void)state;
	assert_int_equal(password_rule("12345678", &e), 0);
	assert_int_equal(password_rule("1234567", &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	/* characters, not bytes */
	assert_int_equal(password_rule("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", &e), -1);
	assert_int_equal(password_rule("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9" "1234", &e), 0);
	memset(text, 'x', sizeof(text));
	text[PASSWORD_MOST] = '\0';
	assert_int_equal(password_rule(text, &e), 0);
	text[PASSWORD_MOST] = 'x';
	text[PASSWORD_MOST + 1] = '\0';
	assert_int_equal(password_rule(text, &e), -1);
}

static long page_faults(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return use.ru_minflt;
}

static void a_hash_asks_for_its_memory_in_huge_pages(void **state)
{
	char hash[PASSWORD_HASH_SIZE], mode[64] = "[never]";
	FILE *f = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "r");
	long least = LONG_MAX;

	(void)state;
	if (f != NULL) {
		assert_non_null(fgets(mode, sizeof(mode), f));
		fclose(f);
	}
	/* This kernel gives none. */
	if (strstr(mode, "[never]") != NULL)
		skip();
	/* Where no huge page is free the kernel gives small ones for once. */
	for (int i = 0; i < 5; i++) {
		long before = page_faults();
		assert_int_equal(password_hash("pass-Wörd 1", hash, NULL), 0);
		least = page_faults() - before < least ? page_faults() - before : least;
	}
	/* 16 MB are 4096 pages of 4 KB; at either end some stay small. */
	assert_in_range(least, 0, 2000);
}

static void a_refused_password_is_not_in_the_message(void **state)
{
	static const char *const refused[] = { "s3cr3t", "s3cr3t-\x01-s3cr3t", "s3cr3t-\xff-s3cr3t" };
	struct err e = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_int_equal(password_rule(refused[i], &e), -1);
		assert_null(strstr(e.message, "s3cr3t"));
		assert_null(strstr(e.place, "s3cr3t"));
		assert_null(strstr(e.hint, "s3cr3t"));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_proof_belongs_to_a_password_and_its_setting_alone),
		cmocka_unit_test(two_hashes_of_one_password_differ),
		cmocka_unit_test(a_hash_asks_for_its_memory_in_huge_pages),
		cmocka_unit_test(settings_that_are_none_prove_nothing),
		cmocka_unit_test(the_setting_of_an_unknown_name_is_one_for_crypt),
		cmocka_unit_test(a_password_that_crypt_does_not_take_is_an_error),
		cmocka_unit_test(an_administrator_s_password_has_eight_characters),
		cmocka_unit_test(a_refused_password_is_not_in_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
