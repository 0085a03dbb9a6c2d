/* The template file: a header of all columns that an import reads. */
#include <string.h>

#include "csv/field.h"
#include "csv/writer.h"
#include "pages/pages.h"

int page_import_template(struct page *p, struct err *e)
{
	bool first = true;

	(void)e;
	for (size_t i = 0; i < FIELD__MAX; i++) {
		if (fields[i].required == REQUIRED_UPDATE || fields[i].required == REQUIRED_NEVER)
			continue;
		writer_cell(&p->res->body, first, fields[i].name, strlen(fields[i].name), false);
		first = false;
	}
	writer_end(&p->res->body);
	response_header(p->res, "Content-Type", "text/csv; charset=utf-8");
	response_attachment(p->res, "users_template.csv");
	return 0;
}
