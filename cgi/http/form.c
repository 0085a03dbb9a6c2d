/* Forms: application/x-www-form-urlencoded. */
#include "http/form.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "http/header.h"
#include "http/percent.h"

void form_init(struct form *f, struct arena *mem)
{
	*f = (struct form){ .mem = mem };
}

/* Adds a pair whose texts are in the arena already. */
static int add(struct form *f, const char *name, size_t name_len,
    const char *value, size_t value_len, struct err *e)
{
	if (f->n == FORM_MAX_PAIRS)
		return err_set(e, ERR_TOO_LARGE, "form", "the form has more than %d fields",
		    FORM_MAX_PAIRS);
	if (name_len > FORM_MAX_NAME)
		return err_set(e, ERR_TOO_LARGE, "form", "a field's name is longer than %d bytes",
		    FORM_MAX_NAME);
	if (name_len + value_len > FORM_MAX_BYTES - f->bytes)
		return err_set(e, ERR_TOO_LARGE, "form", "the form is larger than %zu bytes",
		    FORM_MAX_BYTES);
	if (memchr(name, '\0', name_len) != NULL || memchr(value, '\0', value_len) != NULL)
		return err_set(e, ERR_INVALID, "form", "a field of the form holds a NUL");
	if (!utf8_valid(name, name_len) || !utf8_valid(value, value_len))
		return err_set(e, ERR_INVALID, "form", "a field of the form is no UTF-8");

	if (f->n == f->cap) {
		size_t cap = f->cap == 0 ? 16 : f->cap * 2;
		struct form_pair *pairs = arena_alloc(f->mem, cap * sizeof(*pairs));
		if (f->n > 0)
			memcpy(pairs, f->pairs, f->n * sizeof(*pairs));
		f->pairs = pairs;
		f->cap = cap;
	}
	f->bytes += name_len + value_len;
	f->pairs[f->n++] = (struct form_pair){ name, value };
	return 0;
}

int form_add(struct form *f, const char *name, const char *value, size_t n, struct err *e)
{
	size_t name_len = strlen(name);

	return add(f, arena_strndup(f->mem, name, name_len), name_len,
	    arena_strndup(f->mem, value, n), n, e);
}

/* One `name=value`; n > 0. */
static int parse_pair(struct form *f, const char *s, size_t n, struct err *e)
{
	size_t name_len, value_len;
	const char *equals = memchr(s, '=', n);
	size_t at = equals == NULL ? n : (size_t)(equals - s);
	size_t rest = equals == NULL ? 0 : n - at - 1;
	char *name = arena_alloc(f->mem, at + 1);
	char *value = arena_alloc(f->mem, rest + 1);

	if (percent_decode(name, s, at, true, &name_len) != 0 ||
	    percent_decode(value, s + n - rest, rest, true, &value_len) != 0)
		return err_set(e, ERR_INVALID, "form", "the form has a bad percent sequence");
	return add(f, name, name_len, value, value_len, e);
}

int form_parse(struct form *f, const char *text, size_t n, struct err *e)
{
	const struct form before = *f;

	if (n > FORM_MAX_BYTES)
		return err_set(e, ERR_TOO_LARGE, "form", "the form is larger than %zu bytes",
		    FORM_MAX_BYTES);
	for (size_t i = 0; i < n;) {
		const char *amp = memchr(text + i, '&', n - i);
		size_t len = amp == NULL ? n - i : (size_t)(amp - text) - i;
		if (len > 0 && parse_pair(f, text + i, len, e) != 0) {
			*f = before;
			return -1;
		}
		i += len + 1;
	}
	return 0;
}

/* The Content-Type must be that of a form, in UTF-8. */
static int check_type(const struct request *req, struct err *e)
{
	struct buf charset = {0};
	int result = 0;

	if (!header_is(req->content_type, "application/x-www-form-urlencoded"))
		result = err_set(e, ERR_INVALID, "content-type", "the body is no form");
	else if (header_param(req->content_type, "charset", &charset) != 0 &&
	    strcasecmp(buf_str(&charset), "utf-8") != 0)
		result = err_set(e, ERR_INVALID, "content-type", "the form is no UTF-8");
	buf_free(&charset);
	return result;
}

int form_read(struct form *f, struct request *req, struct err *e)
{
	size_t len = 0, n;

	if (req->content_length <= 0)
		return 0;
	if (check_type(req, e) != 0)
		return -1;
	if (req->content_length > (long long)FORM_MAX_BYTES)
		return err_set(e, ERR_TOO_LARGE, "form", "the form is larger than %zu bytes",
		    FORM_MAX_BYTES);
	size_t size = (size_t)req->content_length;
	char *text = arena_alloc(req->mem, size);
	do {
		if (request_read(req, text + len, size - len, &n, e) != 0)
			return -1;
		len += n;
	} while (n > 0);
	return form_parse(f, text, len, e);
}

const char *form_nth(const struct form *f, const char *name, size_t i)
{
	for (size_t k = 0; k < f->n; k++)
		if (strcmp(f->pairs[k].name, name) == 0 && i-- == 0)
			return f->pairs[k].value;
	return NULL;
}

const char *form_get(const struct form *f, const char *name)
{
	return form_nth(f, name, 0);
}

long form_number(const char *text, long low, long high, long otherwise)
{
	long n = 0;

	if (text == NULL || *text == '\0' || strlen(text) > 9)
		return otherwise;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return otherwise;
		n = n * 10 + (*text - '0');
	}
	return n >= low && n <= high ? n : otherwise;
}

/* Encodes as browsers encode forms: a blank is "+". */
static void encode(struct buf *out, const char *s)
{
	size_t from = out->len;

	percent_encode(out, s, "-._* ");
	for (size_t i = from; i < out->len; i++)
		if (out->data[i] == ' ')
			out->data[i] = '+';
}

void form_encode(struct buf *out, const char *name, const char *value)
{
	if (out->len > 0 && out->data[out->len - 1] != '?')
		buf_addch(out, '&');
	encode(out, name);
	buf_addch(out, '=');
	encode(out, value);
}
