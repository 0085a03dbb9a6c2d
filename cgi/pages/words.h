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

/* "812 bytes", "12 KB", "49.8 MB". */
const char *words_size(struct page *p, long bytes);

/* Sets NAME.N to "3 users", "2 lines" and so on for what a job made or changed. */
void words_counts(struct page *p, const struct job *j, const char *name);

/* How many users the job made, of an update: changed. */
long words_users(const struct job *j);

/* Sets what an ended or waiting job is called under NAME: id, state (and its
 * word and icon), kind (and kind_name, the group of its texts), file, who, entity,
 * times, duration. */
void words_job(struct page *p, const struct job *j, const char *name);

#endif
