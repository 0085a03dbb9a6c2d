/* The process before its supervisor: systemd's readiness and watchdog (sd_notify(3)).
 *
 * Without systemd (NOTIFY_SOCKET is not set) none of this does anything. */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

/* Exit status of a process that cannot work with its settings: EX_CONFIG of
 * sysexits.h.  The units name it in RestartPreventExitStatus, as another start
 * would end the same way. */
#define PROCESS_EXIT_CONF 78

/* Says that the process serves, and what it does; may be called again with
 * another text (of `systemctl status`). */
void process_ready(const char *status);

/* Says that the process is going to end. */
void process_stopping(void);

/* Says that the process is well.  To be called wherever it comes past at least each
 * few seconds; tells the supervisor at most each second.  Not from signal handlers. */
void process_alive(void);

/* Milliseconds that a wait may last so that process_alive is called often enough:
 * half of the watchdog's time, at most `most`. */
int process_patience(int most);

/* The name of this machine, for log lines and metrics; never NULL. */
const char *process_host(void);

#endif
