/* JSON that is sent as it is made.  Contract: emit.h. */
#include "api/emit.h"

#define MUCH ((size_t)64 * 1024)

static void add_escaped(struct buf *out, unsigned char c)
{
	switch (c) {
	case '"':
		buf_adds(out, "\\\"");
		break;
	case '\\':
		buf_adds(out, "\\\\");
		break;
	case '\n':
		buf_adds(out, "\\n");
		break;
	case '\r':
		buf_adds(out, "\\r");
		break;
	case '\t':
		buf_adds(out, "\\t");
		break;
	default:
		buf_addf(out, "\\u%04x", c);
	}
}

void emit_text(struct emit *out, const char *text)
{
	struct buf *b = &out->buf;
	const char *plain = text;

	if (text == NULL) {
		buf_adds(b, "null");
		return;
	}
	buf_addch(b, '"');
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F)
			continue;
		buf_add(b, plain, (size_t)(text - plain));
		add_escaped(b, c);
		plain = text + 1;
	}
	buf_add(b, plain, (size_t)(text - plain));
	buf_addch(b, '"');
}

int emit_flush(struct emit *out, struct err *e)
{
	int rc = out->buf.len > 0 ? out->sink(out->ctx, out->buf.data, out->buf.len, e) : 0;

	buf_reset(&out->buf);
	return rc;
}

int emit_some(struct emit *out, struct err *e)
{
	return out->buf.len < MUCH ? 0 : emit_flush(out, e);
}
