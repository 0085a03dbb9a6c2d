/* The table of columns and the names of a header. */
#include "csv_transcript.h"

#include "csv/field.h"

static enum field_kind find(const char *name, enum field_id *id)
{
	return field_find(name, strlen(name), id);
}

static void every_column_is_found_by_its_name(void **state)
{
	enum field_id id;

	(void)state;
	for (int i = 0; i < FIELD__MAX; i++) {
		assert_int_equal(find(fields[i].name, &id), FIELD_NEW);
		assert_int_equal(id, i);
		if (fields[i].old[0] == '\0')
			continue;
		assert_int_equal(find(fields[i].old, &id), FIELD_OLD);
		assert_int_equal(id, i);
	}
}

static void names_are_trimmed_and_their_case_does_not_count(void **state)
{
	enum field_id id;

	(void)state;
	assert_int_equal(find(" \t FirstName\xc2\xa0 ", &id), FIELD_NEW);
	assert_int_equal(id, FIELD_firstname);
	assert_int_equal(find("MOBILEPHONENUMBER", &id), FIELD_OLD);
	assert_int_equal(id, FIELD_mobile_phone_number);
}

static void other_names_have_their_kinds(void **state)
{
	enum field_id id;

	(void)state;
	assert_int_equal(find("call_record_enabled", &id), FIELD_SPREAD);
	assert_int_equal(find("agentnumber", &id), FIELD_DROPPED);
	assert_int_equal(find("bosssecretary", &id), FIELD_DROPPED);
	assert_int_equal(find("callerid", &id), FIELD_DROPPED);
	assert_int_equal(find("_errors", &id), FIELD_REPORT);
}

static void what_is_no_name_is_unknown(void **state)
{
	enum field_id id;
	static const char with_nul[] = "firstname\0";

	(void)state;
	assert_int_equal(find("", &id), FIELD_UNKNOWN);
	assert_int_equal(find("   ", &id), FIELD_UNKNOWN);
	assert_int_equal(find("first name", &id), FIELD_UNKNOWN);
	assert_int_equal(find("firstnam", &id), FIELD_UNKNOWN);
	assert_int_equal(find("firstnames", &id), FIELD_UNKNOWN);
	assert_int_equal(field_find(with_nul, sizeof(with_nul), &id), FIELD_UNKNOWN);
}

static void the_nearest_name_is_near(void **state)
{
	(void)state;
	assert_string_equal(field_nearest("fistname"), "firstname");
	assert_string_equal(field_nearest(" First Name"), "firstname");
	assert_string_equal(field_nearest("mail"), "email");
	assert_string_equal(field_nearest("voicemail_nunber"), "voicemail_number");
	assert_string_equal(field_nearest("linesecrett"), "sip_secret");
	assert_string_equal(field_nearest("phone number"), "exten");
	assert_null(field_nearest("street"));
	assert_null(field_nearest("x"));
	assert_null(field_nearest(""));
	assert_null(field_nearest("a name that is much longer than any that a column of these "
	    "files has ever had, and then some"));
}

static void secrets_are_those_that_nobody_may_see(void **state)
{
	static const enum field_id secret[] = {
		FIELD_call_permission_password, FIELD_password, FIELD_sip_secret,
		FIELD_voicemail_password,
	};
	size_t n = 0;

	(void)state;
	for (int i = 0; i < FIELD__MAX; i++) {
		if (field_secret((enum field_id)i)) {
			assert_true(n < 4);
			assert_int_equal(secret[n], i);
			n++;
		}
	}
	assert_int_equal(n, 4);
}

static void a_secret_column_is_one_whose_name_is_misspelt_too(void **state)
{
	static const struct {
		const char *name;
		bool secret;
	} cases[] = {
		{ "password", true }, { "linesecret", true }, { "Voicemail_Password", true },
		{ "pasword", true }, { "sip_secrets", true }, { "linesecrett", true }, { "firstname", false },
		{ "first_name", false }, { "remarks", false }, { "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct column c = { .name = cases[i].name };
		c.kind = find(c.name, &c.field);
		assert_int_equal(column_secret(&c), cases[i].secret);
	}
}

static void every_resource_has_a_name_and_a_text(void **state)
{
	char key[64];

	(void)state;
	for (int r = 0; r < RESOURCE__MAX; r++) {
		snprintf(key, sizeof(key), "resource.%s", field_resource_name((enum field_resource)r));
		assert_non_null(issue_text(key));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_is_found_by_its_name),
		cmocka_unit_test(names_are_trimmed_and_their_case_does_not_count),
		cmocka_unit_test(other_names_have_their_kinds),
		cmocka_unit_test(what_is_no_name_is_unknown),
		cmocka_unit_test(the_nearest_name_is_near),
		cmocka_unit_test(secrets_are_those_that_nobody_may_see),
		cmocka_unit_test(a_secret_column_is_one_whose_name_is_misspelt_too),
		cmocka_unit_test(every_resource_has_a_name_and_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
