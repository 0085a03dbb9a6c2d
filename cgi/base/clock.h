/* The clock for waiting and for measuring time. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since an unspecified moment (CLOCK_MONOTONIC).  Only differences mean
 * something; setting the machine's time does not change them. */
int64_t clock_ms(void);

#endif
