/* THE table of the setup.  Contract: resource.h. */
#include "setup/resource.h"

#include <string.h>

#include "http/route.h"

static const struct setup_field name_alone[] = {
	{ .name = "name", .needed = true, .listed = true },
	{ .name = NULL },
};

static const struct setup_field tenant_fields[] = {
	{ .name = "name", .needed = true, .listed = true },
	{ .name = "emergency_numbers", .type = SETUP_LINES, .listed = true },
	{ .name = NULL },
};

static const struct setup_field range_fields[] = {
	{ .name = "kind", .type = SETUP_CHOICE, .choices = "user group queue meetme incall" },
	{ .name = "start", .needed = true },
	{ .name = "end", .needed = true },
	{ .name = "did_length", .type = SETUP_NUMBER },
	{ .name = NULL },
};
static const struct setup_field context_fields[] = {
	{ .name = "name", .needed = true, .listed = true },
	{ .name = "type", .type = SETUP_CHOICE, .choices = "internal incall outcall services others",
	    .listed = true },
	{ .name = "ranges", .type = SETUP_ROWS, .columns = range_fields, .listed = true },
	{ .name = "includes", .type = SETUP_TICKS, .choices = "@contexts", .listed = true },
	{ .name = "reserved", .type = SETUP_LINES },
	{ .name = NULL },
};

static const struct setup_field rule_fields[] = {
	{ .name = "pattern", .needed = true },
	{ .name = "allow", .type = SETUP_FLAG, .initial = "0" },
	{ .name = "password", .type = SETUP_SECRET },
	{ .name = NULL },
};
static const struct setup_field permission_fields[] = {
	{ .name = "name", .needed = true, .listed = true },
	{ .name = "rules", .type = SETUP_ROWS, .columns = rule_fields, .listed = true },
	{ .name = NULL },
};

static const struct setup_field trunk_fields[] = {
	{ .name = "name", .needed = true, .listed = true },
	{ .name = "address", .needed = true, .listed = true },
	{ .name = "transport", .type = SETUP_CHOICE, .choices = "udp tcp tls", .listed = true },
	{ .name = "identify", .type = SETUP_CHOICE, .choices = "address digest tls" },
	{ .name = "username" },
	{ .name = "password", .type = SETUP_SECRET },
	{ .name = "realm" },
	{ .name = "tls_name" },
	{ .name = "context", .type = SETUP_CHOICE, .choices = "@incall", .listed = true },
	{ .name = "number" },
	{ .name = "prefix", .listed = true },
	{ .name = "strip", .type = SETUP_NUMBER },
	{ .name = NULL },
};

static const struct setup_field telephony_fields[] = {
	{ .name = "realm", .needed = true },
	{ .name = "voicemail_server" },
	{ .name = "media_server" },
	{ .name = NULL },
};

static const struct setup_field admin_fields[] = {
	{ .name = "username", .needed = true, .listed = true },
	{ .name = "password", .type = SETUP_SECRET },
	{ .name = "language", .type = SETUP_CHOICE, .choices = "@languages" },
	{ .name = "rights", .type = SETUP_TICKS, .listed = true,
		.choices = "users.read users.import users.update users.delete users.export users.secrets setup" },
	{ .name = "disabled", .type = SETUP_FLAG, .initial = "0", .listed = true },
	{ .name = NULL },
};

#define QUERIES(...) ((const char *const []){ __VA_ARGS__, NULL })

static const struct setup_resource resources[] = {
	{ .key = "contexts", .noun = "context", .page = ROUTE_IPBX "/contexts", .api = "/1.1/contexts",
		.fields = context_fields, .queries = QUERIES("setup_contexts", "setup_ranges", "setup_includes",
		    "setup_reserved") },
	{ .key = "call_permissions", .noun = "permission", .page = ROUTE_IPBX "/call_permissions",
	    .api = "/1.1/callpermissions",
		.fields = permission_fields, .queries = QUERIES("setup_names", "setup_permission_rules") },
	{ .key = "labels", .noun = "label", .page = ROUTE_IPBX "/labels", .api = "/1.1/users/labels",
		.fields = name_alone, .queries = QUERIES("setup_names"), .bare = true },
	{ .key = "template_lines", .noun = "template", .page = ROUTE_IPBX "/template_lines",
	    .api = "/1.1/lines/templates",
		.fields = name_alone, .queries = QUERIES("setup_names"), .bare = true },
	{ .key = "trunks", .noun = "trunk", .page = ROUTE_IPBX "/trunks", .api = "/1.1/trunks",
		.fields = trunk_fields, .queries = QUERIES("setup_trunks") },
	{ .key = "cti_profiles", .noun = "profile", .page = "/services/cti/profiles", .api = "/1.1/cti_profiles",
		.fields = name_alone, .queries = QUERIES("setup_names"), .bare = true },
	{ .key = "tenants", .noun = "tenant", .page = "/configuration/entities", .api = "/1.1/tenants",
		.fields = tenant_fields, .queries = QUERIES("setup_names", "setup_emergency_numbers"),
		.for_root = true },
	{ .key = "admins", .noun = "admin", .page = "/configuration/administrators", .api = "/1.1/administrators",
		.fields = admin_fields, .fixed_name = true },
	{ .key = "telephony", .noun = "telephony", .page = ROUTE_IPBX "/telephony", .api = "/1.1/telephony",
		.fields = telephony_fields, .for_root = true, .single = true },
};

const struct setup_resource *setup_resource(size_t i)
{
	return i < sizeof(resources) / sizeof(resources[0]) ? &resources[i] : NULL;
}

static bool below(const char *path, const char *root)
{
	size_t n = strlen(root);

	return strncmp(path, root, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

const struct setup_resource *setup_resource_of(const char *path)
{
	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++)
		if (below(path, resources[i].page) || below(path, resources[i].api))
			return &resources[i];
	return NULL;
}
