/* UUIDs as text. */
#include "base/uuid.h"

#include <stddef.h>
#include <string.h>

bool uuid_valid(const char *s)
{
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? s[i] != '-' : s[i] == '\0' || strchr("0123456789abcdefABCDEF", s[i]) == NULL)
			return false;
	}
	return s[36] == '\0';
}
