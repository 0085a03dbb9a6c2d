/* The templates' text, read once: an upgrade puts other files there while this
 * process goes on, and half of each would make no page. */
#ifndef VIEW_TEMPLATES_H
#define VIEW_TEMPLATES_H

#include "base/conf.h"
#include "base/err.h"

/* Reads every file of conf->share_dir/templates; does nothing the second time. */
int templates_load(const struct conf *conf, struct err *e);

/* The text of "NAME.cs"; NULL where there is none.  Valid for the process. */
const char *templates_text(const char *file);

#endif
