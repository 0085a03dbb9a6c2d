/* What the process tells systemd: that it is ready, and that it is alive (sd_notify(3)).
 *
 * Without systemd (NOTIFY_SOCKET is not set) these functions do nothing. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

/* Exit status of a process that cannot work with its settings: EX_CONFIG of
 * sysexits.h.  The units name it in RestartPreventExitStatus, as another start
 * would end the same way. */
#define PROCESS_EXIT_CONF 78

/* Says that the process is ready.  `status` is shown by `systemctl status`; call again to
 * change it. */
void process_ready(const char *status);

/* Says that the process is going to end. */
void process_stopping(void);

/* Says that the process is alive.  Call it wherever the program passes every few seconds; it
 * notifies systemd at most once a second.  Not for signal handlers. */
void process_alive(void);

/* The milliseconds that one wait may last, so that process_alive is called often enough: half
 * of the watchdog's time, and at most `most`. */
int process_patience(int most);

/* The name of this machine, for log lines and metrics; never NULL. */
const char *process_host(void);

#endif
