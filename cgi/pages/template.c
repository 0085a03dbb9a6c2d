/* The template files: a header of all columns that an import or an update reads. */
#include <string.h>

#include "csv/field.h"
#include "csv/writer.h"
#include "pages/help.h"
#include "pages/pages.h"

static int answer(struct page *p, enum reader_kind kind, const char *file_name)
{
	bool first = true;

	for (size_t i = 0; i < FIELD__MAX; i++) {
		if (!help_has(kind, &fields[i]))
			continue;
		writer_cell(&p->res->body, first, fields[i].name, strlen(fields[i].name), false);
		first = false;
	}
	writer_end(&p->res->body);
	response_header(p->res, "Content-Type", "text/csv; charset=utf-8");
	response_attachment(p->res, file_name);
	return 0;
}

int page_import_template(struct page *p, struct err *e)
{
	(void)e;
	return answer(p, READER_IMPORT, "users_template.csv");
}

int page_update_template(struct page *p, struct err *e)
{
	(void)e;
	return answer(p, READER_UPDATE, "users_update_template.csv");
}
