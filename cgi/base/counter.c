/* Requests, counted by all web processes of a machine together.  Contract: counter.h. */
#include "base/counter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOTS 1024	/* enough for all routes times all statuses, and the plain counters */
#define KEY 112
#define BUCKETS 8

/* The upper bound of each bucket, in milliseconds; the last bucket has none. */
static const int64_t bounds[BUCKETS - 1] = { 10, 50, 100, 500, 1000, 5000, 30000 };
static const char *const bound_names[BUCKETS] = { "0.01", "0.05", "0.1", "0.5", "1", "5", "30", "+Inf" };

enum { FREE, CLAIMED, READY };

struct slot {
	_Atomic int state;
	char key[KEY];			/* the labels of a request, or the name of a plain counter */
	_Atomic uint64_t n;
	_Atomic uint64_t ms;
	_Atomic uint64_t buckets[BUCKETS];	/* of a request: zero for a plain counter */
};

static struct slot *slots;

int counter_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	size_t size = SLOTS * sizeof(struct slot);
	struct stat st;
	void *at = MAP_FAILED;

	/* A file of another version or of the wrong length is emptied by the first process that
	 * finds it. */
	if (fd >= 0 && fstat(fd, &st) == 0 && (st.st_size == (off_t)size || ftruncate(fd, (off_t)size) == 0))
		at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	int saved = errno;
	if (fd >= 0)
		close(fd);
	errno = saved;
	if (at == MAP_FAILED)
		return -1;
	slots = at;
	return 0;
}

/* The slot of a key; a new key takes a free slot.  NULL if all slots are taken. */
static struct slot *find(const char *key)
{
	uint32_t hash = 2166136261U;

	for (const char *s = key; *s != '\0'; s++)
		hash = (hash ^ (unsigned char)*s) * 16777619U;
	for (uint32_t i = 0; slots != NULL && i < SLOTS; i++) {
		struct slot *slot = &slots[(hash + i) % SLOTS];
		int free = FREE;
		if (atomic_compare_exchange_strong(&slot->state, &free, CLAIMED)) {
			snprintf(slot->key, KEY, "%s", key);
			atomic_store(&slot->state, READY);
			return slot;
		}
		/* If the slot is not READY, another process is writing its key now, or died while
		 * writing it: go on to the next slot. */
		if (atomic_load(&slot->state) == READY && strcmp(slot->key, key) == 0)
			return slot;
	}
	return NULL;
}

void counter_request(const char *method, const char *route, int status, int64_t ms)
{
	char key[KEY];
	struct slot *slot;
	size_t bucket = 0;

	snprintf(key, sizeof(key), "method=\"%s\",route=\"%.64s\",code=\"%d\"", method, route, status);
	slot = find(key);
	if (slot == NULL)
		return;
	while (bucket < BUCKETS - 1 && ms > bounds[bucket])
		bucket++;
	atomic_fetch_add(&slot->n, 1);
	atomic_fetch_add(&slot->ms, (uint64_t)(ms > 0 ? ms : 0));
	atomic_fetch_add(&slot->buckets[bucket], 1);
}

void counter_add(const char *name)
{
	struct slot *slot = find(name);

	if (slot != NULL)
		atomic_fetch_add(&slot->n, 1);
}

static bool is_request(const struct slot *slot)
{
	return strchr(slot->key, '=') != NULL;
}

static void write_request(struct buf *out, struct slot *slot)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < BUCKETS; i++) {
		sum += atomic_load(&slot->buckets[i]);
		buf_addf(out, "rollcall_http_request_seconds_bucket{%s,le=\"%s\"} %llu\n", slot->key,
		    bound_names[i], (unsigned long long)sum);
	}
	buf_addf(out, "rollcall_http_request_seconds_sum{%s} %.3f\n", slot->key,
	    (double)atomic_load(&slot->ms) / 1000);
	buf_addf(out, "rollcall_http_request_seconds_count{%s} %llu\n", slot->key, (unsigned long long)sum);
}

void counter_write(struct buf *out)
{
	if (slots == NULL)
		return;
	buf_adds(out, "# HELP rollcall_http_request_seconds Requests by route and status.\n"
	    "# TYPE rollcall_http_request_seconds histogram\n");
	for (size_t i = 0; i < SLOTS; i++)
		if (atomic_load(&slots[i].state) == READY && is_request(&slots[i]))
			write_request(out, &slots[i]);
	for (size_t i = 0; i < SLOTS; i++)
		if (atomic_load(&slots[i].state) == READY && !is_request(&slots[i]))
			buf_addf(out, "# TYPE rollcall_%s_total counter\nrollcall_%s_total %llu\n", slots[i].key,
			    slots[i].key, (unsigned long long)atomic_load(&slots[i].n));
}
