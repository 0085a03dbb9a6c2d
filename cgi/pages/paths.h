/* The addresses of pages that others lead to. */
#ifndef PAGES_PATHS_H
#define PAGES_PATHS_H

#define PATH_USERS		"/services/ipbx/users"
#define PATH_IMPORTS		"/services/ipbx/imports"
#define PATH_USERS_EXPORT	PATH_USERS "/export"
#define PATH_USERS_IMPORT	PATH_USERS "/import"
#define PATH_USERS_UPDATE	PATH_USERS "/update"
#define PATH_JOB		PATH_IMPORTS "/%ld"	/* formatted with the job's id */

#endif
