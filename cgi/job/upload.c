/* Storing an upload: each chunk as it arrives, then the job's row.  Contract: queue.h. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include <jansson.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "auth/digest.h"
#include "job/queue.h"

#define CHUNK ((size_t)256 * 1024)

/* The arguments that store the chunk. */
#define CHUNK_ARGS(u) arg_long((u)->id), arg_long((u)->chunks), arg_long((u)->who->tenant_id), \
	arg_bytes((u)->chunk, (u)->fill)

struct upload {
	struct db *db;
	const struct principal *who;
	const struct upload_options *options;
	EVP_MD_CTX *sum;
	long id;			/* of the new job */
	long before;			/* the earlier job with this nonce; 0: none */
	char before_sum[DIGEST_HEX_SIZE];	/* SHA-256 of that job's bytes */
	long long bytes;
	long chunks;
	size_t fill;
	char chunk[CHUNK];
};

/* Keeps what is known of the earlier job with this nonce. */
static void read_before(struct upload *u, const PGresult *res)
{
	if (PQntuples(res) == 0)
		return;
	u->before = db_get_long(res, 0, "id");
	snprintf(u->before_sum, sizeof(u->before_sum), "%s", db_get(res, 0, "sha256"));
}

/* ERR_QUOTA if the account or its tenant has reached one of its limits. */
static int check_quota(const struct conf *c, const PGresult *res, struct err *e)
{
	const struct {
		const char *whose;
		long jobs, most_jobs, mb, most_mb;
	} limits[] = {
		{ "account", db_get_long(res, 0, "waiting_account"), c->max_waiting_account,
		    db_get_long(res, 0, "mb_account"), c->daily_mb_account },
		{ "tenant", db_get_long(res, 0, "waiting_tenant"), c->max_waiting_tenant,
		    db_get_long(res, 0, "mb_tenant"), c->daily_mb_tenant },
	};
	long stored = db_get_long(res, 0, "mb_stored");

	if (stored >= c->stored_mb_tenant)
		return err_set(e, ERR_QUOTA, "stored", "the files of the tenant's jobs take %ld MB, which is their "
		    "limit: delete those of old jobs (DELETE /1.1/imports/ID/files, the page of the import "
		    "history, or rollcall forget); they go with their jobs after %ld days", stored, c->history_days);
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		if (limits[i].jobs >= limits[i].most_jobs)
			return err_set(e, ERR_QUOTA, "waiting", "the %s has %ld jobs that wait or run: "
			    "send more when some have ended", limits[i].whose, limits[i].jobs);
		if (limits[i].mb >= limits[i].most_mb)
			return err_set(e, ERR_QUOTA, "daily", "the %s has sent %ld MB within 24 hours, "
			    "which is its limit: send more tomorrow", limits[i].whose, limits[i].mb);
	}
	return 0;
}

/* Begins the transaction: takes the id of a new job, unless there is one with this nonce, as the same
 * upload is not stored again. */
static int begin(struct upload *u, struct err *e)
{
	PGresult *before = NULL, *id = NULL, *usage = NULL;
	int rc = account_begin_all(u->db, u->who, CALLS(
	    { "job_nonce_find", ARGS(arg_long(u->who->admin_id), arg_text(u->options->nonce)), &before },
	    { "job_id_next", NO_ARGS, &id },
	    { "job_usage", ARGS(arg_long(u->who->admin_id), arg_long(u->who->tenant_id)), &usage }), e);

	if (rc == 0) {
		read_before(u, before);
		u->id = db_get_long(id, 0, "id");
		if (u->before == 0 && u->options->quota != NULL)
			rc = check_quota(u->options->quota, usage, e);
	}
	PQclear(before);
	PQclear(id);
	PQclear(usage);
	return rc;
}

int upload_open(struct upload **out, struct db *db, const struct principal *who,
    const struct upload_options *options, struct err *e)
{
	struct upload *u = calloc(1, sizeof(*u));

	*out = NULL;
	if (u == NULL || (u->sum = EVP_MD_CTX_new()) == NULL
	    || EVP_DigestInit_ex(u->sum, EVP_sha256(), NULL) != 1)
		abort();
	u->db = db;
	u->who = who;
	u->options = options;
	if (begin(u, e) != 0) {
		upload_drop(u);
		return -1;
	}
	*out = u;
	return 0;
}

static int send_chunk(struct upload *u, struct err *e)
{
	if (db_query(u->db, "job_chunk_add", ARGS(CHUNK_ARGS(u)), NULL, e) != 0)
		return -1;
	u->chunks++;
	u->fill = 0;
	return 0;
}

int upload_add(struct upload *u, const char *bytes, size_t n, struct err *e)
{
	if (n > LLONG_MAX || (long long)n > u->options->max_bytes - u->bytes)
		return err_set(e, ERR_TOO_LARGE, NULL, "the file is larger than %lld bytes",
		    u->options->max_bytes);
	u->bytes += (long long)n;
	if (EVP_DigestUpdate(u->sum, bytes, n) != 1)
		abort();
	/* There is a job with this nonce: the bytes are only compared, by their digest. */
	if (u->before != 0)
		return 0;
	while (n > 0) {
		size_t part = n < CHUNK - u->fill ? n : CHUNK - u->fill;

		memcpy(u->chunk + u->fill, bytes, part);
		u->fill += part;
		bytes += part;
		n -= part;
		if (u->fill == CHUNK && send_chunk(u, e) != 0)
			return -1;
	}
	return 0;
}

/* Adds the last chunk and the job's row; *id is 0 if another upload has used the nonce meanwhile. */
static int add_job(struct upload *u, const char *file_name, const unsigned char sum[DIGEST_SIZE],
    long *id, struct err *e)
{
	PGresult *res;
	const struct db_call calls[] = { { "job_chunk_add", ARGS(CHUNK_ARGS(u)), NULL },
		{ "job_add", ARGS(arg_long(u->id), arg_long(u->who->tenant_id),
		    arg_long(u->who->admin_id), arg_text(u->who->username), arg_text(u->options->kind),
		    arg_text(file_name), arg_long((long)u->bytes), arg_bytes(sum, DIGEST_SIZE),
		    arg_text(u->options->nonce), arg_bool(u->options->raw), arg_bool(u->options->dry_run),
		    arg_text(u->options->options), arg_bool((u->who->rights & RIGHT_USERS_SECRETS) != 0),
		    arg_bool((u->who->rights & RIGHT_USERS_DELETE) != 0)), &res } };
	size_t skipped = u->fill == 0;

	if (db_query_all(u->db, calls + skipped, 2 - skipped, e) != 0)
		return -1;
	*id = PQntuples(res) > 0 ? db_get_long(res, 0, "id") : 0;
	PQclear(res);
	return 0;
}

/* An error unless the earlier job with this nonce has the same options and scope. */
static int check_as(struct upload *u, struct err *e)
{
	const struct upload_options *o = u->options;
	PGresult *res;
	bool same;

	if (db_query(u->db, "job_is_as", ARGS(arg_long(u->before), arg_text(o->kind), arg_bool(o->raw),
	    arg_bool(o->dry_run), arg_text(o->options)), &res, e) != 0)
		return -1;
	same = PQntuples(res) == 1 && db_get_bool(res, 0, "same");
	PQclear(res);
	return same ? 0 : err_set(e, ERR_INVALID, NULL, "this form was sent before, with other options");
}

/* Sets *id to the earlier job with this nonce; an error if its bytes or options differ. */
static int keep_before(struct upload *u, const unsigned char sum[DIGEST_SIZE], long *id,
    struct err *e)
{
	char hex[DIGEST_HEX_SIZE];

	if (u->before == 0) {
		db_rollback(u->db);
		if (begin(u, e) != 0)
			return -1;
	}
	if (u->before == 0)
		return err_set(e, ERR_INVALID, NULL, "this form was sent before, in another scope");
	digest_hex(sum, hex);
	if (strcmp(hex, u->before_sum) != 0)
		return err_set(e, ERR_INVALID, NULL, "this form was sent before, with another file");
	*id = u->before;
	return check_as(u, e);
}

/* Writes the upload to the audit ("job.import" and so on), tells the workers, and commits. */
static int commit(struct upload *u, const char *file_name, struct err *e)
{
	const struct upload_options *o = u->options;
	char action[64];
	json_t *detail = json_pack("{s:I, s:s?, s:I, s:b}", "job", (json_int_t)u->id, "file", file_name,
	    "bytes", (json_int_t)u->bytes, "check", o->dry_run);
	char *text = json_dumps(detail, JSON_COMPACT);

	if (text == NULL)
		abort();
	snprintf(action, sizeof(action), "job.%s", o->kind);
	int rc = db_query_all(u->db, CALLS({ "audit_add", ARGS(AUDIT_ARGS(u->who, o->address, action, text)), NULL },
	    { "job_tell", ARGS(arg_long(u->id)), NULL },
	    COMMIT_DURABLY), e);
	free(text);
	json_decref(detail);
	return rc;
}

int upload_keep(struct upload *u, const char *file_name, long *id, struct err *e)
{
	unsigned char sum[DIGEST_SIZE];
	bool again = u->before != 0;
	int rc = -1;

	if (EVP_DigestFinal_ex(u->sum, sum, NULL) != 1)
		abort();
	if (!again) {
		if (add_job(u, file_name, sum, id, e) != 0)
			goto out;
		again = *id == 0;
	}
	if (again)
		rc = keep_before(u, sum, id, e);
	else
		rc = commit(u, file_name, e);
out:
	upload_drop(u);
	return rc;
}

void upload_drop(struct upload *u)
{
	if (u == NULL)
		return;
	db_rollback(u->db);
	EVP_MD_CTX_free(u->sum);
	free(u);
}
