/* Passwords: yescrypt through crypt(5).  Contract: password.h. */
#include "auth/password.h"

#include <stddef.h>	/* crack.h needs it */

#include <crack.h>
#include <crypt.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"

_Static_assert(PASSWORD_HASH_SIZE == CRYPT_OUTPUT_SIZE, "as crypt(3) says");

int password_rule(const char *password, struct err *e)
{
	size_t n = strlen(password), characters = 0;

	if (n > PASSWORD_MOST)
		return err_set(e, ERR_INVALID, "password",
		    "a password has at most %d bytes", PASSWORD_MOST);
	for (size_t i = 0, len; i < n; i += len, characters++) {
		int32_t c = utf8_decode(password + i, n - i, &len);
		if (c < 0)
			return err_set(e, ERR_INVALID, "password", "the password is not UTF-8");
		if (c < 0x20 || c == 0x7f)
			return err_set(e, ERR_INVALID, "password",
			    "the password holds a control character");
	}
	if (characters < PASSWORD_LEAST)
		return err_set(e, ERR_INVALID, "password",
		    "a password has at least %d characters", PASSWORD_LEAST);
	return 0;
}

/* --- easily guessed --------------------------------------------------------- */

/* The faults of password_fault, by a part of CrackLib's sentence; the last is for any other. */
static const struct {
	const char *said, *fault, *english;
} faults[] = {
	{ "simplistic", "simple", "the password is too simple: letters or digits in their order" },
	{ "DIFFERENT", "few", "the password repeats a few characters" },
	{ "username", "name", "the password is made of the user name" },
	{ "entry", "name", "the password is made of the user name" },
	{ "", "common", "the password is a common one, or a word with little changed" },
};

void password_dictionary(char file[PATH_MAX])
{
	snprintf(file, PATH_MAX, "%s.pwd", GetDefaultCracklibDict());
}

static const char *fault_of(const char *password, const char *username, const char **english)
{
	char file[PATH_MAX];
	const char *said;
	size_t i = 0;

	password_dictionary(file);
	/* Without a readable dictionary CrackLib would end the process. */
	if (access(file, R_OK) != 0) {
		log_line(LOG_ERROR, "common passwords are not refused: %s: %s", file, strerror(errno));
		return NULL;
	}
	if ((said = FascistCheckUser(password, GetDefaultCracklibDict(), username, "")) == NULL)
		return NULL;
	while (strstr(said, faults[i].said) == NULL)
		i++;
	*english = faults[i].english;
	return faults[i].fault;
}

const char *password_fault(const char *password, const char *username)
{
	const char *english;

	return password_rule(password, NULL) != 0 ? "rule" : fault_of(password, username, &english);
}

int password_check(const char *password, const char *username, struct err *e)
{
	const char *english;

	if (password_rule(password, e) != 0)
		return -1;
	return fault_of(password, username, &english) == NULL ? 0
	    : err_set(e, ERR_INVALID, "password", "%s", english);
}

/* --- hashing ---------------------------------------------------------------- */

#ifdef __USE_FILE_OFFSET64
#error "mmap is another name of mmap64 here: the definition below would call itself"
#endif

#define HUGE_LEAST (4UL << 20)	/* bytes; a huge page has 2 MB */

/* mmap(2) as libcrypt calls it, which maps 16 MB anew for each yescrypt hash.  Where the kernel
 * gives huge pages only to those that ask (`madvise` in
 * /sys/kernel/mm/transparent_hugepage/enabled), libcrypt does not ask, and touching 4096 small
 * pages takes longer than the hash itself.  So this definition, which the linker prefers to
 * libc's, asks for them. */
void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
	void *area = mmap64(at, length, protection, flags, fd, offset);

	if (area != MAP_FAILED && (flags & MAP_ANONYMOUS) != 0 && length >= HUGE_LEAST)
		madvise(area, length, MADV_HUGEPAGE);
	return area;
}

/* Calls crypt(3) and wipes its work area.  False if it fails: the password is too long, or the
 * setting is not known. */
static bool work(const char *password, const char *setting, char out[PASSWORD_HASH_SIZE])
{
	struct crypt_data *data = calloc(1, sizeof(*data));

	if (data == NULL)
		abort();
	const char *hash = crypt_rn(password, setting, data, (int)sizeof(*data));
	bool done = hash != NULL && hash[0] == '$';
	if (done)
		memcpy(out, hash, strlen(hash) + 1);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return done;
}

int password_hash(const char *password, char out[PASSWORD_HASH_SIZE], struct err *e)
{
	char *setting = crypt_gensalt_ra("$y$", 0, NULL, 0);

	if (setting == NULL)
		return err_set(e, ERR_IO, "password", "cannot make a salt: %s", strerror(errno));
	int result = work(password, setting, out) ? 0 :
	    err_set(e, ERR_INVALID, "password", "the password cannot be hashed");
	free(setting);
	return result;
}

bool password_proof(const char *password, const char *setting, unsigned char proof[DIGEST_SIZE])
{
	char hash[PASSWORD_HASH_SIZE];

	if (!work(password, setting, hash))
		return false;
	digest_sha256(hash, strlen(hash), proof);
	explicit_bzero(hash, sizeof(hash));
	return true;
}
