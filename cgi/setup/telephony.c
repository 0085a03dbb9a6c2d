/* Checks the telephony part of a setup file: realm and servers, rules of call permissions,
 * trunks, emergency numbers.  Contract: check.h. */
#include <arpa/inet.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "setup/check.h"

#define SECRET_MOST	80	/* as csv/fields.def has for sip_secret */

/* Whether the text matches an extended regular expression of this file. */
static bool fits(const char *text, const char *expression)
{
	regex_t regex;

	if (regcomp(&regex, expression, REG_EXTENDED | REG_NOSUB) != 0)
		abort();
	bool result = regexec(&regex, text, 0, NULL, 0) == 0;
	regfree(&regex);
	return result;
}

/* A text, which must match the expression if it is present. */
static const char *text_like(struct setup_check *k, const char *path, const json_t *object,
    const char *key, bool needed, const char *expression, const char *expected)
{
	const char *text = setup_text(k, path, object, key, needed);

	if (text == NULL || fits(text, expression))
		return text;
	complain(k->c, setup_sub(k, path, key), "expected", "expected", expected, NULL);
	return NULL;
}

/* An address: host, host:port, [IPv6] or [IPv6]:port; `numeric`: only an IP address. */
static const char *address(struct setup_check *k, const char *path, const json_t *object,
    const char *key, bool needed, bool numeric)
{
	const char *text = setup_text(k, path, object, key, needed);
	struct in6_addr ip;

	if (text == NULL)
		return NULL;
	bool six = text[0] == '[';
	const char *end = six ? strchr(text, ']') : strchrnul(text, ':');
	const char *port = end != NULL && six ? end + 1 : end;
	const char *host = end == NULL ? "" :
	    arena_printf(k->mem, "%.*s", (int)(end - text - six), text + six);
	bool is_ip = inet_pton(six ? AF_INET6 : AF_INET, host, &ip) == 1;

	bool is_host = is_ip || (!six && !numeric &&
	    fits(host, "^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$"));
	if (port != NULL && is_host && (port[0] == '\0' ||
	    (fits(port, "^:[1-9][0-9]{0,4}$") && strtol(port + 1, NULL, 10) <= 65535)))
		return text;
	complain(k->c, setup_sub(k, path, key), numeric ? "ip_address" : "address",
	    "examples", numeric ? "192.0.2.1:5060, [2001:db8::1]"
	    : "192.0.2.1:5060, [2001:db8::1], sip.example.net", NULL);
	return NULL;
}

/* A secret: printable ASCII, as SIP's digest authentication needs. */
static const char *secret(struct setup_check *k, const char *path, const json_t *object,
    bool needed)
{
	const char *text = setup_text(k, path, object, "password", needed);

	if (text == NULL || (fits(text, "^[ -~]+$") && strlen(text) >= 8 && strlen(text) <= SECRET_MOST))
		return text;
	complain(k->c, setup_sub(k, path, "password"), "secret", "most", arena_printf(k->mem, "%d", SECRET_MOST),
	    NULL);
	return NULL;
}

static bool is_empty(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL && text[0] == '\0';
}

void setup_check_telephony(struct setup_check *k, const json_t *doc)
{
	static const char path[] = "telephony";
	const json_t *v = json_object_get(doc, path);

	if (v == NULL || !setup_object(k, path, v, "realm voicemail_server media_server"))
		return;
	text_like(k, path, v, "realm", false, "^[A-Za-z0-9.-]{1,64}$",
	    "setup.expected_realm");
	/* An empty text removes the server. */
	if (!is_empty(v, "voicemail_server"))
		address(k, path, v, "voicemail_server", false, false);
	if (!is_empty(v, "media_server"))
		address(k, path, v, "media_server", false, true);
}

/* --- call permissions ------------------------------------------------------- */

static void check_rule(struct setup_check *k, const char *path, const json_t *rule, json_t *seen)
{
	if (!setup_object(k, path, rule, "pattern allow password"))
		return;
	const char *pattern = text_like(k, path, rule, "pattern", true,
	    "^([0-9*#+]{1,40}|_(([0-9*#+XZN]|\\[[0-9]+(-[0-9]+)?\\]){1,39}[.!]?|[.!]))$",
	    "setup.expected_pattern");
	if (pattern != NULL)
		setup_once(k, seen, setup_sub(k, path, "pattern"), pattern);
	const json_t *allow = json_object_get(rule, "allow");
	if (allow == NULL)
		complain(k->c, setup_sub(k, path, "allow"), "missing", NULL);
	else if (!json_is_boolean(allow))
		complain(k->c, setup_sub(k, path, "allow"), "flag", NULL);
	const char *password = text_like(k, path, rule, "password", false, "^[0-9*#]{1,16}$",
	    "setup.expected_code");
	if (password != NULL && json_is_true(allow))
		complain(k->c, setup_sub(k, path, "password"), "rule_password", NULL);
}

/* A call permission is a name, or an object with its rules. */
static void check_permissions(struct setup_check *k, const char *path, const json_t *tenant)
{
	const json_t *list = setup_list(k, path, tenant, "call_permissions");
	json_t *seen = json_object();

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		const char *place = setup_item(k, path, "call_permissions", i);
		const char *name = json_string_value(v);
		const char *name_place = place;
		if (name == NULL && !json_is_object(v)) {
			complain(k->c, place, "permission", NULL);
			continue;
		}
		if (name == NULL) {
			if (!setup_object(k, place, v, "name rules"))
				continue;
			name = setup_text(k, place, v, "name", true);
			name_place = setup_sub(k, place, "name");
			const json_t *rules = setup_list(k, place, v, "rules");
			json_t *patterns = json_object();
			for (size_t j = 0; j < json_array_size(rules); j++)
				check_rule(k, setup_item(k, place, "rules", j), json_array_get(rules, j), patterns);
			json_decref(patterns);
		}
		if (name != NULL && setup_name(k, name_place, name))
			setup_once(k, seen, name_place, name);
	}
	json_decref(seen);
}

/* --- trunks ----------------------------------------------------------------- */

/* Checks how calls from the trunk are identified: the needed keys must be there, and no other
 * trunk of the file may be identified in the same way. */
static void check_identity(struct setup_check *k, const char *path, const json_t *trunk,
    const char *where)
{
	const char *identify = setup_text(k, path, trunk, "identify", false);
	const char *known = NULL, *place = NULL;

	if (identify == NULL || strcmp(identify, "address") == 0) {
		known = where;
		place = setup_sub(k, path, "address");
	} else if (strcmp(identify, "digest") == 0) {
		place = setup_sub(k, path, "username");
		known = setup_text(k, path, trunk, "username", true);
		if (known != NULL && strncmp(known, "trunk-", 6) != 0)
			complain(k->c, place, "trunk_name", NULL);
	} else if (strcmp(identify, "tls") == 0) {
		place = setup_sub(k, path, "tls_name");
		known = setup_text(k, path, trunk, "tls_name", true);
		const char *transport = setup_text(k, path, trunk, "transport", false);
		if (transport == NULL || strcmp(transport, "tls") != 0)
			complain(k->c, setup_sub(k, path, "transport"), "trunk_tls", NULL);
	} else {
		complain(k->c, setup_sub(k, path, "identify"), "choice", "choices", "address digest tls", NULL);
	}
	if (known != NULL)
		setup_once(k, k->trunks, place, arena_printf(k->mem, "%s %s",
		    identify != NULL ? identify : "address", setup_lower(k, known)));
}

static void check_trunk(struct setup_check *k, const char *path, const json_t *trunk, json_t *seen)
{
	if (!setup_object(k, path, trunk, "name address transport identify username password realm tls_name "
	    "context number prefix strip"))
		return;
	const char *name = setup_text(k, path, trunk, "name", true);
	if (name != NULL && setup_name(k, setup_sub(k, path, "name"), name))
		setup_once(k, seen, setup_sub(k, path, "name"), name);
	const char *identify = json_string_value(json_object_get(trunk, "identify"));
	const char *where = address(k, path, trunk, "address", true,
	    identify == NULL || strcmp(identify, "address") == 0);
	text_like(k, path, trunk, "transport", false, "^(udp|tcp|tls)$", "setup.expected_transport");
	check_identity(k, path, trunk, where);
	const char *username = text_like(k, path, trunk, "username", false, "^[A-Za-z0-9_.+-]{1,79}$",
	    "setup.expected_sip_name");
	const char *password = secret(k, path, trunk, username != NULL);
	if (password != NULL && json_object_get(trunk, "username") == NULL)
		complain(k->c, setup_sub(k, path, "username"), "username_needed", NULL);
	text_like(k, path, trunk, "realm", false, "^[A-Za-z0-9_.@-]{1,64}$",
	    "setup.expected_sip_realm");
	text_like(k, path, trunk, "tls_name", false, "^[A-Za-z0-9*.-]{1,253}$", "setup.expected_host");
	setup_text(k, path, trunk, "context", false);
	text_like(k, path, trunk, "number", false, "^[+]?[0-9*]{1,40}$",
	    "setup.expected_number");
	text_like(k, path, trunk, "prefix", false, "^[0-9*#+]{0,10}$", "setup.expected_prefix");
	setup_number(k, path, trunk, "strip", 0, 10);
}

void setup_check_tenant_telephony(struct setup_check *k, const char *path, const json_t *tenant)
{
	check_permissions(k, path, tenant);

	const json_t *trunks = setup_list(k, path, tenant, "trunks");
	json_t *seen = json_object();
	for (size_t i = 0; i < json_array_size(trunks); i++)
		check_trunk(k, setup_item(k, path, "trunks", i), json_array_get(trunks, i), seen);
	json_decref(seen);

	const json_t *numbers = setup_list(k, path, tenant, "emergency_numbers");
	seen = json_object();
	for (size_t i = 0; i < json_array_size(numbers); i++) {
		const char *place = setup_item(k, path, "emergency_numbers", i);
		const char *number = json_string_value(json_array_get(numbers, i));
		if (number == NULL || !fits(number, "^[0-9]{2,15}$"))
			complain(k->c, place, "emergency", NULL);
		else
			setup_once(k, seen, place, number);
	}
	json_decref(seen);
}
