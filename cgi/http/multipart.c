/* multipart/form-data: the streaming parser.
 *
 * A delimiter is CRLF, two hyphens and the boundary.  A chunk may end in bytes that look like
 * the beginning of one.  A delimiter has a CR only as its first byte, so these undecided bytes
 * are always its first bytes: `matched` counts them, and they need not be stored. */
#include "http/multipart.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "http/header.h"

#define BOUNDARY_MAX	70
#define NAME_SHOWN_MAX	255

enum state {
	DATA,		/* in the data of a part, or in the preamble */
	AFTER,		/* after a delimiter */
	AFTER_HYPHEN,	/* after a delimiter and a hyphen */
	AFTER_CR,	/* after a delimiter and CR */
	PADDING,	/* after a delimiter and blanks */
	PADDING_CR,	/* after a delimiter, blanks and CR */
	HEADERS,
	CLOSED		/* after the closing delimiter: the epilogue */
};

struct multipart {
	struct multipart_limits limits;
	struct multipart_sink sink;
	enum state state;
	char delimiter[4 + BOUNDARY_MAX];
	size_t delimiter_len;
	size_t matched;		/* bytes of the delimiter seen and not yet decided */
	/* At the start of the body, and of a part without data, the CRLF of the delimiter may be
	 * missing: then 2 bytes of `matched` were not sent. */
	size_t imagined;
	bool in_part;
	bool is_field;		/* the part has no filename */
	size_t field_bytes;
	size_t parts;
	long long total;
	struct buf header;	/* of the part that begins */
	bool paused;
	const char *rest;	/* while paused: bytes of the last push */
	size_t rest_len;
	bool failed;
	struct err error;	/* the error that ended the parsing */
};

/* RFC 2046: letters, digits and these; no blank at the end. */
static bool boundary_ok(const char *s, size_t n)
{
	if (n == 0 || n > BOUNDARY_MAX || s[n - 1] == ' ')
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = s[i];
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && (c == '\0' || strchr("'()+_,-./:=? ", c) == NULL))
			return false;
	}
	return true;
}

struct multipart *multipart_new(const char *content_type,
    const struct multipart_limits *limits, const struct multipart_sink *sink, struct err *e)
{
	struct multipart *m = NULL;
	struct buf boundary = {0};

	if (!header_is(content_type, "multipart/form-data")) {
		err_set(e, ERR_INVALID, "content-type", "the body is no multipart/form-data");
		goto out;
	}
	if (header_param(content_type, "boundary", &boundary) != 1 ||
	    !boundary_ok(boundary.data, boundary.len)) {
		err_set(e, ERR_INVALID, "content-type",
		    "the upload has no boundary of 1 to %d allowed characters", BOUNDARY_MAX);
		goto out;
	}
	m = calloc(1, sizeof(*m));
	if (m == NULL)
		abort();
	m->limits = *limits;
	m->sink = *sink;
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary.data, boundary.len);
	m->delimiter_len = 4 + boundary.len;
	m->state = DATA;
	m->matched = m->imagined = 2;
out:
	buf_free(&boundary);
	return m;
}

void multipart_free(struct multipart *m)
{
	if (m == NULL)
		return;
	buf_free(&m->header);
	free(m);
}

/* Gives data of the part to the sink.  Before the first part it is the preamble, and dropped. */
static int emit(struct multipart *m, const char *bytes, size_t n, struct err *e)
{
	if (!m->in_part || n == 0)
		return 0;
	if (m->is_field) {
		m->field_bytes += n;
		if (m->field_bytes > m->limits.max_field)
			return err_set(e, ERR_TOO_LARGE, "upload",
			    "a field of the form is larger than %zu bytes", m->limits.max_field);
	}
	return m->sink.part_data(m->sink.ctx, bytes, n, e);
}

/* The matched bytes are not a delimiter: gives them to the sink as data. */
static int give_back(struct multipart *m, struct err *e)
{
	size_t from = m->imagined, to = m->matched;

	m->matched = m->imagined = 0;
	m->state = DATA;
	return to > from ? emit(m, m->delimiter + from, to - from, e) : 0;
}

/* Continues a delimiter that began in earlier bytes.  Returns how many of the n bytes belong to
 * it, -1 for an error. */
static long go_on(struct multipart *m, const char *p, size_t n, struct err *e)
{
	size_t i = 0;

	while (i < n && m->matched < m->delimiter_len && p[i] == m->delimiter[m->matched]) {
		i++;
		m->matched++;
	}
	if (m->matched == m->delimiter_len)
		m->state = AFTER;
	else if (i < n && give_back(m, e) != 0)
		return -1;
	return (long)i;
}

/* Consumes data up to a delimiter or the end; advances *p. */
static int push_data(struct multipart *m, const char **p, const char *end, struct err *e)
{
	if (m->matched > 0) {
		long n = go_on(m, *p, (size_t)(end - *p), e);
		if (n < 0)
			return -1;
		*p += n;
		if (m->matched > 0)
			return 0;
	}
	const char *at = *p;
	size_t n = (size_t)(end - at);
	const char *hit = memmem(at, n, m->delimiter, m->delimiter_len);
	if (hit != NULL) {
		*p = hit + m->delimiter_len;
		m->matched = m->delimiter_len;
		m->state = AFTER;
		return emit(m, at, (size_t)(hit - at), e);
	}
	/* A CR near the end may begin a delimiter that continues in the next chunk. */
	size_t tail = n < m->delimiter_len - 1 ? n : m->delimiter_len - 1;
	const char *cr = memrchr(end - tail, '\r', tail);
	if (cr != NULL && memcmp(cr, m->delimiter, (size_t)(end - cr)) == 0) {
		m->matched = (size_t)(end - cr);
		n = (size_t)(cr - at);
	}
	*p = end;
	return emit(m, at, n, e);
}

/* A whole delimiter was read: it ends the part before it, if any. */
static int end_part(struct multipart *m, enum state next, struct err *e)
{
	m->matched = m->imagined = 0;
	m->state = next;
	buf_reset(&m->header);
	if (!m->in_part)
		return 0;
	m->in_part = false;
	return m->sink.part_end(m->sink.ctx, e);
}

/* Replaces the escapes of browsers: %22 for a quote, %0D and %0A. */
static void unescape(struct buf *b)
{
	size_t len = 0;

	for (size_t i = 0; i < b->len; i++) {
		char c = b->data[i];
		if (c == '%' && b->len - i > 2) {
			const char *code = b->data + i + 1;
			char plain = strncmp(code, "22", 2) == 0 ? '"' :
			    strncasecmp(code, "0d", 2) == 0 ? '\r' :
			    strncasecmp(code, "0a", 2) == 0 ? '\n' : '\0';
			if (plain != '\0') {
				c = plain;
				i += 2;
			}
		}
		b->data[len++] = c;
	}
	b->len = len;
	if (b->data != NULL)
		b->data[len] = '\0';
}

/* Turns the file name that a client sent into one that can be shown. */
static void clean_filename(struct buf *b)
{
	struct buf clean = {0};
	size_t from = b->len, len;

	while (from > 0 && b->data[from - 1] != '/' && b->data[from - 1] != '\\')
		from--;
	for (size_t i = from; i < b->len; i += len) {
		int32_t c = utf8_decode(b->data + i, b->len - i, &len);
		if (clean.len + len > NAME_SHOWN_MAX)
			break;
		if (c < 0)
			buf_addch(&clean, '_');
		else if (!utf8_unprintable(c))
			buf_add(&clean, b->data + i, len);
	}
	/* An empty name means "no file", so only a name that was sent empty may stay empty. */
	if (b->len > 0 && (clean.len == 0 || strcmp(clean.data, ".") == 0 ||
	    strcmp(clean.data, "..") == 0)) {
		buf_reset(&clean);
		buf_adds(&clean, "unnamed");
	}
	buf_free(b);
	*b = clean;
}

static bool name_ok(const struct buf *b)
{
	return b->len > 0 && utf8_printable(b->data, b->len);
}

/* The headers of a part that count. */
struct part_headers {
	const char *disposition;
	const char *type;
	const char *encoding;
};

/* One `name: value` line. */
static int read_line(char *line, struct part_headers *h, struct err *e)
{
	char *colon = strchr(line, ':');

	if (colon == NULL || colon == line || strcspn(line, " \t") < (size_t)(colon - line))
		return err_set(e, ERR_INVALID, "upload", "a part's header cannot be read");
	*colon = '\0';
	const char *value = colon + 1 + strspn(colon + 1, " \t");
	const char **field = strcasecmp(line, "Content-Disposition") == 0 ? &h->disposition :
	    strcasecmp(line, "Content-Type") == 0 ? &h->type :
	    strcasecmp(line, "Content-Transfer-Encoding") == 0 ? &h->encoding : NULL;
	if (field == NULL)
		return 0;
	if (*field != NULL)
		return err_set(e, ERR_INVALID, "upload", "a part has the header %s twice", line);
	*field = value;
	return 0;
}

/* Splits the header block, which ends with an empty line, in place. */
static int read_headers(struct buf *b, struct part_headers *h, struct err *e)
{
	char *s = b->data, *end = b->data + b->len - 2;

	while (s < end) {
		char *crlf = memmem(s, (size_t)(end - s), "\r\n", 2);
		*crlf = '\0';
		/* Only CRLF ends a line.  A NUL would hide the rest of the line. */
		if (strlen(s) != (size_t)(crlf - s) || strpbrk(s, "\r\n") != NULL)
			return err_set(e, ERR_INVALID, "upload", "a part's header cannot be read");
		if (read_line(s, h, e) != 0)
			return -1;
		s = crlf + 2;
	}
	return 0;
}

static int check_headers(const struct part_headers *h, struct err *e)
{
	if (h->disposition == NULL || !header_is(h->disposition, "form-data"))
		return err_set(e, ERR_INVALID, "upload",
		    "a part has no header \"Content-Disposition: form-data\"");
	if (h->encoding != NULL && !header_is(h->encoding, "binary") &&
	    !header_is(h->encoding, "8bit") && !header_is(h->encoding, "7bit"))
		return err_set(e, ERR_INVALID, "upload",
		    "a part has a transfer encoding, which forms do not use");
	return 0;
}

/* Reads the names of a part; *has_filename: it is a file. */
static int read_names(const struct multipart *m, const char *disposition, struct buf *name,
    struct buf *filename, bool *has_filename, struct err *e)
{
	int has_name = header_param(disposition, "name", name);
	int has_file = header_param(disposition, "filename", filename);
	struct buf other = {0};

	unescape(name);
	unescape(filename);
	if (has_name != 1 || has_file < 0 || !name_ok(name))
		return err_set(e, ERR_INVALID, "upload", "a part has no usable name");
	if (name->len > m->limits.max_name)
		return err_set(e, ERR_TOO_LARGE, "upload", "a field's name is longer than %zu bytes",
		    m->limits.max_name);
	int has_other = has_file == 0 ? header_param(disposition, "filename*", &other) : 0;
	buf_free(&other);
	if (has_other != 0)
		return err_set(e, ERR_INVALID, "upload",
		    "a file has \"filename*\" alone, which forms must not use (RFC 7578)");
	clean_filename(filename);
	*has_filename = has_file == 1;
	return 0;
}

/* The headers are whole: a part begins. */
static int begin_part(struct multipart *m, struct err *e)
{
	struct part_headers h = {0};
	struct buf name = {0}, filename = {0};
	bool has_filename = false;
	int result = -1;

	if (m->parts == m->limits.max_parts) {
		err_set(e, ERR_TOO_LARGE, "upload", "the upload has more than %zu parts",
		    m->limits.max_parts);
		goto out;
	}
	if (read_headers(&m->header, &h, e) != 0 || check_headers(&h, e) != 0 ||
	    read_names(m, h.disposition, &name, &filename, &has_filename, e) != 0)
		goto out;

	m->parts++;
	m->in_part = true;
	m->is_field = !has_filename;
	m->field_bytes = 0;
	m->state = DATA;
	m->matched = m->imagined = 2;
	struct multipart_part part = {
		.name = buf_str(&name),
		.filename = m->is_field ? NULL : buf_str(&filename),
		.type = h.type == NULL ? "" : h.type,
	};
	result = m->sink.part_begin(m->sink.ctx, &part, e);
out:
	buf_free(&name);
	buf_free(&filename);
	return result;
}

/* Consumes header bytes up to the empty line or the end; advances *p. */
static int push_headers(struct multipart *m, const char **p, const char *end, struct err *e)
{
	struct buf *b = &m->header;

	while (*p < end) {
		if (b->len == m->limits.max_header)
			return err_set(e, ERR_TOO_LARGE, "upload",
			    "the headers of a part are larger than %zu bytes", m->limits.max_header);
		buf_addch(b, *(*p)++);
		if (b->data[b->len - 1] != '\n')
			continue;
		bool empty = b->len == 2 && b->data[0] == '\r';
		if (empty || (b->len >= 4 && memcmp(b->data + b->len - 4, "\r\n\r\n", 4) == 0))
			return begin_part(m, e);
	}
	return 0;
}

static int bad_line(struct err *e)
{
	return err_set(e, ERR_INVALID, "upload", "a boundary line goes on behind its boundary");
}

/* Takes one byte after a delimiter.  If neither a new part nor the end follows, the bytes were
 * data that only looked like a delimiter; then the state DATA consumes the byte. */
static int push_after(struct multipart *m, const char **p, struct err *e)
{
	char c = **p;

	switch (m->state) {
	case AFTER:
		if (c != '-' && c != '\r' && c != ' ' && c != '\t')
			return give_back(m, e);
		m->state = c == '-' ? AFTER_HYPHEN : c == '\r' ? AFTER_CR : PADDING;
		break;
	case AFTER_HYPHEN:
		if (c != '-')
			return give_back(m, e) != 0 ? -1 : emit(m, "-", 1, e);
		(*p)++;
		return end_part(m, CLOSED, e);
	case AFTER_CR:
		if (c != '\n') {
			if (give_back(m, e) != 0)
				return -1;
			m->matched = 1;
			return 0;
		}
		(*p)++;
		return end_part(m, HEADERS, e);
	case PADDING:
		if (c != ' ' && c != '\t' && c != '\r')
			return bad_line(e);
		if (c == '\r')
			m->state = PADDING_CR;
		break;
	case PADDING_CR:
		if (c != '\n')
			return bad_line(e);
		(*p)++;
		return end_part(m, HEADERS, e);
	default:
		abort();
	}
	(*p)++;
	return 0;
}

/* Consumes bytes until there are no more, or a pause. */
static int consume(struct multipart *m, const char *p, const char *end, struct err *e)
{
	while (p < end && m->state != CLOSED && !m->paused) {
		int result = m->state == DATA ? push_data(m, &p, end, e) :
		    m->state == HEADERS ? push_headers(m, &p, end, e) : push_after(m, &p, e);
		if (result != 0)
			return -1;
	}
	m->rest = p;
	m->rest_len = (size_t)(end - p);
	return 0;
}

static int push(struct multipart *m, const char *p, size_t n, struct err *e)
{
	if ((unsigned long long)n > (unsigned long long)(m->limits.max_total - m->total))
		return err_set(e, ERR_TOO_LARGE, "upload", "the upload is larger than %lld bytes",
		    m->limits.max_total);
	m->total += (long long)n;
	return consume(m, p, p + n, e);
}

/* Returns the result of a step, and remembers an error: all later steps return it too. */
static int outcome(struct multipart *m, int result, struct err *e)
{
	m->failed = m->failed || result != 0;
	if (m->failed && e != NULL)
		*e = m->error;
	return m->failed ? -1 : 0;
}

int multipart_push(struct multipart *m, const char *bytes, size_t n, struct err *e)
{
	return outcome(m, m->failed ? -1 : push(m, bytes, n, &m->error), e);
}

void multipart_pause(struct multipart *m)
{
	m->paused = true;
}

bool multipart_paused(const struct multipart *m)
{
	return m->paused;
}

int multipart_resume(struct multipart *m, struct err *e)
{
	if (!m->paused)
		return outcome(m, 0, e);
	m->paused = false;
	return outcome(m, consume(m, m->rest, m->rest + m->rest_len, &m->error), e);
}

int multipart_end(struct multipart *m, struct err *e)
{
	int result = m->failed || m->state == CLOSED ? 0 : -1;

	if (result != 0) {
		if (m->parts == 0 && !m->in_part && m->state == DATA)
			err_set(&m->error, ERR_INVALID, "upload",
			    "the upload was cut off before its first part");
		else
			err_set(&m->error, ERR_INVALID, "upload", "the upload was cut off");
	}
	return outcome(m, result, e);
}
