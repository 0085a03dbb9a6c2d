/* The files of a phonebook: what a name may do to them, and how long a line gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "users/phonebook.h"

#define UUID "11111111-2222-4333-8444-555555555555"

static void expect(const char *file, const struct phonebook_user *u, const char *written)
{
	const struct phonebook_format *f = phonebook_format(file);
	struct buf out = {0};

	assert_non_null(f);
	phonebook_begin(f, "Lyon & <co>", &out);
	phonebook_user(f, u, &out);
	phonebook_end(f, NULL, &out);
	assert_string_equal(buf_str(&out), written);
	buf_free(&out);
}

static const struct phonebook_user ada = {
	.uuid = UUID, .firstname = "A;d,a\\", .lastname = "<By&ron>\r\nX",
	.exten = "1001", .incalls = "+33142000001 2001", .mobile = "+33612345678",
};

static void a_card_has_all_numbers_and_no_name_ends_it(void **state)
{
	(void)state;
	expect("contacts.vcf", &ada, "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:" UUID "\r\n"
	    "FN:A\\;d\\,a\\\\ <By&ron>  X\r\nN:<By&ron>  X;A\\;d\\,a\\\\;;;\r\n"
	    "TEL;TYPE=work:1001\r\nTEL;TYPE=work:+33142000001\r\nTEL;TYPE=work:2001\r\n"
	    "TEL;TYPE=cell:+33612345678\r\nEND:VCARD\r\n");
	expect("contacts.vcf", &(struct phonebook_user){ .uuid = UUID, .firstname = "Zoé", .exten = "1" },
	    "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:" UUID "\r\nFN:Zoé\r\nN:;Zoé;;;\r\n"
	    "TEL;TYPE=work:1\r\nEND:VCARD\r\n");
}

static void xml_has_what_is_dialled_inside(void **state)
{
	const char *name = "<DirectoryEntry><Name>A;d,a\\ &lt;By&amp;ron&gt;  X</Name>";
	char both[512], each[1024];

	(void)state;
	snprintf(both, sizeof(both), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<YealinkIPPhoneDirectory>\n"
	    "<Title>Lyon &amp; &lt;co&gt;</Title>\n%s<Telephone>1001</Telephone><Telephone>+33612345678</Telephone>"
	    "</DirectoryEntry>\n</YealinkIPPhoneDirectory>\n", name);
	expect("yealink.xml", &ada, both);
	snprintf(each, sizeof(each), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SnomIPPhoneDirectory>\n"
	    "<Title>Lyon &amp; &lt;co&gt;</Title>\n%s<Telephone>1001</Telephone></DirectoryEntry>\n"
	    "%s<Telephone>+33612345678</Telephone></DirectoryEntry>\n</SnomIPPhoneDirectory>\n", name, name);
	expect("snom.xml", &ada, each);
	/* No character that XML does not have makes a phone refuse all names. */
	expect("directory.xml", &(struct phonebook_user){ .uuid = UUID, .firstname = "A\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd", .exten = "1" },
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<IPPhoneDirectory>\n<Title>Lyon &amp; &lt;co&gt;</Title>\n"
	    "<DirectoryEntry><Name>A  \xef\xbf\xbd</Name><Telephone>1</Telephone></DirectoryEntry>\n</IPPhoneDirectory>\n");
	/* Who has only incoming numbers is called from outside alone. */
	expect("directory.xml", &(struct phonebook_user){ .uuid = UUID, .firstname = "A", .incalls = "2001" },
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<IPPhoneDirectory>\n<Title>Lyon &amp; &lt;co&gt;</Title>\n"
	    "</IPPhoneDirectory>\n");
}

/* Cisco's phones show 32 entries; a key loads the next ones. */
static void a_page_of_a_directory_has_a_key_for_the_next_one(void **state)
{
	const struct phonebook_format *f = phonebook_format("cisco.xml");
	struct buf out = {0};

	(void)state;
	assert_int_equal(f->most, 32);
	phonebook_end(f, "https://x.example/phonebook/t/cisco.xml?q=a&page=2", &out);
	assert_non_null(strstr(buf_str(&out), "<Name>Next</Name><URL>https://x.example/phonebook/t/cisco.xml?q=a&amp;page=2</URL>"
	    "<Position>4</Position></SoftKeyItem>\n</CiscoIPPhoneDirectory>\n"));
	assert_non_null(strstr(buf_str(&out), "<URL>SoftKey:Dial</URL>"));
	buf_free(&out);
}

/* RFC 6350, 3.2: 75 bytes, folded between characters, and whole again without the folds. */
static void long_lines_are_folded_between_characters(void **state)
{
	char first[4 * 128 + 1] = "";
	struct buf out = {0}, whole = {0};

	(void)state;
	for (int i = 0; i < 128; i++)
		strcat(first, i % 3 == 0 ? "é" : i % 3 == 1 ? "漢" : "😀");
	phonebook_user(phonebook_format("contacts.vcf"),
	    &(struct phonebook_user){ .uuid = UUID, .firstname = first, .exten = "1" }, &out);
	for (const char *p = buf_str(&out); *p != '\0';) {
		size_t n = strcspn(p, "\r");
		assert_true(n <= 75);
		assert_true(utf8_valid(p, n));
		assert_memory_equal(p + n, "\r\n", 2);
		p += n + 2;
		buf_add(&whole, p - n - 2 + (*(p - n - 2) == ' '), n - (*(p - n - 2) == ' '));
		if (*p != ' ')
			buf_addch(&whole, '\n');
	}
	assert_non_null(strstr(buf_str(&whole), first));
	buf_free(&out);
	buf_free(&whole);
}

static void other_names_are_no_files(void **state)
{
	(void)state;
	assert_null(phonebook_format("contacts"));
	assert_null(phonebook_format(""));
	assert_null(phonebook_format("../contacts.vcf"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_card_has_all_numbers_and_no_name_ends_it),
		cmocka_unit_test(xml_has_what_is_dialled_inside),
		cmocka_unit_test(a_page_of_a_directory_has_a_key_for_the_next_one),
		cmocka_unit_test(long_lines_are_folded_between_characters),
		cmocka_unit_test(other_names_are_no_files),
	};

	return cmocka_run_group_tests_name("phonebook", tests, NULL, NULL);
}
