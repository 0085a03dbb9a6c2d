/* Files of others: names that people use, and mappings of their columns to ours. */
#include "csv_transcript.h"

#include "csv/mapping.h"
#include "csv/suggest.h"
#include "csv/synonym.h"

/* --- names ---------------------------------------------------------------- */

static const char *found(const char *name)
{
	static char text[100];
	enum field_id id = 0, second = 0;

	switch (synonym_find(name, strlen(name), &id, &second)) {
	case SYNONYM_COLUMN:
		return fields[id].name;
	case SYNONYM_SPLIT:
		snprintf(text, sizeof(text), "%s,%s", fields[id].name, fields[second].name);
		return text;
	case SYNONYM_NONE:
	default:
		return "";
	}
}

static void names_are_found_without_regard_to_case_accents_and_signs(void **state)
{
	(void)state;
	assert_string_equal(found("Prénom"), "firstname");
	assert_string_equal(found("PRENOM *"), "firstname");
	assert_string_equal(found("First_Name"), "firstname");
	assert_string_equal(found(" e-mail "), "email");
	assert_string_equal(found("Nom, Prénom"), "lastname,firstname");
	assert_string_equal(found("Name"), "firstname,lastname");
	assert_string_equal(found("Nebenstelle"), "exten");
	assert_string_equal(found("AuthID"), "sip_username");
	assert_string_equal(found("Mobile-Phone-Number"), "mobile_phone_number");
	assert_string_equal(found("phonenumber"), "exten");
	assert_string_equal(found("Taille de chaussures"), "");
	assert_string_equal(found("\xe2\x80\x9c" "firstname\xe2\x80\x9d"), "firstname");
}

static void names_may_have_notes(void **state)
{
	(void)state;
	assert_string_equal(found("Prénom (obligatoire)"), "firstname");
	assert_string_equal(found("First name *required*"), "firstname");
	assert_string_equal(found("First Name [Required]"), "firstname");
	assert_string_equal(found("Vorname - Pflichtfeld"), "firstname");
	assert_string_equal(found("Nom (famille)"), "lastname");
	assert_string_equal(found("lastname (max 128)"), "lastname");
	assert_string_equal(found("Prénom / First name"), "firstname");
	assert_string_equal(found("Ringing time (s)"), "");
	assert_string_equal(found("ring_seconds (s)"), "ring_seconds");
	/* notes that make another thing of it */
	assert_string_equal(found("Number (mobile)"), "");
	assert_string_equal(found("Number (fax)"), "");
	assert_string_equal(found("E-mail (private)"), "");
	assert_string_equal(found("E-mail (2)"), "");
	assert_string_equal(found("(firstname)"), "firstname");
	assert_string_equal(found("required"), "");
	assert_string_equal(found(""), "");
	assert_string_equal(found("***"), "");
}

static void no_name_stands_for_two_columns(void **state)
{
	static const struct { const char *name, *column; } all[] = {
#define SYNONYM(column, name) { name, #column },
#define SYNONYM_SPLIT(first, second, name) { name, #first "," #second },
#include "csv/synonyms.def"
#undef SYNONYM
#undef SYNONYM_SPLIT
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_string_equal(found(all[i].name), all[i].column);
}

/* --- what columns probably are --------------------------------------------- */

static void expect_suggested(const char *name, const char *const *samples, const char *expected)
{
	struct suggest_column c = { .name = name };
	char text[100];

	for (; samples[c.n] != NULL; c.n++)
		c.samples[c.n] = samples[c.n];
	suggest_columns(&c, 1);
	snprintf(text, sizeof(text), "%s%s%s", c.found.to == MAPPING_IGNORED ? "" : fields[c.found.field].name,
	    c.found.to == MAPPING_SPLIT ? "," : "", c.found.to == MAPPING_SPLIT ? fields[c.found.second].name : "");
	assert_string_equal(text, expected);
}

#define SAMPLES(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void what_a_name_does_not_say_the_values_do(void **state)
{
	(void)state;
	expect_suggested("Poste", SAMPLES("abc"), "exten");
	expect_suggested("x", SAMPLES("1201", "1202", "13 01"), "exten");
	expect_suggested("x", SAMPLES("+33 6 12 34 00 00", "06.12.34.00.01"), "mobile_phone_number");
	expect_suggested("x", SAMPLES("a@example.com", "b@example.com"), "email");
	expect_suggested("x", SAMPLES("LEFÈVRE, Amélie", "O’BRIEN, Gaëlle"), "lastname,firstname");
	expect_suggested("x", SAMPLES("oui", "non"), "");
	expect_suggested("x", SAMPLES("1201", "none"), "");
	expect_suggested("provisioning code", SAMPLES("123456"), "");
	expect_suggested("", SAMPLES("1201"), "exten");
}

static void no_column_is_suggested_twice(void **state)
{
	struct suggest_column c[] = {
		{ .name = "Numéro", .n = 1, .samples = { "1201" } }, { .name = "Poste", .n = 1, .samples = { "1201" } },
		{ .name = "x", .n = 1, .samples = { "1201" } }, { .name = "Nom, Prénom" }, { .name = "Prénom" },
	};

	(void)state;
	suggest_columns(c, sizeof(c) / sizeof(c[0]));
	assert_int_equal(c[0].found.field, FIELD_exten);
	assert_int_equal(c[1].found.to, MAPPING_IGNORED);
	assert_int_equal(c[2].found.to, MAPPING_IGNORED);
	assert_int_equal(c[3].found.to, MAPPING_SPLIT);
	assert_int_equal(c[4].found.to, MAPPING_IGNORED);
}

/* --- what a text says ----------------------------------------------------- */

static void what_is_no_mapping_is_refused(void **state)
{
	struct arena *mem = arena_new();
	struct mapping m = {0};

	(void)state;
	assert_string_equal(mapping_map(&m, mem, "Poste"), "Poste needs a name before a colon");
	assert_string_equal(mapping_map(&m, mem, ":exten"), ":exten needs a name before a colon");
	assert_string_equal(mapping_map(&m, mem, "Poste:fistname"), "fistname is not a column; did you mean firstname?");
	assert_string_equal(mapping_map(&m, mem, "Poste:provisioning_code"),
	    "provisioning_code is given by the system");
	assert_null(mapping_map(&m, mem, "a:b:exten"));
	assert_string_equal(mapping_map(&m, mem, "a:b:email"), "a:b is mapped twice");
	assert_string_equal(mapping_split(&m, mem, "Nom:lastname"), "Nom:lastname needs two columns, separated by a comma");
	assert_string_equal(mapping_split(&m, mem, "Nom:email,email"), "Nom:email,email names one column twice");
	assert_string_equal(mapping_set(&m, mem, "password:x"), "password cannot have one value for all rows");
	assert_string_equal(mapping_set(&m, mem, "exten:1"), "exten cannot have one value for all rows");
	assert_null(mapping_set(&m, mem, "context:a:b"));
	assert_string_equal(m.fixed[0].value, "a:b");
	assert_string_equal(mapping_set(&m, mem, "context:c"), "context is set twice");
	arena_free(mem);
}

static void expect_parts(const char *cell, const char *first, const char *second)
{
	struct arena *mem = arena_new();
	const char *a, *b;

	mapping_parts(mem, cell, &a, &b);
	assert_string_equal(a, first);
	assert_string_equal(b, second);
	arena_free(mem);
}

static void a_name_is_split_at_its_comma_else_at_its_first_blank(void **state)
{
	(void)state;
	expect_parts("LEFÈVRE, Amélie", "LEFÈVRE", "Amélie");
	expect_parts(" de la Tour ,Jean Paul ", "de la Tour", "Jean Paul");
	expect_parts("Ada King Lovelace", "Ada", "King Lovelace");
	expect_parts("Cher", "Cher", "");
	expect_parts("Cher,", "Cher", "");
	expect_parts("", "", "");
}

/* --- a file that is read with one ----------------------------------------- */

static const struct mapping *give(void *ctx, size_t n, const char *const *names)
{
	(void)n;
	(void)names;
	return ctx;
}

struct told {
	struct transcript t;
	struct reader_sink sink;
};

static bool on_record(void *ctx, const struct header *h, const struct record *r)
{
	struct told *told = ctx;
	struct row row;

	arena_reset(told->t.mem);
	row_check(told->t.kind, h, r, true, told->t.mem, &row, &told->sink);
	buf_addf(&told->t.out, "%ld:", row.number);
	for (int id = 0; id < FIELD__MAX; id++) {
		if (row.values[id].state == VALUE_VALID)
			buf_addf(&told->t.out, " %s=%s", fields[id].name, row.values[id].text);
		else if (row.values[id].state != VALUE_ABSENT)
			buf_addf(&told->t.out, " %s%s", fields[id].name, row.values[id].state == VALUE_WRONG ? "!" : "-");
	}
	buf_addch(&told->t.out, '\n');
	return true;
}

static bool on_issue(void *ctx, const struct issue *i)
{
	struct told *told = ctx;

	buf_addf(&told->t.out, "%s ", i->column != NULL ? i->column : "-");
	issue_write(&told->t.out, i, NULL, NULL);
	buf_addch(&told->t.out, '\n');
	return true;
}

static void expect_read(enum reader_kind kind, const struct mapping *m, const char *file, const char *expected)
{
	const struct reader_limits limits = { 100, 100, 1000, 0 };
	struct told told = { .t = { .kind = kind, .mem = arena_new() } };
	struct reader *r;

	told.sink = (struct reader_sink){ .ctx = &told, .record = on_record, .issue = on_issue };
	r = reader_new(kind, &limits, &told.sink);
	reader_ask_mapping(r, give, (void *)(size_t)m);
	if (reader_push(r, file, strlen(file)) == 0)
		reader_end(r);
	assert_string_equal(buf_str(&told.t.out), expected);
	reader_free(r);
	transcript_free(&told.t);
}

static void a_file_is_read_as_the_mapping_says(void **state)
{
	struct arena *mem = arena_new();
	struct mapping m = {0};

	(void)state;
	assert_null(mapping_map(&m, mem, "Poste:exten"));
	assert_null(mapping_map(&m, mem, "Messagerie:ignore"));
	assert_null(mapping_split(&m, mem, "Nom, Prénom:lastname,firstname"));
	assert_null(mapping_set(&m, mem, "context:default"));
	assert_null(mapping_set(&m, mem, "line_protocol:sip"));
	assert_null(mapping_set(&m, mem, "language:fr_FR"));
	expect_read(READER_IMPORT, &m, "Poste,email,\"Nom, Prénom\", Messagerie \n"
	    "1201,a@example.com,\"LEFÈVRE, Amélie\",oui\n"
	    ",,Cher,\n"
	    "x,,\"O, P\",\n",
	    "1: firstname=Amélie lastname=LEFÈVRE email=a@example.com language=fr_FR line_protocol=sip exten=1201 context=default\n"
	    /* Who has no number gets no phone, and one name alone is the first of the two. */
	    "firstname Input Error - missing parameters: firstname\n"
	    "2: firstname! lastname=Cher email- language=fr_FR exten-\n"
	    "exten Input Error - field 'exten': 'x' is not valid (1 to 40 digits, * or #, or a pattern that begins with _)\n"
	    "3: firstname=P lastname=O email- language=fr_FR line_protocol=sip exten! context=default\n");
	arena_free(mem);
}

static void a_mapping_that_does_not_fit_the_file_is_one_error(void **state)
{
	struct arena *mem = arena_new();
	struct mapping absent = {0}, twice = {0}, nothing = {0};

	(void)state;
	assert_null(mapping_map(&absent, mem, "Poste:exten"));
	expect_read(READER_IMPORT, &absent, "firstname\nA\n",
	    "- the header has no column Poste, which the mapping names\n");
	assert_null(mapping_set(&twice, mem, "language:fr_FR"));
	expect_read(READER_IMPORT, &twice, "firstname,language\nA,en_US\n",
	    "- the mapping gives language twice: from two columns, or from one and as a value for all rows\n");
	expect_read(READER_IMPORT, &nothing, "Poste\n1\n", "- the header has no column firstname, it has Poste: each user needs one; are the column names on the first line?\n");
	arena_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_without_regard_to_case_accents_and_signs),
		cmocka_unit_test(names_may_have_notes),
		cmocka_unit_test(no_name_stands_for_two_columns),
		cmocka_unit_test(what_a_name_does_not_say_the_values_do),
		cmocka_unit_test(no_column_is_suggested_twice),
		cmocka_unit_test(what_is_no_mapping_is_refused),
		cmocka_unit_test(a_name_is_split_at_its_comma_else_at_its_first_blank),
		cmocka_unit_test(a_file_is_read_as_the_mapping_says),
		cmocka_unit_test(a_mapping_that_does_not_fit_the_file_is_one_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
