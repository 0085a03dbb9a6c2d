/* The answer to a request. */
#include "http/response.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "http/percent.h"

struct response_field {
	struct response_field *next;
	const char *name;
	const char *value;
};

const char *response_reason(int status)
{
	switch (status) {
	case 200: return "OK";
	case 201: return "Created";
	case 202: return "Accepted";
	case 204: return "No Content";
	case 301: return "Moved Permanently";
	case 302: return "Found";
	case 303: return "See Other";
	case 304: return "Not Modified";
	case 307: return "Temporary Redirect";
	case 308: return "Permanent Redirect";
	case 400: return "Bad Request";
	case 401: return "Unauthorized";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 406: return "Not Acceptable";
	case 409: return "Conflict";
	case 410: return "Gone";
	case 413: return "Content Too Large";
	case 415: return "Unsupported Media Type";
	case 422: return "Unprocessable Content";
	case 429: return "Too Many Requests";
	case 500: return "Internal Server Error";
	case 503: return "Service Unavailable";
	case 504: return "Gateway Timeout";
	case 507: return "Insufficient Storage";
	default: return status < 400 ? "OK" : status < 500 ? "Bad Request" : "Internal Server Error";
	}
}

void response_init(struct response *res, struct arena *mem, bool head,
    response_write *write, void *ctx)
{
	*res = (struct response){ .status = 200, .mem = mem, .head = head,
		.write = write, .write_ctx = ctx };
	res->fields_end = &res->fields;
}

void response_free(struct response *res)
{
	buf_free(&res->body);
}

static void append(struct response *res, const char *name, const char *value)
{
	struct response_field *f = arena_alloc(res->mem, sizeof(*f));

	f->name = arena_strdup(res->mem, name);
	f->value = arena_strdup(res->mem, value);
	*res->fields_end = f;
	res->fields_end = &f->next;
}

static struct response_field *find(const struct response *res, const char *name)
{
	for (struct response_field *f = res->fields; f != NULL; f = f->next)
		if (strcasecmp(f->name, name) == 0)
			return f;
	return NULL;
}

/* Drops all fields but cookies and the request's id. */
static void drop_fields(struct response *res)
{
	struct response_field **at = &res->fields;

	while (*at != NULL) {
		if (strcasecmp((*at)->name, "Set-Cookie") == 0 ||
		    strcasecmp((*at)->name, "X-Request-Id") == 0)
			at = &(*at)->next;
		else
			*at = (*at)->next;
	}
	res->fields_end = at;
}

static bool is_token(const char *s)
{
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("!#$%&'*+-.^_`|~", *s) == NULL)
			return false;
	return true;
}

static bool is_header_value(const char *s)
{
	for (; *s != '\0'; s++)
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7F)
			return false;
	return true;
}

int response_header(struct response *res, const char *name, const char *value)
{
	if (!is_token(name) || !is_header_value(value))
		return -1;
	struct response_field *f = find(res, name);
	if (f != NULL)
		f->value = arena_strdup(res->mem, value);
	else
		append(res, name, value);
	return 0;
}

int response_cookie(struct response *res, const char *name, const char *value,
    long max_age, unsigned flags)
{
	if (!is_token(name))
		return -1;
	for (const char *s = value; *s != '\0'; s++)
		if (!isgraph((unsigned char)*s) || strchr("\",;\\", *s) != NULL)
			return -1;
	const char *age = max_age < 0 ? "" : arena_printf(res->mem, "; Max-Age=%ld", max_age);
	append(res, "Set-Cookie", arena_printf(res->mem, "%s=%s; Path=/%s; HttpOnly%s; SameSite=%s",
	    name, value, age, (flags & COOKIE_SECURE) != 0 ? "; Secure" : "",
	    (flags & COOKIE_STRICT) != 0 ? "Strict" : "Lax"));
	return 0;
}

void response_attachment(struct response *res, const char *filename)
{
	struct buf b = {0};

	/* filename is for clients that do not know filename* (RFC 6266). */
	buf_adds(&b, "attachment; filename=\"");
	for (const char *s = filename; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		if ((c & 0xC0) == 0x80)
			continue;	/* one "_" for a whole character */
		buf_addch(&b, isalnum(c) || strchr("._- ()", c) != NULL ? *s : '_');
	}
	buf_adds(&b, "\"; filename*=UTF-8''");
	percent_encode(&b, filename, PERCENT_VALUE);
	response_header(res, "Content-Disposition", b.data);
	buf_free(&b);
}

void response_body_add(struct response *res, const char *bytes, size_t n)
{
	buf_add(&res->body, bytes, n);
}

void response_redirect(struct response *res, int status, const char *location)
{
	struct buf b = {0};

	percent_encode(&b, location, PERCENT_ADDRESS);
	buf_reset(&res->body);
	res->status = status;
	response_header(res, "Location", buf_str(&b));
	buf_free(&b);
}

int response_restart(struct response *res)
{
	if (res->sent)
		return -1;
	drop_fields(res);
	buf_reset(&res->body);
	res->status = 200;
	return 0;
}

static bool has_body(int status)
{
	return status >= 200 && status != 204 && status != 304;
}

/* Sends status, headers and the empty line after them. */
static int send_headers(struct response *res, struct err *e)
{
	struct buf b = {0};

	buf_addf(&b, "Status: %d %s\r\n", res->status, response_reason(res->status));
	if ((res->body.len > 0 || res->streaming) && find(res, "Content-Type") == NULL)
		buf_adds(&b, "Content-Type: text/html; charset=utf-8\r\n");
	if (find(res, "Cache-Control") == NULL)
		buf_adds(&b, "Cache-Control: no-store\r\n");
	if (!res->streaming && has_body(res->status))
		buf_addf(&b, "Content-Length: %zu\r\n", res->body.len);
	for (const struct response_field *f = res->fields; f != NULL; f = f->next)
		buf_addf(&b, "%s: %s\r\n", f->name, f->value);
	buf_adds(&b, "\r\n");
	res->sent = true;
	int result = res->write(res->write_ctx, b.data, b.len);
	buf_free(&b);
	return result == 0 ? 0 : err_set(e, ERR_IO, NULL, "the client went away");
}

int response_stream_begin(struct response *res, struct err *e)
{
	res->streaming = true;
	return send_headers(res, e);
}

int response_stream(struct response *res, const char *bytes, size_t n, struct err *e)
{
	if (res->head || n == 0)
		return 0;
	if (res->write(res->write_ctx, bytes, n) != 0)
		return err_set(e, ERR_IO, NULL, "the client went away");
	return 0;
}

void response_abort(struct response *res)
{
	res->aborted = true;
}

int response_send(struct response *res, struct err *e)
{
	if (res->sent || res->aborted)
		return 0;
	if (send_headers(res, e) != 0)
		return -1;
	if (res->head || res->body.len == 0 || !has_body(res->status))
		return 0;
	if (res->write(res->write_ctx, res->body.data, res->body.len) != 0)
		return err_set(e, ERR_IO, NULL, "the client went away");
	return 0;
}
