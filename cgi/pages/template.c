/* The template files: a header of all columns that an import or an update reads;
 * for an import with examples too. */
#include "csv/template.h"

#include "pages/pages.h"

static int answer(struct page *p, enum reader_kind kind, const char *examples, const char *file_name,
    struct err *e)
{
	if (template_write(&p->res->body, kind, examples, e) != 0)
		return -1;
	response_header(p->res, "Content-Type", "text/csv; charset=utf-8");
	response_attachment(p->res, file_name);
	return 0;
}

int page_import_template(struct page *p, struct err *e)
{
	if (form_get(&p->query, "examples") == NULL)
		return answer(p, READER_IMPORT, NULL, "users_template.csv", e);
	return answer(p, READER_IMPORT, arena_printf(p->mem, "%s/" TEMPLATE_EXAMPLES, p->conf->share_dir),
	    "users_examples.csv", e);
}

int page_update_template(struct page *p, struct err *e)
{
	return answer(p, READER_UPDATE, NULL, "users_update_template.csv", e);
}
