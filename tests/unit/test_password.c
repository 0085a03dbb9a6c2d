/* Passwords: hashes that nobody can take back, and the rule for administrators'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "auth/password.h"

static void a_password_belongs_to_its_hash_alone(void **state)
{
	char hash[PASSWORD_HASH_SIZE];
	struct err e = {0};

	(void)state;
	assert_int_equal(password_hash("pass-Wörd 1", hash, &e), 0);
	assert_true(strncmp(hash, "$y$", 3) == 0);
	assert_null(strstr(hash, "pass"));
	assert_true(password_verify("pass-Wörd 1", hash));
	assert_false(password_verify("pass-Wörd 2", hash));
	assert_false(password_verify("pass-Wörd 1 ", hash));
	assert_false(password_verify("", hash));
}

static void two_hashes_of_one_password_differ(void **state)
{
	char one[PASSWORD_HASH_SIZE], two[PASSWORD_HASH_SIZE];

	(void)state;
	assert_int_equal(password_hash("the same", one, NULL), 0);
	assert_int_equal(password_hash("the same", two, NULL), 0);
	assert_string_not_equal(one, two);
}

static void hashes_of_other_methods_are_verified(void **state)
{
	char hash[] = "$6$saltsalt$"
	    "qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/";

	(void)state;
	assert_true(password_verify("password", hash));
	hash[20] = hash[20] == 'a' ? 'b' : 'a';
	assert_false(password_verify("password", hash));
}

static void nobody_s_hash_and_broken_hashes_verify_nothing(void **state)
{
	(void)state;
	assert_false(password_verify("anything", NULL));
	assert_false(password_verify("", NULL));
	assert_false(password_verify("anything", ""));
	assert_false(password_verify("*0", "*0"));
	assert_false(password_verify("plain text", "plain text"));
	assert_false(password_verify("anything", "$y$"));
	assert_false(password_verify("anything", "$nosuch$salt$hash"));
}

/* Processor time of some verifications, the least of them. */
static clock_t work_of(const char *hash)
{
	clock_t least = 0;

	for (int i = 0; i < 5; i++) {
		clock_t start = clock();
		password_verify("a guess", hash);
		clock_t took = clock() - start;
		if (i == 0 || took < least)
			least = took;
	}
	return least;
}

static void nobody_s_hash_takes_the_work_of_one(void **state)
{
	char hash[PASSWORD_HASH_SIZE];

	(void)state;
	assert_int_equal(password_hash("right", hash, NULL), 0);
	clock_t known = work_of(hash), unknown = work_of(NULL);
	assert_true(unknown > known / 2 && unknown < known * 2);
}

static void a_password_that_crypt_does_not_take_is_an_error(void **state)
{
	char longest[600], hash[PASSWORD_HASH_SIZE];
	struct err e = {0};

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[511] = '\0';
	assert_int_equal(password_hash(longest, hash, &e), 0);
	assert_true(password_verify(longest, hash));
	longest[511] = 'x';
	longest[512] = '\0';
	assert_int_equal(password_hash(longest, hash, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_false(password_verify(longest, "$y$j9T$salt$hash"));
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
		cmocka_unit_test(a_password_belongs_to_its_hash_alone),
		cmocka_unit_test(two_hashes_of_one_password_differ),
		cmocka_unit_test(hashes_of_other_methods_are_verified),
		cmocka_unit_test(nobody_s_hash_and_broken_hashes_verify_nothing),
		cmocka_unit_test(nobody_s_hash_takes_the_work_of_one),
		cmocka_unit_test(a_password_that_crypt_does_not_take_is_an_error),
		cmocka_unit_test(an_administrator_s_password_has_eight_characters),
		cmocka_unit_test(a_refused_password_is_not_in_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
