/* The addresses of pages that other pages link to. */
#ifndef PAGES_PATHS_H
#define PAGES_PATHS_H

#include "http/route.h"

#define PATH_USERS		ROUTE_IPBX "/users"
#define PATH_IMPORTS		ROUTE_IPBX "/imports"
#define PATH_PHONEBOOK		ROUTE_IPBX "/phonebook"
#define PATH_USERS_EXPORT	PATH_USERS "/export"
#define PATH_USERS_IMPORT	PATH_USERS "/import"
#define PATH_USERS_UPDATE	PATH_USERS "/update"
#define PATH_CHANGES		PATH_IMPORTS "/changes"
#define PATH_JOB		PATH_IMPORTS "/%ld"	/* formatted with the job's id */
#define PATH_PROFILE		"/profile"
#define PATH_PASSWORD		PATH_PROFILE "/password"
#define PATH_FACTOR		PATH_PROFILE "/second-factor"
#define PATH_TOKENS		PATH_PROFILE "/tokens"
#define PATH_WEBHOOK		"/configuration/webhook"
#define PATH_AUDIT		"/configuration/audit"
#define PATH_ADMINISTRATORS	"/configuration/administrators"

#endif
