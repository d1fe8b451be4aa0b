// Calls and macros that `import Glibc` does not show to Swift, one inline function each.
#ifndef ZONE_CLINUX_H
#define ZONE_CLINUX_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// CLOCK_BOOTTIME in nanoseconds: goes on while the machine sleeps and never steps.
int64_t zone_boottime_nanoseconds(void);

/// 1 when the kernel's clock is disciplined (adjtimex(2) without STA_UNSYNC), else 0.
int zone_clock_is_synchronized(void);

/// A connected AF_UNIX stream pair, both ends close-on-exec. 0, or -1 with errno.
int zone_socketpair(int out[2]);

/// A close-on-exec, non-blocking AF_UNIX stream socket connected to `path`. fd, or -1 with errno.
int zone_connect_unix(const char *path);

/// Sends one datagram to the AF_UNIX socket in $NOTIFY_SOCKET (a leading '@' is the abstract namespace):
/// sd_notify(3). 0, or -1 with errno.
int zone_send_notify(const char *path, const char *text);

/// Exclusive, non-blocking open-file-description lock over the whole file (fcntl(2), F_OFD_SETLK).
/// 0 when held; -1 with errno EAGAIN or EACCES when another process holds it.
int zone_lock_file(int fd);

/// open(2) with mode, which is variadic in C. Adds O_CLOEXEC. fd, or -1 with errno.
int zone_open(const char *path, int flags, mode_t mode);

/// Size of the file system that holds `path` in bytes (statvfs(3)); read_only is ST_RDONLY. 0, or -1 with errno.
int zone_filesystem_of(const char *path, uint64_t *total, uint64_t *available, int *read_only);

/// A close-on-exec, non-blocking descriptor whose readiness ends a poll(2): eventfd(2). fd, or -1 with errno.
int zone_eventfd(void);

/// Starts connecting to a numeric address (inet_pton(3)); the far end has `unacked_ms` to acknowledge what is sent
/// (TCP_USER_TIMEOUT, RFC 5482). A close-on-exec, non-blocking socket, to be waited for with POLLOUT and asked for
/// its error. fd, or -1 with errno (EINVAL for an address that is none).
int zone_connect_tcp(const char *host, uint16_t port, unsigned unacked_ms);

/// SO_ERROR of a socket: 0 or an errno.
int zone_socket_error(int fd);

/// Opens a serial line raw (cfmakeraw(3)), 8N1, without flow control and hang-up on close, for nobody else
/// (TIOCEXCL), and drops what waits. Close-on-exec, non-blocking. fd, or -1 with errno (EINVAL for a baud rate that is
/// none, ENOTTY for what is no terminal).
int zone_open_serial(const char *path, int baud);

/// Identity of a HID device (linux/hidraw.h); texts are cut to their room and end with NUL.
struct zone_hid {
    uint16_t bus, vendor, product;
    char name[128], phys[128], uniq[128];
    uint8_t descriptor[4096];
    uint32_t descriptor_size;
};

/// 0, or -1 with errno (ENOTTY for what is no hidraw node).
int zone_hid_identity(int fd, struct zone_hid *out);

#endif
