/* The clock for waits and measures. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment of the machine's; never goes back, so that
 * differences can be trusted. */
int64_t clock_ms(void);

#endif
