/* How a job is put into words of the page's language. */
#ifndef PAGES_JOB_TEXT_H
#define PAGES_JOB_TEXT_H

#include "job/queue.h"
#include "pages/page.h"

/* Sets NAME.N to "3 users", "2 lines" and so on for what a job made or changed;
 * of a checked one, what it would. */
void job_text_counts(struct page *p, const struct job *j, const char *name);

/* How many users the job made, of an update: changed; of a checked one: would. */
long job_text_users(const struct job *j);

/* How many users an update created, disabled and deleted, or a checked one would. */
long job_text_moved(const struct job *j);

/* The group of texts that speaks of it: its kind, "check" for as long as nobody
 * has asked to apply what is checked. */
const char *job_text_group(const struct job *j);

/* The address of its page. */
const char *job_text_path(struct page *p, long id);

/* The title of its page. */
const char *job_text_title(struct page *p, const struct job *j);

/* Sets what an ended or waiting job is called under NAME: id, state (and its
 * word and icon), kind (and kind_name and words, the groups of its texts), file,
 * who, applied_by, entity, times, duration. */
void job_text_fill(struct page *p, const struct job *j, const char *name);

#endif
