/* Tokens of sessions and forms: what is drawn, what is derived, what is equal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "auth/csrf.h"
#include "auth/digest.h"
#include "auth/session.h"

static void digests_are_those_of_the_standards(void **state)
{
	unsigned char sum[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];

	(void)state;
	/* FIPS 180-2, "abc"; RFC 4231, test case 2 */
	digest_sha256("abc", 3, sum);
	digest_hex(sum, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_hmac("Jefe", "what do ya want for nothing?", sum);
	digest_hex(sum, hex);
	assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void random_tokens_are_whole_and_never_the_same(void **state)
{
	char tokens[64][DIGEST_HEX_SIZE];

	(void)state;
	for (size_t i = 0; i < 64; i++) {
		digest_random(tokens[i]);
		assert_true(digest_is_hex(tokens[i]));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(tokens[i], tokens[j]);
	}
}

static void what_is_no_token_is_told(void **state)
{
	char token[DIGEST_HEX_SIZE + 1] = "", hash[DIGEST_SIZE];

	(void)state;
	digest_random(token);
	assert_true(digest_token(token, hash));
	assert_false(digest_token(NULL, hash));
	assert_false(digest_token("", hash));
	assert_false(digest_is_hex(""));
	token[0] = 'A';
	assert_false(digest_is_hex(token));
	token[0] = '\'';
	assert_false(digest_is_hex(token));
	token[0] = '0';
	token[63] = '\0';
	assert_false(digest_is_hex(token));
	token[63] = '0';
	token[64] = '0';
	token[65] = '\0';
	assert_false(digest_is_hex(token));
}

static void equal_means_every_byte(void **state)
{
	(void)state;
	assert_true(digest_equal("abc", "abc"));
	assert_true(digest_equal("", ""));
	assert_false(digest_equal("abc", "abd"));
	assert_false(digest_equal("abc", "ab"));
	assert_false(digest_equal("ab", "abc"));
	assert_false(digest_equal("", "abc"));
	assert_false(digest_equal(NULL, "abc"));
	assert_false(digest_equal("abc", NULL));
	assert_false(digest_equal(NULL, NULL));
}

static void a_form_s_token_is_of_its_session(void **state)
{
	char one[SESSION_TOKEN_SIZE], two[SESSION_TOKEN_SIZE];
	char of_one[CSRF_SIZE], again[CSRF_SIZE], of_two[CSRF_SIZE];

	(void)state;
	digest_random(one);
	digest_random(two);
	csrf_of_session(one, of_one);
	csrf_of_session(one, again);
	csrf_of_session(two, of_two);
	assert_true(csrf_check(of_one, again));
	assert_false(csrf_check(of_one, of_two));
	assert_false(csrf_check(of_one, one));
	assert_false(csrf_check(of_one, ""));
	assert_false(csrf_check(of_one, NULL));
	assert_false(csrf_check(NULL, of_one));
}

static void a_login_form_s_token_is_of_its_cookie(void **state)
{
	char cookie[CSRF_SIZE], other[CSRF_SIZE], field[CSRF_SIZE], again[CSRF_SIZE];
	char foreign[CSRF_SIZE], session[CSRF_SIZE];

	(void)state;
	csrf_login_cookie(cookie);
	csrf_login_cookie(other);
	csrf_of_login(cookie, field);
	csrf_of_login(cookie, again);
	csrf_of_login(other, foreign);
	csrf_of_session(cookie, session);
	assert_true(csrf_check(field, again));
	assert_false(csrf_check(field, foreign));
	assert_false(csrf_check(field, cookie));
	/* the two kinds do not stand in for each other */
	assert_false(csrf_check(field, session));
	assert_false(csrf_check(field, NULL));
	assert_false(csrf_check(field, ""));
	assert_false(csrf_check(field, "short"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_are_those_of_the_standards),
		cmocka_unit_test(random_tokens_are_whole_and_never_the_same),
		cmocka_unit_test(what_is_no_token_is_told),
		cmocka_unit_test(equal_means_every_byte),
		cmocka_unit_test(a_form_s_token_is_of_its_session),
		cmocka_unit_test(a_login_form_s_token_is_of_its_cookie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
