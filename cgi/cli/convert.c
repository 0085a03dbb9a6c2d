/* `rollcall convert FILE`: writes an older file in today's form to standard output, and what was
 * changed or left out to standard error. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "cli/cli.h"
#include "csv/convert.h"

struct work {
	FILE *in;
	bool errors;		/* in the file */
	bool unwritten;		/* writing to standard output failed */
};

static bool write_out(void *ctx, const char *bytes, size_t n)
{
	struct work *w = ctx;

	w->unwritten = fwrite(bytes, 1, n, stdout) != n;
	return !w->unwritten;
}

static bool print_note(void *ctx, const char *text)
{
	(void)ctx;
	fprintf(stderr, "rollcall: %s\n", text);
	return true;
}

static bool print_issue(void *ctx, const struct issue *i)
{
	struct work *w = ctx;
	struct buf text = {0};

	w->errors = true;
	issue_write(&text, i, NULL, NULL);
	if (i->row > 0)
		fprintf(stderr, "rollcall: row %ld: %s\n", i->sheet_row, buf_str(&text));
	else
		fprintf(stderr, "rollcall: %s\n", buf_str(&text));
	buf_free(&text);
	return true;
}

/* Drops issues: the first reading has printed them. */
static bool ignore_issue(void *ctx, const struct issue *i)
{
	(void)ctx;
	(void)i;
	return true;
}

/* Passes the file from its beginning to `feed`, until that returns false. */
static int read_file(FILE *in, bool (*feed)(void *ctx, const char *bytes, size_t n), void *ctx,
    struct err *e)
{
	char bytes[16 * 1024];
	size_t n;

	rewind(in);
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0 && feed(ctx, bytes, n))
		;
	if (ferror(in))
		return err_set(e, ERR_IO, NULL, "the file cannot be read: %s", strerror(errno));
	return 0;
}

static bool feed_probe(void *ctx, const char *bytes, size_t n)
{
	convert_probe_push(ctx, bytes, n);
	return true;
}

static bool feed_convert(void *ctx, const char *bytes, size_t n)
{
	return convert_push(ctx, bytes, n) == 0;
}

static int convert_with(struct work *w, enum convert_encoding encoding,
    const struct convert_sink *sink, bool *whole, struct err *e)
{
	struct convert *c = convert_new(encoding, false, sink);
	int rc = read_file(w->in, feed_convert, c, e);

	*whole = rc == 0 && convert_end(c) == 0;
	convert_free(c);
	return rc;
}

/* Reads the file for its encoding, then for its errors, and only then writes it: nothing is written of
 * a file that cannot be converted. */
static int convert(struct work *w, struct err *e)
{
	const struct convert_sink check = { w, NULL, print_note, print_issue };
	const struct convert_sink written = { w, write_out, NULL, ignore_issue };
	struct convert_probe probe = {0};
	enum convert_encoding encoding;
	bool whole;

	if (read_file(w->in, feed_probe, &probe, e) != 0)
		return -1;
	encoding = convert_probe_end(&probe);
	if (convert_with(w, encoding, &check, &whole, e) != 0)
		return -1;
	if (whole && convert_with(w, encoding, &written, &whole, e) != 0)
		return -1;
	if (w->unwritten || fflush(stdout) != 0)
		return err_set(e, ERR_IO, "standard output", "cannot be written: %s", strerror(errno));
	return 0;
}

/* Copies standard input to a temporary file: it may be a pipe, and the file is read more than once. */
static FILE *keep(FILE *in, struct err *e)
{
	FILE *kept = file_temporary(e);
	char bytes[16 * 1024];
	size_t n;

	if (kept == NULL)
		return NULL;
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0 && fwrite(bytes, 1, n, kept) == n)
		;
	if (ferror(in) || ferror(kept) || fflush(kept) != 0) {
		err_set(e, ERR_IO, "temporary file", "cannot be written: %s", strerror(errno));
		fclose(kept);
		return NULL;
	}
	return kept;
}

static FILE *open_file(const char *path, struct err *e)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

	if (f == NULL) {
		cli_cannot_open(path, e);
		return NULL;
	}
	if (fseek(f, 0, SEEK_CUR) == 0)
		return f;
	FILE *kept = keep(f, e);
	if (f != stdin)
		fclose(f);
	return kept;
}

int cli_convert(const struct conf *conf, int argc, char **argv)
{
	struct work w = {0};
	struct err e = {0};

	(void)conf;
	if (argc == 3 && strcmp(argv[1], "--") == 0)
		argv++, argc--;
	if (argc != 2 || (argv[1][0] == '-' && argv[1][1] != '\0'))
		return cli_usage("convert FILE\n"
		    "\n"
		    "Separators, older column names and Windows-1252 become what Rollcall writes\n"
		    "today, on standard output. FILE may be - for standard input.");
	w.in = open_file(argv[1], &e);
	if (w.in == NULL)
		return cli_fail(&e);
	int rc = convert(&w, &e);
	fclose(w.in);
	if (rc != 0)
		return cli_fail(&e);
	return w.errors ? CLI_FILE : CLI_OK;
}
