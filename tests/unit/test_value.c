/* Each type of value: what is right, what is wrong, what stands in the error. */
#include "value_checks.h"

static void numbers_are_digits_in_their_range(void **state)
{
	(void)state;
	right(FIELD_simultaneous_calls, " 5\xc2\xa0", "5");
	right(FIELD_simultaneous_calls, "0020", "20");
	wrong(FIELD_simultaneous_calls, "0", "range");
	assert_string_equal(param("min"), "1");
	assert_string_equal(param("max"), "20");
	assert_null(param("multiple"));
	wrong(FIELD_simultaneous_calls, "21", "range");
	wrong(FIELD_simultaneous_calls, "99999999999999999999999999", "range");
	wrong(FIELD_simultaneous_calls, "-1", "invalid");
	wrong(FIELD_simultaneous_calls, "+1", "invalid");
	wrong(FIELD_simultaneous_calls, "5.0", "invalid");
	wrong(FIELD_simultaneous_calls, "5 5", "invalid");
	wrong(FIELD_simultaneous_calls, "\xd9\xa5", "invalid");
	right(FIELD_subscription_type, "00", "0");
	right(FIELD_entity_id, "2147483647", "2147483647");
	wrong(FIELD_entity_id, "2147483648", "range");
	wrong(FIELD_entity_id, "1x", "invalid");
}

static void ring_seconds_go_in_fives(void **state)
{
	(void)state;
	same(FIELD_ring_seconds, "0");
	same(FIELD_ring_seconds, "10800");
	wrong(FIELD_ring_seconds, "7", "range");
	assert_string_equal(param("multiple"), "5");
	wrong(FIELD_ring_seconds, "10805", "range");
}

static void bools_are_0_and_1(void **state)
{
	(void)state;
	right(FIELD_enabled, " 1\t", "1");
	same(FIELD_enabled, "0");
	wrong(FIELD_enabled, "2", "choice");
	assert_string_equal(param("values"), "0, 1");
	assert_string_equal(param("hint"), "hint.boolean");
	wrong(FIELD_enabled, "01", "choice");
	wrong(FIELD_enabled, "maybe", "choice");
	right(FIELD_enabled, "1", "1");
	assert_false(value.word);
	empty(FIELD_enabled, "  ");
}

static void bools_may_be_words(void **state)
{
	static const char *const words[][2] = {
		{ "TRUE", "FALSE" }, { "vrai", "Faux" }, { "WAHR", "falsch" }, { "Yes", "no" }, { "oui", "NON" },
		{ "ja", "Nein" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		right(FIELD_enabled, words[i][0], "1");
		assert_true(value.word && !value.cross);
		right(FIELD_enabled, words[i][1], "0");
		assert_true(value.word && !value.cross);
		for (const char *const *yes = (const char *const []){ "Y", "on", "Actif", "active", "enabled", "VERDADERO", "waar", "s\xc3\xad",
	    "\xe2\x9c\x93", NULL }; *yes != NULL; yes++)
		right(FIELD_enabled, *yes, "1");
	for (const char *const *no = (const char *const []){ "n", "OFF", "inactif", "disabled", "FALSO", "onwaar", "nee", NULL }; *no != NULL; no++)
		right(FIELD_enabled, *no, "0");
}
	right(FIELD_enabled, " X", "1");
	assert_true(value.word && value.cross);
}

static void some_texts_are_one_of_a_list(void **state)
{
	(void)state;
	same(FIELD_language, "fr_CA");
	right(FIELD_language, "FR_ca", "fr_CA");
	right(FIELD_line_protocol, "SIP", "sip");
	wrong(FIELD_language, "fr_c", "choice");
	wrong(FIELD_language, "xx_XX", "choice");
	assert_string_equal(param("values"), "de_DE, en_US, es_ES, fr_FR, fr_CA");
	right(FIELD_line_protocol, " webrtc", "webrtc");
	wrong(FIELD_line_protocol, "h323", "choice");
	assert_string_equal(param("values"), "sip, sccp, webrtc, ua");
}

static void free_text_is_taken_as_it_is(void **state)
{
	(void)state;
	same(FIELD_lastname, "  two  spaces ");
	same(FIELD_lastname, "a\r\nb\tc");
	same(FIELD_lastname, "' \\. \"");
	same(FIELD_lastname, times("\xf0\x9f\x98\x80", 128));
	wrong(FIELD_lastname, times("\xf0\x9f\x98\x80", 129), "invalid");
	wrong(FIELD_lastname, times("a", 129), "invalid");
	assert_string_equal(param("max"), "128");
	same(FIELD_voicemail_name, times("\xc3\xa9", 80));
	wrong(FIELD_voicemail_name, times("\xc3\xa9", 81), "invalid");
	empty(FIELD_lastname, "");
}

static void the_guard_comes_off_once(void **state)
{
	(void)state;
	right(FIELD_lastname, "'=1+2", "=1+2");
	right(FIELD_lastname, "''=1+2", "'=1+2");
	right(FIELD_lastname, "'\tx", "\tx");
	right(FIELD_lastname, "'\rx", "\rx");
	same(FIELD_lastname, "'hello");
	same(FIELD_lastname, "'");
	same(FIELD_lastname, "=1+2");
	right(FIELD_mobile_phone_number, " '+33611223344 ", "+33611223344");
	right(FIELD_sip_secret, "'-x", "-x");
	assert_null(value_check(&fields[FIELD_lastname], "'=1", false, mem, &value, params));
	assert_string_equal(value.text, "'=1");
}

static void what_looks_like_an_error_is_a_value_where_it_was_guarded(void **state)
{
	(void)state;
	wrong(FIELD_lastname, "#N/A", "invalid");
	right(FIELD_lastname, "'#N/A", "#N/A");
	right(FIELD_lastname, "''####", "'####");
	right(FIELD_lastname, "'A;'=1", "A;=1");
	same(FIELD_lastname, "A;'=1");
	assert_null(value_check(&fields[FIELD_lastname], "####", false, mem, &value, params));
	assert_string_equal(value.text, "####");
}

static void emails_have_a_name_and_a_host(void **state)
{
	(void)state;
	right(FIELD_email, " Ann.Lee+x@Example.com ", "Ann.Lee+x@Example.com");
	same(FIELD_email, "root@localhost");
	same(FIELD_email, "jos\xc3\xa9@example.com");
	same(FIELD_email, arena_printf(mem, "%s@b.c", times("a", 64)));
	/* A mail server refuses them, but they may be stored already. */
	for (const char *const *odd = (const char *const []){ ".a@b.c", "a..b@c.d", "a.@b.c", NULL }; *odd != NULL; odd++) {
		same(FIELD_email, *odd);
		assert_string_equal(value.doubt, "doubtful.address");
	}
	same(FIELD_email, "o'neil+a/b!c{d}.e@c.d");
	assert_null(value.doubt);
	wrong(FIELD_email, arena_printf(mem, "%s@b.c", times("a", 65)), "invalid");
	wrong(FIELD_email, "not-an-email", "invalid");
	wrong(FIELD_email, "@example.com", "invalid");
	wrong(FIELD_email, "a@", "invalid");
	wrong(FIELD_email, "a@b@c", "invalid");
	wrong(FIELD_email, "a b@c", "invalid");
	wrong(FIELD_email, "a\xc2\xa0" "b@c", "invalid");
	wrong(FIELD_email, "a\nb@c", "invalid");
	wrong(FIELD_email, "a@b c", "invalid");
	wrong(FIELD_email, "a@-b.c", "invalid");
	wrong(FIELD_email, "a@b..c", "invalid");
	wrong(FIELD_email, "a@b.", "invalid");
	wrong(FIELD_email, "a@b_c", "invalid");
	same(FIELD_email, "ann@b\xc3\xbc" "cher.example");
	same(FIELD_email, "ann@xn--bcher-kva.example");
	same(FIELD_email, "ann@\xe4\xbe\x8b\xe3\x81\x88.jp");
	wrong(FIELD_email, "mailto:ann@example.org", "invalid");
	wrong(FIELD_email, "<ann@example.org>", "invalid");
	wrong(FIELD_email, "a;b@example.org", "invalid");
	wrong(FIELD_email, "a,b@example.org", "invalid");
	wrong(FIELD_email, "a\xe3\x80\x80@example.org", "invalid");
	wrong(FIELD_email, "a@\xc2\xad.example", "invalid");
	wrong(FIELD_email, arena_printf(mem, "a@%s.c", times("b", 64)), "invalid");
	wrong(FIELD_voicemail_email, arena_printf(mem, "a@%s.%s", times("b", 40), times("c", 40)),
	    "invalid");
}

static void numbers_that_are_called(void **state)
{
	(void)state;
	right(FIELD_mobile_phone_number, " +33*12#4\xc2\xa0", "+33*12#4");
	wrong(FIELD_mobile_phone_number, "+", "invalid");
	wrong(FIELD_mobile_phone_number, "1+2", "invalid");
	right(FIELD_mobile_phone_number, "01 42.00-02\xe2\x80\xaf" "00\xc2\xa0\xe2\x80\x91" "1", "01420002001");
	right(FIELD_exten, "10 00", "1000");
	same(FIELD_exten, "_1-.");
	right(FIELD_voicemail_number, "10-00", "1000");
	wrong(FIELD_exten, "-", "invalid");
	wrong(FIELD_mobile_phone_number, times("1", 81), "invalid");
	wrong(FIELD_mobile_phone_number, "3.36E+10", "invalid");
	assert_string_equal(param("hint"), "hint.scientific");
	wrong(FIELD_mobile_phone_number, "3,36E+10", "invalid");
	assert_string_equal(param("hint"), "hint.scientific");
	right(FIELD_exten, " 1000 ", "1000");
	same(FIELD_exten, "*98#");
	same(FIELD_exten, times("1", 40));
	wrong(FIELD_exten, times("1", 41), "invalid");
	wrong(FIELD_exten, "+33", "invalid");
	same(FIELD_exten, "_[1-4]XZN.!");
	same(FIELD_exten, arena_printf(mem, "_%s", times("X", 39)));
	wrong(FIELD_exten, arena_printf(mem, "_%s", times("X", 40)), "invalid");
	wrong(FIELD_exten, "_", "invalid");
	wrong(FIELD_exten, "_Y", "invalid");
	right(FIELD_voicemail_number, " 1000", "1000");
	wrong(FIELD_voicemail_number, "%%%", "invalid");
	wrong(FIELD_voicemail_number, "1*", "invalid");
	same(FIELD_provisioning_code, "123456");
	wrong(FIELD_provisioning_code, "12345", "invalid");
}

static void names_of_accounts(void **state)
{
	(void)state;
	right(FIELD_username, " ann@example.com ", "ann@example.com");
	same(FIELD_username, "a._~!$&'()*+,;=%@-Z9");
	wrong(FIELD_username, "a", "invalid");
	wrong(FIELD_username, "a b", "invalid");
	wrong(FIELD_username, "jos\xc3\xa9", "invalid");
	same(FIELD_username, times("a", 254));
	wrong(FIELD_username, times("a", 255), "invalid");
	right(FIELD_sip_username, " a-_.9 ", "a-_.9");
	wrong(FIELD_sip_username, "a@b", "invalid");
	wrong(FIELD_sip_username, "global", "invalid");
	wrong(FIELD_sip_username, "system", "invalid");
	same(FIELD_sip_username, times("a", 79));
	wrong(FIELD_sip_username, times("a", 80), "invalid");
}

static void names_of_things_are_trimmed(void **state)
{
	(void)state;
	right(FIELD_context, "\t de fault ", "de fault");
	wrong(FIELD_context, times("\xc3\xa9", 129), "invalid");
	empty(FIELD_context, " \xc2\xa0 ");
}

static void uuids_become_lower_case(void **state)
{
	(void)state;
	right(FIELD_uuid, "C7A8A3DE-0c2b-4a5e-8b1f-6f0a1b2c3d01", "c7a8a3de-0c2b-4a5e-8b1f-6f0a1b2c3d01");
	same(FIELD_uuid, "00000000-0000-0000-0000-000000000000");
	wrong(FIELD_uuid, "c7a8a3de0c2b4a5e8b1f6f0a1b2c3d01", "invalid");
	wrong(FIELD_uuid, "{c7a8a3de-0c2b-4a5e-8b1f-6f0a1b2c3d01}", "invalid");
	wrong(FIELD_uuid, "c7a8a3de-0c2b-4a5e-8b1f-6f0a1b2c3dg1", "invalid");
}

static void items(size_t n, ...)
{
	va_list ap;

	assert_int_equal(value.n_items, n);
	va_start(ap, n);
	for (size_t i = 0; i < n; i++) {
		const char *item = va_arg(ap, const char *);
		if (item == NULL)
			assert_null(value.items[i]);
		else
			assert_string_equal(value.items[i], item);
	}
	va_end(ap);
}

static void lists_of_names_collapse(void **state)
{
	(void)state;
	assert_null(check(FIELD_labels, " red ; blue;red;;green; "));
	items(3, "red", "blue", "green");
	assert_null(check(FIELD_call_permissions, "premium\\; rate;mobile"));
	items(2, "premium; rate", "mobile");
	assert_null(check(FIELD_labels, "a\\\\;b\\\\\\;c;\\d\\"));
	items(3, "a\\", "b\\;c", "\\d\\");
	empty(FIELD_labels, " ; ;; ");
	assert_null(check(FIELD_labels, times("x;", 30000)));
	items(1, "x");
	wrong(FIELD_labels, arena_printf(mem, "a;%s", times("b", 129)), "invalid");
}

static void lists_that_go_together_keep_their_places(void **state)
{
	(void)state;
	assert_null(check(FIELD_incall_exten, "2021; +33*1#;2021"));
	items(3, "2021", "+33*1#", "2021");
	assert_null(check(FIELD_incall_exten, "2021; +33 1.42-00;"));
	items(2, "2021", "+3314200");
	assert_null(check(FIELD_incall_context, "in;"));
	items(1, "in");
	wrong(FIELD_incall_exten, "2021;;2022", "invalid");
	wrong(FIELD_incall_exten, ";", "invalid");
	wrong(FIELD_incall_exten, "2021;+", "invalid");
	wrong(FIELD_incall_exten, "2021,2022", "invalid");
	wrong(FIELD_incall_exten, times("1", 41), "invalid");
	assert_null(check(FIELD_incall_exten, arena_printf(mem, "+%s", times("1", 40))));
	assert_null(check(FIELD_incall_context, "in; in ;other"));
	items(3, "in", "in", "other");
	wrong(FIELD_incall_context, "in;;other", "invalid");
	assert_null(check(FIELD_incall_ring_seconds, "20; ;007"));
	items(3, "20", NULL, "7");
	assert_null(check(FIELD_incall_ring_seconds, ";"));
	items(2, NULL, NULL);
	wrong(FIELD_incall_ring_seconds, "20;10801", "range");
	wrong(FIELD_incall_ring_seconds, "20;x", "invalid");
	empty(FIELD_incall_ring_seconds, " ");
}

static void invisible_characters_are_trimmed_and_named(void **state)
{
	(void)state;
	right(FIELD_firstname, "\xe2\x80\x8b\x01" "Anna\xef\xbb\xbf", "Anna");
	same(FIELD_firstname, " A\xe2\x80\x8b" "B\n");
	right(FIELD_exten, "\xe2\x80\xaa" "1000\xe2\x80\xac", "1000");
	right(FIELD_email, "\xe2\x80\x8e" "ann@example.org\xe3\x80\x80", "ann@example.org");
	right(FIELD_context, "\xc2\xad" "in", "in");
	/* a flag is written with tags */
	same(FIELD_firstname, "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xbf");
	wrong(FIELD_exten, "10\xe2\x80\x8b" "00", "invalid");
	assert_string_equal(param("hint"), "hint.invisible");
	assert_string_equal(param("character"), "U+200B ZERO WIDTH SPACE");
	wrong(FIELD_context, "a\tb", "invalid");
	assert_string_equal(param("character"), "U+0009");
	wrong(FIELD_labels, "a;b\xe2\x80\x8b" "c", "invalid");
	wrong(FIELD_username, "a\xc2\xad" "b", "invalid");
	wrong(FIELD_email, "a\xe2\x80\x8d@b.c", "invalid");
	assert_string_equal(param("hint"), "hint.invisible");
}

static void names_of_things_are_in_normal_form(void **state)
{
	(void)state;
	right(FIELD_context, "Cafe\xcc\x81", "Caf\xc3\xa9");
	assert_null(check(FIELD_labels, "e\xcc\x81;\xc3\xa9"));
	items(1, "\xc3\xa9");
	same(FIELD_firstname, "Zoe\xcc\x88");
}

static void damage_of_spreadsheets_is_no_value(void **state)
{
	static const char *const errors[] = { "#REF!", "#NAME?", "#NOM?", "#N/A", "#NV", "#VALEUR!", "#DIV/0!", "Err:502" };

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		wrong(FIELD_firstname, errors[i], "invalid");
		assert_string_equal(param("expected"), "expected.not_error");
	}
	wrong(FIELD_firstname, "########", "invalid");
	assert_string_equal(param("expected"), "expected.not_hashes");
	same(FIELD_firstname, "#1");
	same(FIELD_voicemail_password, "###");
}

static void what_happened_to_a_value_is_told(void **state)
{
	static const struct { const char *cell, *hint; } cells[] = {
		{ "1000.0", "hint.decimal" }, { "1000.00", "hint.decimal" }, { "1,000", "hint.decimal" },
		{ "1.000", "hint.decimal" }, { "12.5", "hint.decimal" }, { "=\"0102\"", "hint.formula" },
		{ "'0101", "hint.apostrophe" }, { "1.2E+11", "hint.scientific" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		wrong(FIELD_exten, cells[i].cell, "invalid");
		assert_string_equal(param("hint"), cells[i].hint);
	}
	wrong(FIELD_ring_seconds, "30.0", "invalid");
	assert_string_equal(param("hint"), "hint.decimal");
}

static void secrets_are_never_trimmed(void **state)
{
	(void)state;
	same(FIELD_password, " pass word ");
	same(FIELD_password, times("\xe2\x82\xac", 64));
	wrong(FIELD_password, times("\xe2\x82\xac", 65), "invalid");
	wrong(FIELD_password, "abc", "invalid");
	wrong(FIELD_password, "abc\ndef", "invalid");
	same(FIELD_sip_secret, " ~!\"");
	wrong(FIELD_sip_secret, "\xc3\xa9", "invalid");
	wrong(FIELD_sip_secret, "a\tb", "invalid");
	same(FIELD_sip_secret, times("a", 80));
	wrong(FIELD_sip_secret, times("a", 81), "invalid");
	same(FIELD_call_permission_password, "12*#");
	wrong(FIELD_call_permission_password, " 1", "invalid");
	wrong(FIELD_call_permission_password, times("1", 17), "invalid");
	same(FIELD_voicemail_password, "12#");
	wrong(FIELD_voicemail_password, "1*", "invalid");
	wrong(FIELD_voicemail_password, "1.2E+11", "invalid");
	assert_string_equal(param("hint"), "hint.scientific");
}

static void the_mask_is_no_value(void **state)
{
	(void)state;
	empty(FIELD_password, VALUE_MASK);
	assert_true(value.masked);
	empty(FIELD_sip_secret, VALUE_MASK);
	assert_true(value.masked);
	same(FIELD_lastname, VALUE_MASK);
	assert_false(value.masked);
	same(FIELD_password, "*********");
	assert_false(value.masked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(numbers_are_digits_in_their_range),
		TEST(ring_seconds_go_in_fives),
		TEST(bools_are_0_and_1),
		TEST(some_texts_are_one_of_a_list),
		TEST(free_text_is_taken_as_it_is),
		TEST(the_guard_comes_off_once),
		TEST(what_looks_like_an_error_is_a_value_where_it_was_guarded),
		TEST(emails_have_a_name_and_a_host),
		TEST(numbers_that_are_called),
		TEST(names_of_accounts),
		TEST(names_of_things_are_trimmed),
		TEST(uuids_become_lower_case),
		TEST(lists_of_names_collapse),
		TEST(lists_that_go_together_keep_their_places),
		TEST(bools_may_be_words),
		TEST(invisible_characters_are_trimmed_and_named),
		TEST(names_of_things_are_in_normal_form),
		TEST(damage_of_spreadsheets_is_no_value),
		TEST(what_happened_to_a_value_is_told),
		TEST(secrets_are_never_trimmed),
		TEST(the_mask_is_no_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
