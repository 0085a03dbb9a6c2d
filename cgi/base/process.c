/* Notifications for systemd.  Contract: process.h. */
#include "base/process.h"

#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "base/clock.h"

#define ALIVE_MS 1000

void process_ready(const char *status)
{
	sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void process_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

void process_alive(void)
{
	static int64_t told_ms;
	int64_t now = clock_ms();

	if (told_ms != 0 && now - told_ms < ALIVE_MS)
		return;
	told_ms = now;
	sd_notify(0, "WATCHDOG=1");
}

int process_patience(int most)
{
	uint64_t usec;

	if (sd_watchdog_enabled(0, &usec) <= 0 || usec / 2000 > (uint64_t)most)
		return most;
	return usec < 2000 ? 1 : (int)(usec / 2000);
}

const char *process_host(void)
{
	static char name[64];

	if (name[0] == '\0' && (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0'))
		snprintf(name, sizeof(name), "localhost");
	return name;
}
