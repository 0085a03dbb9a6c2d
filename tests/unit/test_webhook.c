/* Webhooks: which addresses are of the public internet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <cmocka.h>

#include "job/webhook.h"

static bool is_public(const char *text)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return webhook_is_public((const struct sockaddr *)(const void *)&v4);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return webhook_is_public((const struct sockaddr *)(const void *)&v6);
}

static void this_machine_and_private_networks_are_not(void **state)
{
	static const char *const list[] = { "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1",
		"172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1",
		"240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1" };

	(void)state;
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (is_public(list[i]))
			fail_msg("%s", list[i]);
}

static void others_are(void **state)
{
	static const char *const list[] = { "1.1.1.1", "9.255.255.255", "11.0.0.1", "172.15.255.255", "172.32.0.1",
		"192.167.1.1", "192.169.1.1", "100.63.0.1", "100.128.0.1", "223.255.255.255", "2606:4700::1111",
		"2a00:1450::1", "::ffff:1.1.1.1" };

	(void)state;
	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (!is_public(list[i]))
			fail_msg("%s", list[i]);
}

static void what_is_no_internet_address_is_not(void **state)
{
	const struct sockaddr local = { .sa_family = AF_UNIX };

	(void)state;
	assert_false(webhook_is_public(&local));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_machine_and_private_networks_are_not),
		cmocka_unit_test(others_are),
		cmocka_unit_test(what_is_no_internet_address_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
