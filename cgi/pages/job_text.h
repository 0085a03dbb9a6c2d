/* Describes a job in the language of the page. */
#ifndef PAGES_JOB_TEXT_H
#define PAGES_JOB_TEXT_H

#include "job/queue.h"
#include "pages/page.h"

/* Sets NAME.N to "3 users", "2 lines" and so on: what a job made or changed, or what a checked job
 * would. */
void job_text_counts(struct page *p, const struct job *j, const char *name);

/* How many users an import created or an update changed, or a checked one would. */
long job_text_users(const struct job *j);

/* How many of them its report lists (report_users): of an undo those who came back. */
long job_text_listed(const struct job *j);

/* How many users an update created, disabled and deleted, or a checked one would. */
long job_text_moved(const struct job *j);

/* The group of texts for the job: its kind, or "check" for a check that nobody has asked to
 * apply. */
const char *job_text_group(const struct job *j);

/* The address of its page. */
const char *job_text_path(struct page *p, long id);

/* The title of its page. */
const char *job_text_title(struct page *p, const struct job *j);

/* Sets the values of a job under NAME: id, state (with its word and icon), kind (with kind_name and
 * words, the groups of its texts), file, who, applied_by, entity, times, duration. */
void job_text_fill(struct page *p, const struct job *j, const char *name);

#endif
