/* The audit: who did what and when, as a list and as a CSV file. */
#include "auth/audit.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "csv/writer.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "serve/download.h"

#define PAGE_SIZE 50
#define PIECE (64 * 1024)	/* bytes of the file that are sent together */

/* --- the filter -------------------------------------------------------------- */

/* Reads a day, YYYY-MM-DD; NULL if the parameter is empty.  Any other text is an error beside its
 * field. */
static const char *read_day(struct page *p, const char *name)
{
	const char *text = form_get(&p->query, name), *end;
	struct tm day = {0}, same;
	time_t at;

	if (text == NULL || *text == '\0')
		return NULL;
	end = strlen(text) == 10 ? strptime(text, "%Y-%m-%d", &day) : NULL;
	same = day;
	at = timegm(&same);
	if (end != NULL && *end == '\0' && at != (time_t)-1 && same.tm_mday == day.tm_mday && day.tm_year >= 0)
		return text;
	page_fault(p, name, page_text(p, "audit.day_wrong", NULL));
	return NULL;
}

static const char *parameter(const struct page *p, const char *name)
{
	const char *text = form_get(&p->query, name);

	return text != NULL ? text : "";
}

static struct audit_filter read_filter(struct page *p)
{
	return (struct audit_filter){
		.who = parameter(p, "who"), .what = parameter(p, "what"),
		.first_day = read_day(p, "from"), .last_day = read_day(p, "to"),
	};
}

/* The filter as the query of a URL. */
static const char *filter_query(struct page *p)
{
	static const char *const names[] = { "who", "what", "from", "to" };
	struct buf query = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (*parameter(p, names[i]) != '\0')
			form_encode(&query, names[i], parameter(p, names[i]));
	const char *kept = arena_strdup(p->mem, buf_str(&query));
	buf_free(&query);
	return kept;
}

/* --- the page ---------------------------------------------------------------- */

/* An action in words; the action itself if there is no text for it. */
static const char *action_text(struct page *p, const char *action)
{
	const char *key = arena_printf(p->mem, "audit.action.%s", action);

	return view_text(p->view, key) != NULL ? page_text(p, key, NULL) : arena_strdup(p->mem, action);
}

struct rows {
	struct page *page;
	int n;
};

static int set_row(void *ctx, const struct audit_row *row, struct err *e)
{
	struct rows *rows = ctx;
	struct page *p = rows->page;
	int i = rows->n++;

	(void)e;
	view_set(p->view, row->at, "Rows.%d.at.iso", i);
	view_set(p->view, page_time(p, row->at), "Rows.%d.at.text", i);
	view_set(p->view, row->admin_name, "Rows.%d.who", i);
	view_set(p->view, row->tenant_name, "Rows.%d.entity", i);
	view_set(p->view, row->address, "Rows.%d.address", i);
	view_set(p->view, action_text(p, row->action), "Rows.%d.what", i);
	view_set(p->view, row->detail, "Rows.%d.detail", i);
	view_set(p->view, row->job, "Rows.%d.job", i);
	return 0;
}

static int set_form(struct page *p, struct err *e)
{
	const char **actions = NULL;
	size_t n;

	view_set(p->view, parameter(p, "who"), "Audit.who");
	view_set(p->view, parameter(p, "from"), "Audit.from");
	view_set(p->view, parameter(p, "to"), "Audit.to");
	view_set(p->view, arena_printf(p->mem, PATH_AUDIT "/audit.csv?%s", filter_query(p)), "Audit.csv");
	if (*filter_query(p) != '\0')
		view_set(p->view, "1", "Audit.narrowed");
	if (audit_actions(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->mem, &actions, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set(p->view, actions[i], "Actions.%zu.name", i);
		view_set(p->view, action_text(p, actions[i]), "Actions.%zu.text", i);
		if (strcmp(actions[i], parameter(p, "what")) == 0)
			view_set(p->view, "1", "Actions.%zu.chosen", i);
	}
	return 0;
}

int page_audit(struct page *p, struct err *e)
{
	struct audit_filter filter = read_filter(p);
	long page = form_number(form_get(&p->query, "page"), 1, 9999999, 1), total;
	struct rows rows = { .page = p };

	if (p->messages > 0)
		p->res->status = 400;
	if (audit_read(p->db, p->conf, cookie_get(p, COOKIE_SESSION), &filter, PAGE_SIZE, (page - 1) * PAGE_SIZE,
	    &total, set_row, &rows, e) != 0)
		return -1;
	/* The query does not count the rows if the page has none. */
	if (rows.n == 0 && page > 1)
		return page_go(p, PATH_AUDIT "?%s", filter_query(p));
	if (set_form(p, e) != 0)
		return -1;
	if (p->who->tenant_id == 0)
		view_set(p->view, "1", "Audit.entities");
	page_menu(p, "audit");
	page_pager(p, PATH_AUDIT, filter_query(p), page, PAGE_SIZE, total);
	return page_show(p, "audit", page_text(p, "audit.title", NULL), e);
}

/* --- the file ---------------------------------------------------------------- */

struct file {
	struct download download;
	struct buf out;
	char separator;
};

static int flush(struct file *f, struct err *e)
{
	int rc = download_send(&f->download, buf_str(&f->out), f->out.len, e);

	buf_reset(&f->out);
	return rc;
}

static int write_row(void *ctx, const struct audit_row *row, struct err *e)
{
	struct file *f = ctx;
	const char *const cells[] = { row->at, row->admin_name, row->tenant_name, row->address, row->action,
		row->detail };

	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
		writer_cell(&f->out, f->separator, i == 0, cells[i] != NULL ? cells[i] : "",
		    cells[i] != NULL ? strlen(cells[i]) : 0, true);
	writer_end(&f->out);
	return f->out.len < PIECE ? 0 : flush(f, e);
}

int page_audit_csv(struct page *p, struct err *e)
{
	static const char *const header[] = { "time", "administrator", "entity", "address", "action", "details" };
	struct audit_filter filter = read_filter(p);
	struct file f = {
		.download = { .call = &p->call, .type = "text/csv; charset=utf-8", .name = "audit.csv" },
	};
	const char *word;
	int rc;

	if (p->messages > 0)
		return page_stop(p, 400, "bad_request", e);
	if (page_separator(p, &word, &f.separator, e) != 0)
		return -1;
	if (p->req->method == HTTP_HEAD)
		return download_send(&f.download, "", 0, e);
	buf_adds(&f.out, "\xef\xbb\xbf");
	for (size_t i = 0; i < sizeof(header) / sizeof(header[0]); i++)
		writer_name(&f.out, f.separator, i == 0, header[i], false);
	writer_end(&f.out);
	rc = audit_read(p->db, p->conf, cookie_get(p, COOKIE_SESSION), &filter, 0, 0, NULL, write_row, &f, e);
	if (rc == 0)
		rc = flush(&f, e);
	buf_free(&f.out);
	return download_end(&f.download, rc);
}
