/* Fuzzes what a client writes into addresses and headers: query strings, paths, cookies, parameters
 * of headers.  What is accepted must be valid, and a form that is encoded again must give the same
 * form. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "http/form.h"
#include "http/header.h"
#include "http/request.h"

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void try_form(struct arena *mem, const char *text, size_t n)
{
	struct form f, again;
	struct buf b = {0};
	struct err e = {0};

	form_init(&f, mem);
	if (form_parse(&f, text, n, &e) != 0) {
		check(f.n == 0 && (e.code == ERR_INVALID || e.code == ERR_TOO_LARGE));
		return;
	}
	for (size_t i = 0; i < f.n; i++) {
		check(utf8_valid(f.pairs[i].name, strlen(f.pairs[i].name)));
		check(utf8_valid(f.pairs[i].value, strlen(f.pairs[i].value)));
		check(form_get(&f, f.pairs[i].name) != NULL);
		form_encode(&b, f.pairs[i].name, f.pairs[i].value);
	}
	form_init(&again, mem);
	/* Encoded again it may be longer than a form may be. */
	if (form_parse(&again, buf_str(&b), b.len, &e) == 0) {
		check(again.n == f.n);
		for (size_t i = 0; i < f.n; i++) {
			check(strcmp(again.pairs[i].name, f.pairs[i].name) == 0);
			check(strcmp(again.pairs[i].value, f.pairs[i].value) == 0);
		}
	} else {
		check(e.code == ERR_TOO_LARGE);
	}
	buf_free(&b);
}

static void try_path(const char *path)
{
	check(path[0] == '/' && utf8_valid(path, strlen(path)));
	check(strstr(path, "//") == NULL && strstr(path, "/./") == NULL && strstr(path, "/../") == NULL);
	for (const char *s = path; *s != '\0'; s++)
		check((unsigned char)*s >= 0x20);
}

static void try_request(struct arena *mem, const char *text)
{
	const char *const params[] = {
		"REQUEST_METHOD=GET",
		arena_printf(mem, "REQUEST_URI=/%s", text),
		arena_printf(mem, "HTTP_COOKIE=%s", text),
		arena_printf(mem, "HTTP_HOST=%.20s", text),
		arena_printf(mem, "CONTENT_LENGTH=%.20s", text),
		NULL,
	};
	const char *const path_alone[] = { params[0], params[1], NULL };
	struct request req;
	size_t n;

	if (request_init(&req, mem, params, NULL, NULL) == 0)
		try_path(req.path);
	if (request_init(&req, mem, path_alone, NULL, NULL) == 0)
		try_path(req.path);
	const char *cookie = request_cookie(&req, "sid");
	check(cookie == NULL || strchr(cookie, ';') == NULL);
	n = strcspn(text, "; =");
	(void)request_cookie(&req, arena_strndup(mem, text, n));
	(void)request_header(&req, text);
	(void)request_own_path(text);
}

static void try_header(const char *text)
{
	struct buf b = {0};
	int result = header_param(text, "a", &b);

	check(result >= -1 && result <= 1 && (result == 1 || b.len == 0));
	(void)header_is(text, "text/csv");
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *mem = arena_new();
	const char *text = arena_strndup(mem, size == 0 ? "" : (const char *)data, size);

	try_form(mem, text, size);
	try_request(mem, text);
	try_header(text);
	arena_free(mem);
	return 0;
}
