/* A request from FastCGI parameters. */
#include "http/request.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/utf8.h"
#include "http/percent.h"

/* A parameter, NULL if absent. */
static const char *find_param(const struct request *req, const char *name)
{
	size_t n = strlen(name);

	for (const char *const *p = req->params; *p != NULL; p++)
		if (strncmp(*p, name, n) == 0 && (*p)[n] == '=')
			return *p + n + 1;
	return NULL;
}

static const char *param(const struct request *req, const char *name)
{
	const char *value = find_param(req, name);

	return value == NULL ? "" : value;
}

static const char *const *copy_params(struct arena *mem, const char *const *params)
{
	size_t n = 0;

	while (params[n] != NULL)
		n++;
	const char **copy = arena_alloc(mem, (n + 1) * sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(mem, params[i]);
	return copy;
}

static const char *random_id(struct arena *mem)
{
	uint64_t id;

	if (getrandom(&id, sizeof(id), 0) != (ssize_t)sizeof(id))
		abort();
	return arena_printf(mem, "%016llx", (unsigned long long)id);
}

static enum http_method method_of(const char *name)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {
		{ "GET", HTTP_GET }, { "HEAD", HTTP_HEAD }, { "POST", HTTP_POST },
		{ "PUT", HTTP_PUT }, { "DELETE", HTTP_DELETE },
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, name) == 0)
			return methods[i].method;
	return HTTP_OTHER;
}

/* Decodes n bytes into `out` (n + 1 bytes of room). */
static int decode_path(const char *s, size_t n, char *out, struct err *e)
{
	size_t len;

	if (memchr(s, '#', n) != NULL)
		return err_set(e, ERR_INVALID, "path", "the address holds a \"#\", which browsers do not send");
	if (percent_decode(out, s, n, false, &len) != 0)
		return err_set(e, ERR_INVALID, "path", "the address has a bad percent sequence");
	if (!utf8_printable(out, len))
		return err_set(e, ERR_INVALID, "path",
		    "the address holds a character that cannot be in one");
	return 0;
}

/* Resolves "//", "." and ".." in place, as nginx does before it chooses a location. */
static int normalise(char *path, struct err *e)
{
	char *out = path;	/* never ahead of the place that is read */

	for (const char *s = path; *s != '\0';) {
		s += strspn(s, "/");
		size_t n = strcspn(s, "/");
		bool last = s[n] == '\0';
		if (n == 0 || (n == 1 && s[0] == '.')) {
			if (last)
				*out++ = '/';
		} else if (n == 2 && s[0] == '.' && s[1] == '.') {
			if (out == path)
				return err_set(e, ERR_INVALID, "path",
				    "the address leads above the root");
			while (*--out != '/')
				;
			if (last)
				*out++ = '/';
		} else {
			*out++ = '/';
			memmove(out, s, n);
			out += n;
		}
		s += n;
	}
	*out = '\0';
	return 0;
}

/* nginx chooses limits and pools by the path as it has decoded it.  So the program must come to
 * the same path. */
static int compare_path(const struct request *req, const char *path, struct err *e)
{
	const char *read = find_param(req, "DOCUMENT_URI");

	if (req->beforehand || read == NULL || strcmp(read, path) == 0)
		return 0;
	return err_set(e, ERR_INVALID, "path", "the address can be read in more than one way");
}

static int read_target(struct request *req, struct err *e)
{
	req->target = param(req, "REQUEST_URI");
	if (req->target[0] != '/')
		return err_set(e, ERR_INVALID, "path", "the address does not begin with \"/\"");
	size_t n = strcspn(req->target, "?");
	req->query = req->target[n] == '?' ? req->target + n + 1 : "";
	char *path = arena_alloc(req->mem, n + 1);
	if (decode_path(req->target, n, path, e) != 0 || normalise(path, e) != 0
	    || compare_path(req, path, e) != 0)
		return -1;
	req->path = path;
	return 0;
}

static int read_length(struct request *req, struct err *e)
{
	const char *text = param(req, "CONTENT_LENGTH");
	long long length = 0;

	if (text[0] == '\0')
		return 0;
	for (const char *s = text; *s != '\0'; s++) {
		if (!isdigit((unsigned char)*s) || length > (INT64_MAX - 9) / 10)
			return err_set(e, ERR_INVALID, "content-length",
			    "the length of the body is no number");
		length = length * 10 + (*s - '0');
	}
	req->content_length = length;
	return 0;
}

static int read_host(struct request *req, struct err *e)
{
	const char *host = param(req, "HTTP_HOST");

	for (const char *s = host; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) && strchr("-.:[]_", *s) == NULL)
			return err_set(e, ERR_INVALID, "host", "the name of the host is not valid");
	req->host = host;
	return 0;
}

int request_init(struct request *req, struct arena *mem,
    const char *const *params, request_body *body, void *ctx)
{
	*req = (struct request){ .mem = mem, .body = body, .body_ctx = ctx,
		.path = "", .query = "", .target = "", .host = "", .content_length = -1 };
	req->params = copy_params(mem, params);
	req->id = random_id(mem);
	req->method = method_of(param(req, "REQUEST_METHOD"));
	req->content_type = param(req, "CONTENT_TYPE");
	req->remote_addr = param(req, "REMOTE_ADDR");
	req->https = strcasecmp(param(req, "HTTPS"), "on") == 0;
	req->accept_language = param(req, "HTTP_ACCEPT_LANGUAGE");
	req->tls_port = param(req, "TLS_PORT");
	/* Set by a location of nginx that clients cannot reach. */
	req->refused = *param(req, "REFUSED") != '\0';
	req->beforehand = strcmp(param(req, "DOCUMENT_URI"), "/beforehand") == 0;

	if (read_target(req, &req->error) == 0 && read_length(req, &req->error) == 0 &&
	    read_host(req, &req->error) == 0)
		return 0;
	req->path = "";
	return -1;
}

const char *request_header(const struct request *req, const char *name)
{
	char key[80];
	size_t n = 0;

	if (strcmp(name, "content-type") == 0 || strcmp(name, "content-length") == 0) {
		const char *value = find_param(req,
		    name[8] == 't' ? "CONTENT_TYPE" : "CONTENT_LENGTH");
		return value == NULL || value[0] == '\0' ? NULL : value;
	}
	memcpy(key, "HTTP_", 5);
	for (n = 5; name[n - 5] != '\0'; n++) {
		if (n == sizeof(key) - 1)
			return NULL;
		char c = name[n - 5];
		key[n] = c == '-' ? '_' : (char)toupper((unsigned char)c);
	}
	key[n] = '\0';
	return find_param(req, key);
}

const char *request_cookie(const struct request *req, const char *name)
{
	const char *s = find_param(req, "HTTP_COOKIE");
	size_t n = strlen(name);

	while (s != NULL && *s != '\0') {
		s += strspn(s, "; \t");
		size_t len = strcspn(s, ";");
		if (len > n && s[n] == '=' && memcmp(s, name, n) == 0) {
			const char *value = s + n + 1;
			size_t value_len = len - n - 1;
			while (value_len > 0 && (value[value_len - 1] == ' ' ||
			    value[value_len - 1] == '\t'))
				value_len--;
			return arena_strndup(req->mem, value, value_len);
		}
		s += len;
	}
	return NULL;
}

int request_read(struct request *req, char *bytes, size_t cap, size_t *n, struct err *e)
{
	*n = 0;
	if (req->content_length < 0 || cap == 0)
		return 0;
	long long left = req->content_length - req->body_read;
	if (left == 0)
		return 0;
	if (left < (long long)cap)
		cap = (size_t)left;
	long did = req->body == NULL ? 0 : req->body(req->body_ctx, bytes, cap);
	if (did <= 0 || (size_t)did > cap)
		return err_set(e, ERR_INVALID, "body",
		    "the upload was cut off: %lld of %lld bytes came",
		    req->body_read, req->content_length);
	req->body_read += did;
	*n = (size_t)did;
	return 0;
}

bool request_cross_site(const struct request *req)
{
	const char *site = request_header(req, "sec-fetch-site");
	const char *origin = request_header(req, "origin");

	if (site != NULL)
		return strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
	if (origin == NULL || *origin == '\0')
		return false;
	return strcmp(origin, arena_printf(req->mem, "%s://%s", req->https ? "https" : "http",
	    req->host)) != 0;
}

bool request_own_path(const char *path)
{
	if (path[0] != '/' || path[1] == '/' || path[1] == '\\')
		return false;
	for (const char *s = path; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7F)
			return false;
	return true;
}
