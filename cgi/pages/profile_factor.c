/* The second factor: switched on with a telephone, off with the password. */
#include "auth/factor.h"

#include <errno.h>
#include <string.h>

#include <qrencode.h>

#include "http/percent.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"

#define QUIET 4	/* modules around a QR code (ISO/IEC 18004) */

static const char *field(const struct page *p, const char *name)
{
	const char *text = form_get(&p->form, name);

	return text != NULL ? text : "";
}

static int show(struct page *p, struct err *e)
{
	page_trail(p, PATH_PROFILE, page_text(p, "profile.title", NULL));
	return page_show(p, "profile_factor", page_text(p, "factor.title", NULL), e);
}

static int show_state(struct page *p, struct err *e)
{
	const char *since;
	long codes;

	if (factor_find(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->mem, &since, &codes, e) != 0)
		return -1;
	if (since != NULL) {
		view_set(p->view, since, "Factor.since.iso");
		view_set(p->view, page_time(p, since), "Factor.since.text");
		view_set(p->view, page_count(p, "factor.left", codes), "Factor.left");
	} else if (page_factor_due(p)) {
		page_say(p, PAGE_NOTICE, page_text(p, "factor.due", NULL));
	}
	return show(p, e);
}

int page_factor(struct page *p, struct err *e)
{
	return show_state(p, e);
}

/* Shows the recovery codes, once.  From now on each sign-in needs the second factor. */
static int show_codes(struct page *p, const char *codes, const char *key, struct err *e)
{
	int i = 0;

	for (size_t n; *codes != '\0'; codes += n + (codes[n] == ' ')) {
		n = strcspn(codes, " ");
		view_set(p->view, arena_strndup(p->mem, codes, n), "Codes.%d", i++);
	}
	page_say(p, PAGE_DONE, page_text(p, key, NULL));
	return show(p, e);
}

/* --- switching it on ----------------------------------------------------------- */

/* The QR code of a text as the path of an SVG picture: what stands in <path d="...">, one unit
 * a module, in `mem`.  *size is the picture's width and height with the quiet zone.  NULL with
 * `e` if the text is too long for a QR code. */
static const char *qr_path(struct arena *mem, const char *text, int *size, struct err *e)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	struct buf path = {0};

	if (code == NULL) {
		err_set(e, ERR_INVALID, "QR code", "cannot be made: %s", strerror(errno));
		return NULL;
	}
	/* The lowest bit of a module's byte says that it is dark.  Dark modules in a row are drawn as
	 * one rectangle. */
	for (int y = 0; y < code->width; y++)
		for (int x = 0, n; x < code->width; x += n) {
			const unsigned char *row = code->data + (size_t)y * (size_t)code->width;

			for (n = 1; x + n < code->width && ((row[x + n] ^ row[x]) & 1) == 0; n++)
				;
			if ((row[x] & 1) != 0)
				buf_addf(&path, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
		}
	*size = code->width + 2 * QUIET;
	QRcode_free(code);
	const char *kept = arena_strdup(mem, buf_str(&path));
	buf_free(&path);
	return kept;
}

/* Sets the secret for the telephone, as a QR code and as groups of four letters. */
static int set_secret(struct page *p, const char *secret, struct err *e)
{
	struct buf uri = {0}, groups = {0};
	const char *path;
	int size = 0;

	/* The Key URI Format of Google Authenticator, which all such applications read. */
	buf_adds(&uri, "otpauth://totp/Rollcall:");
	percent_encode(&uri, p->who->username, PERCENT_VALUE);
	buf_addf(&uri, "?secret=%s&issuer=Rollcall", secret);
	for (size_t i = 0; secret[i] != '\0'; i++)
		buf_addf(&groups, "%s%c", i > 0 && i % 4 == 0 ? " " : "", secret[i]);
	path = qr_path(p->mem, buf_str(&uri), &size, e);
	view_set(p->view, path, "Factor.path");
	view_set_long(p->view, size, "Factor.size");
	view_set(p->view, buf_str(&uri), "Factor.uri");
	view_set(p->view, buf_str(&groups), "Factor.secret");
	buf_free(&uri);
	buf_free(&groups);
	return path != NULL ? 0 : -1;
}

static int show_start(struct page *p, struct err *e)
{
	const char *secret;

	if (factor_start(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->mem, &secret, e) != 0)
		return -1;
	/* The second factor was switched on meanwhile. */
	if (secret == NULL)
		return page_go(p, PATH_FACTOR);
	return set_secret(p, secret, e) != 0 ? -1 : show(p, e);
}

/* Says that a code or password was wrong, or how long to wait. */
static void refuse(struct page *p, const char *id, const char *wrong, long wait)
{
	p->res->status = wait > 0 ? 429 : 400;
	if (wait > 0)
		response_header(p->res, "Retry-After", arena_printf(p->mem, "%ld", wait));
	page_fault(p, id, wait > 0 ? page_count(p, "login.wait", wait) : page_text(p, wrong, NULL));
}

static int confirm(struct page *p, struct err *e)
{
	const char *codes;
	long wait;

	if (factor_confirm(p->db, p->conf, cookie_get(p, COOKIE_SESSION), field(p, "code"), p->req->remote_addr,
	    p->mem, &codes, &wait, e) != 0)
		return -1;
	if (codes != NULL)
		return show_codes(p, codes, "factor.done", e);
	refuse(p, "code", "factor.wrong", wait);
	return show_start(p, e);
}

/* --- switching it off ----------------------------------------------------------- */

static int change(struct page *p, bool renew, struct err *e)
{
	const char *codes;
	bool done;
	long wait;

	if (factor_change(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->who->username, field(p, "password"), renew,
	    p->req->remote_addr, p->mem, &done, &codes, &wait, e) != 0)
		return -1;
	if (!done) {
		refuse(p, "password", "password.fault.old", wait);
		return show_state(p, e);
	}
	if (renew)
		return show_codes(p, codes, "factor.renewed", e);
	page_say_next(p, PAGE_DONE, "factor.ended", 1);
	return page_go(p, PATH_PROFILE);
}

int page_factor_post(struct page *p, struct err *e)
{
	const char *action = field(p, "action");

	if (strcmp(action, "start") == 0)
		return show_start(p, e);
	if (strcmp(action, "confirm") == 0)
		return confirm(p, e);
	if (strcmp(action, "renew") == 0 || strcmp(action, "off") == 0)
		return change(p, action[0] == 'r', e);
	return page_stop(p, 400, "bad_request", e);
}
