/* The route table's look-up. */
#include "http/route.h"

#include <string.h>

#include "base/buf.h"
#include "http/form.h"

/* Length of the segment at `s`, which begins with "/". */
static size_t segment(const char *s)
{
	return 1 + strcspn(s + 1, "/");
}

static bool is_param(const char *pattern)
{
	return pattern[0] == '/' && pattern[1] == '{';
}

static bool matches(const char *pattern, const char *path)
{
	while (*pattern == '/' && *path == '/') {
		size_t np = segment(pattern), n = segment(path);
		if (is_param(pattern) ? n < 2 : np != n || memcmp(pattern, path, n) != 0)
			return false;
		pattern += np;
		path += n;
	}
	return *pattern == '\0' && *path == '\0';
}

/* Whether pattern `a` is more specific than `b`; both match the path.  *same: they match the
 * same paths. */
static bool closer(const char *a, const char *b, bool *same)
{
	*same = false;
	while (*a == '/' && *b == '/') {
		if (is_param(a) != is_param(b))
			return is_param(b);
		a += segment(a);
		b += segment(b);
	}
	*same = true;
	return false;
}

static bool serves(unsigned methods, enum http_method method)
{
	return (methods & (unsigned)method) != 0 ||
	    (method == HTTP_HEAD && (methods & HTTP_GET) != 0);
}

static const char *allow_list(unsigned methods, struct arena *mem)
{
	static const struct {
		enum http_method method;
		const char *name;
	} names[] = {
		{ HTTP_GET, "GET" }, { HTTP_HEAD, "HEAD" }, { HTTP_POST, "POST" },
		{ HTTP_PUT, "PUT" }, { HTTP_DELETE, "DELETE" },
	};
	struct buf b = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (serves(methods, names[i].method))
			buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", names[i].name);
	const char *list = arena_strdup(mem, buf_str(&b));
	buf_free(&b);
	return list;
}

static void take_params(const char *pattern, const char *path, struct arena *mem,
    struct route_match *m)
{
	while (*pattern == '/') {
		size_t np = segment(pattern), n = segment(path);
		if (is_param(pattern) && m->n < ROUTE_PARAMS_MAX) {
			m->params[m->n].name = arena_strndup(mem, pattern + 2, np - 3);
			m->params[m->n].value = arena_strndup(mem, path + 1, n - 1);
			m->n++;
		}
		pattern += np;
		path += n;
	}
}

enum route_result route_find(const struct route *table, size_t n,
    enum http_method method, const char *path, struct arena *mem, struct route_match *m)
{
	const struct route *best = NULL, *found = NULL;
	unsigned methods = 0;

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < n; i++) {
		const struct route *r = &table[i];
		bool same = true;
		if (!matches(r->pattern, path))
			continue;
		if (best == NULL || closer(r->pattern, best->pattern, &same)) {
			best = r;
			found = NULL;
			methods = 0;
		} else if (!same) {
			continue;
		}
		methods |= r->methods;
		if (found == NULL && serves(r->methods, method))
			found = r;
	}
	if (best == NULL)
		return ROUTE_NOT_FOUND;
	if (found == NULL) {
		m->allow = allow_list(methods, mem);
		return ROUTE_METHOD_NOT_ALLOWED;
	}
	m->route = found;
	take_params(found->pattern, path, mem, m);
	return ROUTE_FOUND;
}

const char *route_param(const struct route_match *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->params[i].name, name) == 0)
			return m->params[i].value;
	return NULL;
}

long route_id(const struct route_match *m)
{
	return form_number(route_param(m, "id"), 1, 999999999, 0);
}
