/* How the pages of jobs put things into words of the page's language. */
#ifndef PAGES_WORDS_H
#define PAGES_WORDS_H

#include "csv/issue.h"
#include "job/queue.h"
#include "pages/page.h"

/* The text of an issue's key or phrase in the page's language, NULL for none:
 * an issue_lookup whose ctx is the struct page. */
const char *words_issue(void *page, const char *key);

/* "2026-01-31 08:05:00 UTC" of an ISO 8601 time; NULL of NULL. */
const char *words_time(struct page *p, const char *iso);

/* "0.4 s", "3 min 20 s", "1 h 5 min". */
const char *words_duration(struct page *p, double seconds);

/* "812 bytes", "12 KB", "49.8 MB". */
const char *words_size(struct page *p, long bytes);

/* Sets NAME.N to "3 users", "2 lines" and so on for what a job made or changed;
 * of a checked one, what it would. */
void words_counts(struct page *p, const struct job *j, const char *name);

/* How many users the job made, of an update: changed; of a checked one: would. */
long words_users(const struct job *j);

/* The group of texts that speaks of it: its kind, "check" for as long as nobody
 * has asked to apply what is checked. */
const char *words_group(const struct job *j);

/* A name that stands among other words: one that may be written from right to left is
 * kept from turning them around.  In templates that is <bdi>. */
const char *words_name(struct page *p, const char *name);

/* The title of its page. */
const char *words_title(struct page *p, const struct job *j);

/* Sets what an ended or waiting job is called under NAME: id, state (and its
 * word and icon), kind (and kind_name and words, the groups of its texts), file,
 * who, applied_by, entity, times, duration. */
void words_job(struct page *p, const struct job *j, const char *name);

#endif
