/* The names of rights.  Contract: principal.h. */
#include "auth/principal.h"

#include <stddef.h>
#include <string.h>

static const struct {
	enum right right;
	const char *name;
} names[] = {
	{ RIGHT_USERS_READ, "users.read" },
	{ RIGHT_USERS_IMPORT, "users.import" },
	{ RIGHT_USERS_UPDATE, "users.update" },
	{ RIGHT_USERS_DELETE, "users.delete" },
	{ RIGHT_USERS_EXPORT, "users.export" },
	{ RIGHT_USERS_SECRETS, "users.secrets" },
	{ RIGHT_SETUP, "setup" },
};

#define NAMES_N (sizeof(names) / sizeof(names[0]))

static unsigned right_of(const char *name, size_t n)
{
	for (size_t i = 0; i < NAMES_N; i++)
		if (strlen(names[i].name) == n && memcmp(names[i].name, name, n) == 0)
			return names[i].right;
	return 0;
}

bool rights_parse(const char *list, unsigned *rights)
{
	static const char separators[] = " ,\t\n";

	*rights = 0;
	for (const char *p = list + strspn(list, separators); *p != '\0';) {
		size_t n = strcspn(p, separators);
		unsigned right = right_of(p, n);
		if (right == 0)
			return false;
		*rights |= right;
		p += n;
		p += strspn(p, separators);
	}
	return true;
}

const char *right_name(enum right r)
{
	for (size_t i = 0; i < NAMES_N; i++)
		if (names[i].right == r)
			return names[i].name;
	return NULL;
}

const char *proof_kind(const struct proof *proof)
{
	static const char *const kinds[] = { [PROOF_SESSION] = "session", [PROOF_TOKEN] = "token",
		[PROOF_PASSWORD] = "password" };

	return kinds[proof->kind];
}
