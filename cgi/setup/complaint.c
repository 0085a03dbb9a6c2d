/* Complaints about a setup file.  Contract: complaint.h. */
#include "setup/complaint.h"

#include <stdarg.h>
#include <string.h>

void complain(struct complaints *c, const char *path, const char *key, ...)
{
	const char *name;
	size_t n = 0;
	va_list ap;

	if (c->n == c->room) {
		struct complaint *more = arena_alloc(c->mem, (2 * c->room + 8) * sizeof(*more));
		if (c->n > 0)
			memcpy(more, c->list, c->n * sizeof(*more));
		c->list = more;
		c->room = 2 * c->room + 8;
	}
	struct complaint *one = &c->list[c->n++];
	*one = (struct complaint){ .path = arena_strdup(c->mem, path), .key = arena_printf(c->mem, "setup.%s", key) };
	va_start(ap, key);
	while (n < COMPLAINT_PARAMS_MAX && (name = va_arg(ap, const char *)) != NULL)
		one->params[n++] = (struct issue_param){ name,
			issue_cut(c->mem, arena_strdup(c->mem, va_arg(ap, const char *))) };
	va_end(ap);
}

void complaint_write(struct buf *out, const struct complaint *one, issue_lookup *find, void *ctx)
{
	const char *text = find != NULL ? find(ctx, one->key) : NULL;
	size_t n = 0;

	while (n < COMPLAINT_PARAMS_MAX && one->params[n].name != NULL)
		n++;
	if (text == NULL)
		text = issue_text(one->key);
	issue_format(out, text != NULL ? text : one->key, one->params, n, find, ctx);
}

void complaints_write(struct buf *out, const struct complaints *c)
{
	for (size_t i = 0; i < c->n; i++) {
		buf_addf(out, "%s: ", c->list[i].path);
		complaint_write(out, &c->list[i], NULL, NULL);
		buf_addch(out, '\n');
	}
}
