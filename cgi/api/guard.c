/* The guards of the API: its accounts, encryption, types of bodies.  Contract: guard.h. */
#include "api/guard.h"

#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "auth/account.h"
#include "auth/password.h"
#include "auth/token.h"
#include "base/utf8.h"
#include "http/header.h"

/* More bytes than the longest name, a colon and the longest password have. */
#define BASIC_MAX 1024

static int refuse(struct api *a, const char *why)
{
	response_header(a->res, "WWW-Authenticate", "Basic realm=\"Rollcall\", charset=\"UTF-8\"");
	return api_problem(a, 401, "%s", why);
}

/* --- Basic ---------------------------------------------------------------- */

/* Decodes n characters of Base64 with its padding; NULL if they are none. */
static char *base64(struct arena *mem, const char *text, size_t n)
{
	unsigned char *out = arena_alloc(mem, n + 1);
	size_t padding = n > 1 && text[n - 1] == '=' ? (text[n - 2] == '=' ? 2 : 1) : 0;

	if (n == 0 || n % 4 != 0)
		return NULL;
	int len = EVP_DecodeBlock(out, (const unsigned char *)text, (int)n);
	if (len < 0 || (size_t)len < padding)
		return NULL;
	out[(size_t)len - padding] = '\0';
	/* A NUL inside would end the password early. */
	return strlen((char *)out) == (size_t)len - padding ? (char *)out : NULL;
}

/* Splits `Basic BASE64(name:password)`; false if it is none. */
static bool read_basic(struct api *a, const char *header, const char **name, char **password)
{
	const char *text;
	char *pair, *colon;

	if (strncasecmp(header, "Basic ", 6) != 0)
		return false;
	text = header + 6 + strspn(header + 6, " ");
	size_t n = strcspn(text, " ");
	if (n > BASIC_MAX || (pair = base64(a->mem, text, n)) == NULL)
		return false;
	colon = strchr(pair, ':');
	if (colon == NULL || !utf8_valid(pair, strlen(pair)))
		return false;
	*colon = '\0';
	*name = pair;
	*password = colon + 1;
	return true;
}

int guard_basic(struct api *a, const char *action, struct signin *in, struct err *e)
{
	const char *header = request_header(a->req, "authorization");
	const char *name;
	char *password;
	int rc;

	if (header == NULL)
		return refuse(a, "Name the account: HTTP Basic, or X-Auth-Token.");
	if (!read_basic(a, header, &name, &password))
		return refuse(a, "The Authorization header is not HTTP Basic.");
	rc = guard_password(a, name, password, action, in, e);
	explicit_bzero(password, strlen(password));
	return rc;
}

int guard_password(struct api *a, const char *name, const char *password, const char *action,
    struct signin *in, struct err *e)
{
	if (signin_check(a->db, name, password, a->req->remote_addr, action, in, e) != 0)
		return -1;
	if (in->wait > 0) {
		api_retry(a, in->wait);
		return api_problem(a, 429, "Too many failed attempts: try again in %ld s.", in->wait);
	}
	if (!in->ok)
		return refuse(a, "Unknown login or wrong password.");
	if (in->factor || a->conf->second_factor_required)
		return refuse(a, "The password alone is not enough here: send a token that was made in the browser.");
	return CALL_PASS;
}

/* --- account and scope ---------------------------------------------------- */

int guard_account(struct api *a, struct err *e)
{
	const char *token = request_header(a->req, "x-auth-token");
	struct principal *who = arena_alloc(a->mem, sizeof(*who));
	struct signin in = {0};
	struct token known = { .rights = RIGHT_ALL };
	bool found = false;
	int rc;

	if (db_ensure(a->db, e) != 0)
		return -1;
	if (token != NULL) {
		if (token_find(a->db, token, &known, a->mem, e) != 0)
			return -1;
		in.admin_id = known.admin_id;
		in.proof = known.proof;
		if (in.admin_id == 0)
			return refuse(a, "The token is unknown, or has expired.");
	} else if ((rc = guard_basic(a, "login.api", &in, e)) != CALL_PASS) {
		return rc;
	}
	if (account_find(a->db, in.admin_id, &in.proof, request_header(a->req, "wazo-tenant"), a->mem, who,
	    &found, e) != 0)
		return -1;
	if (!found) {
		/* A principal without scope and rights, for the audit. */
		*who = (struct principal){ .admin_id = in.admin_id, .scope = "{}", .proof = in.proof };
		a->who = who;
		a->refused = "tenant";
		return refuse(a, "The tenant is unknown, or not in the scope of the account.");
	}
	if (who->password_due) {
		a->who = who;
		a->refused = "password";
		return api_problem(a, 403, "The password was set by another administrator: "
		    "change it in the browser first.");
	}
	who->rights &= known.rights;
	a->who = who;
	return CALL_PASS;
}

/* --- transport ------------------------------------------------------------ */

static bool loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

bool guard_private(const struct api *a)
{
	return !a->conf->secure_cookies || a->req->https || loopback(a->req->remote_addr);
}

int guard_transport(struct api *a)
{
	const struct route *row = a->route.route;
	/* The public routes of tokens have a secret in the request too. */
	bool secret = row->login != ROUTE_PUBLIC || strncmp(row->pattern, "/api/auth/", 10) == 0;

	if (!secret || guard_private(a))
		return CALL_PASS;
	return api_problem(a, 403, "Use https: over plain HTTP others read the password.");
}

/* --- body ----------------------------------------------------------------- */

/* Whether the type is `text/csv; charset=utf-8`, or without the semicolon, as in the documentation of
 * the older service. */
static bool is_csv(struct api *a)
{
	const char *type = a->req->content_type;
	struct buf charset = {0};
	bool fits;

	if (strcasecmp(type, "text/csv charset=utf-8") == 0)
		return true;
	if (!header_is(type, "text/csv"))
		return false;
	int has = header_param(type, "charset", &charset);
	fits = has == 0 || (has == 1 && (strcasecmp(buf_str(&charset), "utf-8") == 0
	    || strcasecmp(buf_str(&charset), "utf8") == 0 || strcasecmp(buf_str(&charset), "us-ascii") == 0));
	buf_free(&charset);
	return fits;
}

#define SEND_CSV "send the CSV as the body with Content-Type: text/csv; charset=utf-8 " \
	"(curl: -H 'Content-Type: text/csv; charset=utf-8' --data-binary @file.csv), " \
	"or as one file of multipart/form-data (curl: -F file=@file.csv), which may be a workbook (.xlsx, .ods)"

int guard_body_type(struct api *a)
{
	const char *type = a->req->content_type, *encoding = request_header(a->req, "content-encoding");

	if (a->route.route->body == ROUTE_JSON)
		return header_is(type, "application/json") ? CALL_PASS
		    : api_problem(a, 415, "Send a JSON object with Content-Type: application/json.");
	if (a->route.route->body != ROUTE_CSV)
		return CALL_PASS;
	if (encoding != NULL && *encoding != '\0' && strcasecmp(encoding, "identity") != 0)
		return api_problem(a, 415, "The body is encoded (%.40s): send it as it is.",
		    utf8_valid(encoding, strlen(encoding)) ? encoding : "?");
	/* A request without a body is a file without rows. */
	if ((*type == '\0' && a->req->content_length <= 0) || is_csv(a)
	    || header_is(type, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	    || header_is(type, "application/vnd.oasis.opendocument.spreadsheet")
	    || header_is(type, "multipart/form-data"))
		return CALL_PASS;
	if (header_is(type, "text/csv"))
		return api_problem(a, 415, "The file must be UTF-8: " SEND_CSV ".");
	if (header_is(type, "application/x-www-form-urlencoded"))
		return api_problem(a, 415, "The body is sent as a form, which is what curl does by itself: "
		    SEND_CSV ".");
	return api_problem(a, 415, "This type of body cannot be read: " SEND_CSV ".");
}
