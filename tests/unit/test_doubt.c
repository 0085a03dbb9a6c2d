/* Values that people, spreadsheets and other programs write: hints, doubts, and hashes of passwords. */
#include "value_checks.h"

static void hint(enum field_id id, const char *cell, const char *expected)
{
	wrong(id, cell, fields[id].type == VALUE_BOOL || fields[id].type == VALUE_LANGUAGE ? "choice" : "invalid");
	if (param("hint") == NULL || strcmp(param("hint"), expected) != 0)
		fail_msg("%s: '%s' has the hint %s", fields[id].name, cell, param("hint") != NULL ? param("hint") : "-");
}

static void a_number_that_people_and_spreadsheets_write_gets_a_hint(void **state)
{
	static const char *const dates[] = { "01.02.2026", "2026-02-01", "01/02/2026", "1-2-1999", "02-janv", "1-Feb", "feb. 26",
		"01 f\xc3\xa9vrier 2026", "3. Okt", "10-d\303\251c.", NULL };

	(void)state;
	for (const char *const *date = dates; *date != NULL; date++) {
		hint(FIELD_exten, *date, "hint.date");
		hint(FIELD_mobile_phone_number, *date, "hint.date");
		hint(FIELD_voicemail_number, *date, "hint.date");
		hint(FIELD_incall_exten, *date, "hint.date");
	}
	/* Not dates: groups of digits as people write them. */
	right(FIELD_mobile_phone_number, "01.02.03.04.05", "0102030405");
	right(FIELD_mobile_phone_number, "10 12 2026", "10122026");
	right(FIELD_mobile_phone_number, "555-1234-2026", "55512342026");
	hint(FIELD_mobile_phone_number, "+33 (0)6 12 34 56 78", "hint.trunk_zero");
	hint(FIELD_mobile_phone_number, "(06) 12 34 56 78", "hint.alone");
	hint(FIELD_mobile_phone_number, "tel:+33612345678", "hint.alone");
	hint(FIELD_exten, "1001 (poste)", "hint.alone");
	hint(FIELD_exten, "1001/1002", "hint.one");
	hint(FIELD_exten, "1001 ou 1002", "hint.one");
	hint(FIELD_mobile_phone_number, "0612345678;0711111111", "hint.one");
	hint(FIELD_mobile_phone_number, "06 12 34 56 78 07 11 11 11 11", "hint.one");
	same(FIELD_mobile_phone_number, "06123456780711111111");
	hint(FIELD_incall_exten, "0142000001, 0142000002", "hint.several");
	hint(FIELD_incall_exten, "0142000001/0142000002", "hint.several");
	hint(FIELD_exten, "1,001", "hint.decimal");
	hint(FIELD_mobile_phone_number, "612,345,678", "hint.decimal");
	hint(FIELD_exten, "\xef\xbc\x91\xef\xbc\x90\xef\xbc\x90\xef\xbc\x91", "hint.digits");
	hint(FIELD_simultaneous_calls, "\xd9\xa5", "hint.digits");
	hint(FIELD_voicemail_password, "1234 ", "hint.blank");
	for (const char *const *none = (const char *const []){ "N/A", "-", "null", "(vide)", "\xe2\x80\x94", NULL }; *none != NULL; none++) {
		hint(FIELD_exten, *none, "hint.empty");
		hint(FIELD_email, *none, "hint.empty");
	}
	hint(FIELD_email, "Ann Lee <ann@example.org>", "hint.address");
	hint(FIELD_email, "ann@example.org; bob@example.org", "hint.address");
	hint(FIELD_language, "fr", "hint.nearest");
	assert_string_equal(param("nearest"), "fr_FR");
	hint(FIELD_language, "en_GB", "hint.nearest");
	assert_string_equal(param("nearest"), "en_US");
	hint(FIELD_enabled, "1.0", "hint.decimal");
}

static void doubt(enum field_id id, const char *cell, const char *key, const char *meant)
{
	same(id, cell);
	if (value.doubt == NULL || key == NULL ? value.doubt != key : strcmp(value.doubt, key) != 0)
		fail_msg("%s: '%s' is %s", fields[id].name, cell, value.doubt != NULL ? value.doubt : "not doubtful");
	if (meant == NULL)
		assert_null(value.meant);
	else
		assert_string_equal(value.meant, meant);
}

static void texts_that_were_hardly_meant_are_doubtful(void **state)
{
	(void)state;
	for (const char *const *none = (const char *const []){ "NULL", "n/a", "\\N", "NaN", "-", "(vide)", "N\303\251ant", NULL };
	    *none != NULL; none++)
		doubt(FIELD_lastname, *none, "doubtful.nothing", NULL);
	doubt(FIELD_username, "null", "doubtful.nothing", NULL);
	doubt(FIELD_password, "NULL", "doubtful.nothing_secret", NULL);
	doubt(FIELD_password, "****", "doubtful.nothing_secret", NULL);
	doubt(FIELD_lastname, "Nan", NULL, NULL);
	for (const char *const *name = (const char *const []){ "Null", "Nil", "Vide", "None", NULL }; *name != NULL; name++)
		doubt(FIELD_lastname, *name, NULL, NULL);
	doubt(FIELD_lastname, "Nullmeyer", NULL, NULL);
	/* read in the wrong encoding */
	doubt(FIELD_lastname, "Ren\xc3\x83\xc2\xa9", "doubtful.garbled", "Ren\xc3\xa9");
	doubt(FIELD_lastname, "\xc3\x83\xe2\x80\xb0lodie", "doubtful.garbled", "\xc3\x89lodie");
	doubt(FIELD_lastname, "Ren+AOk-", "doubtful.garbled", "Ren\xc3\xa9");
	doubt(FIELD_lastname, "Ren=C3=A9", "doubtful.garbled", "Ren\xc3\xa9");
	doubt(FIELD_lastname, "Andr&eacute;", "doubtful.garbled", NULL);
	doubt(FIELD_lastname, "Andr\xef\xbf\xbd", "doubtful.lost", NULL);
	for (const char *const *text = (const char *const []){ "Ren\xc3\xa9", "\xc3\x85ngstr\xc3\xb6m", "C\xc3\x94T\xc3\x89", "+Ann", "AT&T",
	    "Smith & Wesson; Co", "a=B4", "+33612345678", "\xe6\x9d\x8e", "\xc3\xa9\xc3\xa9", NULL }; *text != NULL; text++)
		doubt(FIELD_lastname, *text, NULL, NULL);
	/* no user */
	for (const char *const *text = (const char *const []){ "Total", "TOTAL : 12", "# team A", "----", "Users:", NULL }; *text != NULL; text++) {
		doubt(FIELD_firstname, *text, "doubtful.no_user", NULL);
		doubt(FIELD_userfield, *text, strcmp(*text, "----") == 0 ? "doubtful.nothing" : NULL, NULL);
	}
	doubt(FIELD_firstname, "Totale", NULL, NULL);
}

static void hash(const char *cell, bool whole)
{
	if (!whole) {
		wrong(FIELD_password, cell, "invalid");
		assert_string_equal(param("expected"), "expected.hash");
		return;
	}
	same(FIELD_password, cell);
	assert_true(value.hashed);
}

static void whole_hashes_are_taken(void **state)
{
	const char *h43 = times("a", 43), *h86 = times("b", 86), *h53 = times("c", 53);

	(void)state;
	hash("$y$j9T$NxrduAb5F8/pe4gy8G8CU1$8y/MP4/c95mkxHrk4XJZsJV8Iy13ltbb59BpVxp3Z23", true);
	hash("$7$CU..../....OBSFPRXL.6Ti./wYDll8B0$chRd6AZCvZCzmAuHEwG3302mVEEQaqmihWXLxKBHpc1", true);
	hash("$2b$05$macTDJPQdiPOv35O5mJUpeqkn2TuT8b1iAavaQhR42yi3Co4gXphK", true);
	hash(arena_printf(mem, "$6$mEubuI0KFLvErXHk$%s", h86), true);
	hash(arena_printf(mem, "$6$rounds=1000$s$%s", h86), true);
	hash(arena_printf(mem, "$6$rounds=1000000$s$%s", h86), true);
	/* yescrypt of all costs that crypt_gensalt knows up to 9, and not beyond */
	for (const char *n = "789ABCD"; *n != '\0'; n++)
		hash(arena_printf(mem, "$y$j%cT$salt$%s", *n, h43), true);
	hash(arena_printf(mem, "$y$j75$salt$%s", h43), true);
	hash(arena_printf(mem, "$2b$16$%s", h53), true);
	hash(arena_printf(mem, "$gy$j9T$salt$%s", h43), true);
	hash(arena_printf(mem, "$5$salt$%s", h43), true);
	hash(arena_printf(mem, "$5$rounds=5000$salt$%s", h43), true);
	hash(arena_printf(mem, "$2a$05$%s", h53), true);
	hash(arena_printf(mem, "$2y$16$%s", h53), true);
	same(FIELD_password, "$1salt");
	assert_false(value.hashed);
	same(FIELD_password, "$ 1$salt");
	assert_false(value.hashed);
	same(FIELD_password, "{}Secret-1");
	same(FIELD_password, "{not a scheme}");
	same(FIELD_password, "$1,2 euros");
	for (const char *const *plain = (const char *const []){ "_MySuperPassword2026", "md5: what", "sha-256", "crypt", "*secret*", "pass$word$x",
	    "shadow:7$a", "f00dcafe", NULL }; *plain != NULL; plain++)
		doubt(FIELD_password, *plain, NULL, NULL);
	/* Digits of a hash without its method may be a generated password. */
	doubt(FIELD_password, "5f4dcc3b5aa765d61d8327deb882cf99", "doubtful.hash", NULL);
	doubt(FIELD_password, "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8", "doubtful.hash", NULL);
	doubt(FIELD_password, "12345678901234567890123456789012", NULL, NULL);
	same(FIELD_password, "a$y$j9T");
	assert_false(value.hashed);
}

static void half_and_costly_hashes_are_not_passwords(void **state)
{
	const char *h43 = times("a", 43), *h86 = times("b", 86), *h53 = times("c", 53);

	(void)state;
	/* of other kinds */
	hash("$md5,rounds=5000$GUBv0xjJ$$mSwgIswdjlTY0YxV7HBVm0", false);
	hash("$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", false);
	hash("{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", false);
	hash("{CRYPT}$6$salt$hash", false);
	for (const char *const *other = (const char *const []){ "_J9..K0AyUubDrfOgO4s", "pbkdf2_sha256$600000$salt$hash=", "{PBKDF2}10000$a$b",
	    "argon2$argon2i$v=19$m=512", "bcrypt$$2b$12$salt", "bcrypt_sha256$$2b$12$salt", "md5$salt$hash", "sha1$salt$hash",
	    "scrypt:32768:8:1$salt$hash", "pbkdf2:sha256:260000$salt$hash", "SCRAM-SHA-256$4096:salt$stored:server",
	    "md5d41d8cd98f00b204e9800998ecf8427e", "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19", "!$6$salt$hash", "*$6$salt$hash",
	    "unsalted_md5$hash", NULL }; *other != NULL; other++)
		hash(*other, false);
	/* Of a method that is not known here, it is not a plain password either. */
	for (const char *const *id = (const char *const []){ "1", "3", "md5", "sha1", "argon2id", "pbkdf2-sha256", "2x", "2", "P", NULL };
	    *id != NULL; id++)
		hash(arena_printf(mem, "$%s$salt$%s", *id, h43), false);
	hash(arena_printf(mem, "$5$salt$%s", h86), false);
	hash(arena_printf(mem, "$6$salt$%s", h43), false);
	hash(arena_printf(mem, "$5$rounds=1000001$s$%s", h43), false);
	hash(arena_printf(mem, "$gy$jET$salt$%s", h43), false);
	hash(arena_printf(mem, "$2y$17$%s", h53), false);
	hash(arena_printf(mem, "$2a$03$%s", h53), false);
	hash("$y$", false);
	hash("$y$plain", false);
	hash("$7$", false);
	hash("$6$", false);
	hash("$2b$", false);
	hash("$2b$05", false);
	hash(arena_printf(mem, "$y$jET$salt$%s", h43), false);
	hash(arena_printf(mem, "$y$jz5$salt$%s", h43), false);
	hash(arena_printf(mem, "$y$j..$salt$%s", h43), false);
	hash(arena_printf(mem, "$y$j9T5$salt$%s", h43), false);
	hash(arena_printf(mem, "$y$j9T$$%s", h43), false);
	hash(arena_printf(mem, "$y$j9T$salt$%sx", h43), false);
	hash(arena_printf(mem, "$y$j9T$salt$%s", h43 + 1), false);
	hash(arena_printf(mem, "$y$j9T$%s$%s", h86, h43 + 1), false);
	hash(arena_printf(mem, "$7$FU..../....salt$%s", h43), false);
	hash(arena_printf(mem, "$7$CU....z....salt$%s", h43), false);
	hash(arena_printf(mem, "$7$zzzzzzzzzzzsalt$%s", h43), false);
	hash(arena_printf(mem, "$6$rounds=999$s$%s", h86), false);
	hash(arena_printf(mem, "$6$rounds=1000001$s$%s", h86), false);
	hash(arena_printf(mem, "$6$rounds=99999999999999999999$s$%s", h86), false);
	hash(arena_printf(mem, "$6$rounds=$s$%s", h86), false);
	hash(arena_printf(mem, "$6$seventeencharacte$%s", h86), false);
	hash(arena_printf(mem, "$6$s$%s\n", h86), false);
	hash(arena_printf(mem, "$2b$17$%s", h53), false);
	hash(arena_printf(mem, "$2b$03$%s", h53), false);
	hash(arena_printf(mem, "$2b$05$%s", h53 + 1), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_number_that_people_and_spreadsheets_write_gets_a_hint),
		TEST(texts_that_were_hardly_meant_are_doubtful),
		TEST(whole_hashes_are_taken),
		TEST(half_and_costly_hashes_are_not_passwords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
