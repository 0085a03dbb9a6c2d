/* A webhook.  Contract: webhook.h. */
#include "job/webhook.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <curl/curl.h>

#include "auth/digest.h"
#include "base/buf.h"

#define CONNECT_SECONDS 10L
#define WHOLE_SECONDS 30L

/* --- allowed addresses ----------------------------------------------------------- */

/* Networks that are not the public internet (RFC 6890 and IANA's registries). */
static const struct {
	uint32_t net;
	int bits;
} private4[] = {
	{ 0x00000000, 8 }, { 0x0a000000, 8 }, { 0x64400000, 10 }, { 0x7f000000, 8 }, { 0xa9fe0000, 16 },
	{ 0xac100000, 12 }, { 0xc0000000, 24 }, { 0xc0000200, 24 }, { 0xc0a80000, 16 }, { 0xc6120000, 15 },
	{ 0xc6336400, 24 }, { 0xcb007100, 24 }, { 0xe0000000, 3 },
};

static bool public4(uint32_t address)
{
	for (size_t i = 0; i < sizeof(private4) / sizeof(private4[0]); i++)
		if ((address ^ private4[i].net) >> (32 - private4[i].bits) == 0)
			return false;
	return true;
}

static uint32_t last4(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Whether the address is global unicast, and neither contains an IPv4 address (6to4, Teredo) nor
 * is reserved for documentation. */
static bool public6(const unsigned char b[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (memcmp(b, mapped, sizeof(mapped)) == 0)
		return public4(last4(b + 12));
	if ((b[0] & 0xe0) != 0x20)
		return false;
	return !(b[0] == 0x20 && b[1] == 0x02) && !(b[0] == 0x20 && b[1] == 0x01 && b[2] < 0x02)
	    && !(b[0] == 0x20 && b[1] == 0x01 && b[2] == 0x0d && b[3] == 0xb8);
}

bool webhook_is_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET)
		return public4(ntohl(((const struct sockaddr_in *)(const void *)address)->sin_addr.s_addr));
	return address->sa_family == AF_INET6
	    && public6(((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr);
}

/* --- posting ---------------------------------------------------------------------- */

struct posting {
	const struct webhook *hook;
	bool refused;	/* an address of the host was not allowed */
};

/* libcurl calls this for each address of the host, after it was resolved and before it connects.
 * So no name can lead to a private address, even if its address has just changed. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *a)
{
	struct posting *p = ctx;

	(void)purpose;
	if (!p->hook->may_be_private && !webhook_is_public(&a->addr)) {
		p->refused = true;
		return CURL_SOCKET_BAD;
	}
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

/* Drops the body of the answer. */
static size_t forget(char *bytes, size_t size, size_t n, void *ctx)
{
	(void)bytes;
	(void)ctx;
	return size * n;
}

static struct curl_slist *headers(const struct webhook *w)
{
	unsigned char mac[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE], line[160], stamp[32];
	struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
	struct buf text = {0};

	snprintf(stamp, sizeof(stamp), "%lld", (long long)time(NULL));
	buf_addf(&text, "%s.%s", stamp, w->body);
	digest_hmac(w->secret, buf_str(&text), mac);
	digest_hex(mac, hex);
	buf_free(&text);
	snprintf(line, sizeof(line), "X-Rollcall-Timestamp: %s", stamp);
	list = curl_slist_append(list, line);
	snprintf(line, sizeof(line), "X-Rollcall-Signature: sha256=%s", hex);
	list = curl_slist_append(list, line);
	snprintf(line, sizeof(line), "X-Rollcall-Delivery: %ld", w->delivery);
	return curl_slist_append(list, line);
}

static int perform(CURL *curl, struct posting *p, char said[WEBHOOK_SAID_SIZE])
{
	const struct webhook *w = p->hook;
	struct curl_slist *list = headers(w);
	CURLcode rc;
	long status = 0;

	curl_easy_setopt(curl, CURLOPT_URL, w->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, WHOLE_SECONDS);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, w->body);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "Rollcall");
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, forget);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, p);
	rc = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(list);
	if (p->refused)
		snprintf(said, WEBHOOK_SAID_SIZE, "its address is of this machine or of a private network");
	else if (rc != CURLE_OK)
		snprintf(said, WEBHOOK_SAID_SIZE, "%s", curl_easy_strerror(rc));
	else
		snprintf(said, WEBHOOK_SAID_SIZE, "it answered %ld", status);
	return rc == CURLE_OK && status >= 200 && status < 300 ? 0 : -1;
}

int webhook_post(const struct webhook *w, char said[WEBHOOK_SAID_SIZE])
{
	struct posting p = { .hook = w };
	CURL *curl = curl_easy_init();
	int rc;

	if (curl == NULL) {
		snprintf(said, WEBHOOK_SAID_SIZE, "it could not be begun");
		return -1;
	}
	rc = perform(curl, &p, said);
	curl_easy_cleanup(curl);
	return rc;
}
