/* static/openapi.json and the route table of the API: each says what the other does. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/routes.h"
#include "csv/issue.h"

static const struct {
	enum http_method method;
	const char *name;
} methods[] = {
	{ HTTP_GET, "get" }, { HTTP_POST, "post" }, { HTTP_PUT, "put" }, { HTTP_DELETE, "delete" },
};
#define METHODS (sizeof(methods) / sizeof(methods[0]))

static int load(void **state)
{
	json_error_t where;
	json_t *doc = json_load_file("static/openapi.json", JSON_REJECT_DUPLICATES, &where);

	if (doc == NULL)
		fail_msg("static/openapi.json:%d: %s", where.line, where.text);
	*state = doc;
	return 0;
}

static int unload(void **state)
{
	json_decref(*state);
	return 0;
}

static json_t *operation(json_t *doc, const struct route *r, const char *method)
{
	return json_object_get(json_object_get(json_object_get(doc, "paths"), r->pattern), method);
}

/* Calls `look` for each method of each route. */
static void each_operation(json_t *doc, void (*look)(const struct route *r, const char *method, json_t *op))
{
	size_t n;
	const struct route *table = api_routes(&n);

	for (size_t i = 0; i < n; i++)
		for (size_t m = 0; m < METHODS; m++)
			if ((table[i].methods & (unsigned)methods[m].method) != 0)
				look(&table[i], methods[m].name, operation(doc, &table[i], methods[m].name));
}

static void is_described(const struct route *r, const char *method, json_t *op)
{
	if (!json_is_object(op))
		fail_msg("no description of %s %s", method, r->pattern);
}

static void each_route_is_described(void **state)
{
	each_operation(*state, is_described);
}

static void each_description_is_a_route(void **state)
{
	json_t *paths = json_object_get(*state, "paths"), *path;
	size_t n, described = 0, routed = 0;
	const struct route *table = api_routes(&n);
	const char *name;

	json_object_foreach(paths, name, path)
		for (size_t m = 0; m < METHODS; m++)
			described += json_object_get(path, methods[m].name) != NULL;
	for (size_t i = 0; i < n; i++)
		for (size_t m = 0; m < METHODS; m++)
			routed += (table[i].methods & (unsigned)methods[m].method) != 0;
	assert_int_equal(described, routed);
}

static json_t *resolve(json_t *doc, json_t *value)
{
	const char *ref = json_string_value(json_object_get(value, "$ref"));

	while (ref != NULL && *ref != '\0') {
		char name[64];
		size_t n = strcspn(ref, "/");
		assert_true(n < sizeof(name));
		memcpy(name, ref, n);
		name[n] = '\0';
		if (strcmp(name, "#") == 0)
			value = doc;
		else
			value = json_object_get(value, name);
		ref += n + (ref[n] == '/');
	}
	return value;
}

/* Whether the list "one two" has the name. */
static bool lists(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *s = list; s != NULL && (s = strstr(s, name)) != NULL; s += n)
		if ((s == list || s[-1] == ' ') && (s[n] == ' ' || s[n] == '\0'))
			return true;
	return false;
}

static json_t *document;

static void has_its_parameters(const struct route *r, const char *method, json_t *op)
{
	json_t *each;
	size_t i, described = 0, listed = r->query != NULL;

	for (const char *s = r->query; s != NULL && *s != '\0'; s++)
		listed += *s == ' ';
	json_array_foreach(json_object_get(op, "parameters"), i, each) {
		json_t *parameter = resolve(document, each);
		const char *name = json_string_value(json_object_get(parameter, "name"));
		if (strcmp(json_string_value(json_object_get(parameter, "in")), "query") != 0)
			continue;
		described++;
		if (!lists(r->query, name))
			fail_msg("the row of %s %s lacks %s", method, r->pattern, name);
	}
	if (described != listed)
		fail_msg("%s %s describes %zu of %zu parameters", method, r->pattern, described, listed);
}

static void a_row_lists_the_parameters_that_are_described(void **state)
{
	document = *state;
	each_operation(*state, has_its_parameters);
}

static void needs(const struct route *r, const char *method, json_t *op, const char *status)
{
	if (json_object_get(json_object_get(op, "responses"), status) == NULL)
		fail_msg("%s %s does not say %s", method, r->pattern, status);
}

static void says_its_guards(const struct route *r, const char *method, json_t *op)
{
	bool open = json_is_array(json_object_get(op, "security"))
	    && json_array_size(json_object_get(op, "security")) == 0;

	if (r->login == ROUTE_ACCOUNT) {
		needs(r, method, op, "401");
		needs(r, method, op, "403");
		needs(r, method, op, "429");
		if (open)
			fail_msg("%s %s needs an account", method, r->pattern);
	}
	if (r->body == ROUTE_CSV) {
		needs(r, method, op, "413");
		needs(r, method, op, "415");
		if (json_object_get(op, "requestBody") == NULL)
			fail_msg("%s %s has a body", method, r->pattern);
	}
}

static void the_guards_of_a_route_are_among_its_statuses(void **state)
{
	each_operation(*state, says_its_guards);
}

static void references(json_t *doc, json_t *value)
{
	const char *name;
	json_t *member;
	size_t i;

	if (json_object_get(value, "$ref") != NULL && resolve(doc, value) == NULL)
		fail_msg("leads nowhere: %s", json_string_value(json_object_get(value, "$ref")));
	json_object_foreach(value, name, member)
		references(doc, member);
	json_array_foreach(value, i, member)
		references(doc, member);
}

static void each_reference_leads_somewhere(void **state)
{
	references(*state, *state);
}

/* The code of an issue is its key up to the dot. */
static void each_code_of_an_issue_is_listed(void **state)
{
	json_t *codes = *state, *code;
	size_t at;

	for (const char *const *name = (const char *const[]){ "components", "schemas", "Issue", "properties", "code",
	    "enum", NULL }; *name != NULL; name++)
		codes = json_object_get(codes, *name);
	for (size_t i = 0; issue_key(i) != NULL; i++) {
		size_t n = strcspn(issue_key(i), ".");
		bool found = false;
		json_array_foreach(codes, at, code)
			found = found || (json_string_length(code) == n && strncmp(json_string_value(code), issue_key(i), n) == 0);
		if (!found)
			fail_msg("the code of %s is not in the schema Issue", issue_key(i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_route_is_described),
		cmocka_unit_test(each_description_is_a_route),
		cmocka_unit_test(a_row_lists_the_parameters_that_are_described),
		cmocka_unit_test(the_guards_of_a_route_are_among_its_statuses),
		cmocka_unit_test(each_reference_leads_somewhere),
		cmocka_unit_test(each_code_of_an_issue_is_listed),
	};

	return cmocka_run_group_tests_name("openapi", tests, load, unload);
}
