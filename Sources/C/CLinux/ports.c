// The ports of devices: TCP, serial lines, HID.
#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/hidraw.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

static int failed(int fd) {
    int saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

int zone_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int zone_connect_tcp(const char *host, uint16_t port, unsigned unacked_ms) {
    struct sockaddr_storage storage = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;
    socklen_t size;
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        size = sizeof *v4;
    } else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        size = sizeof *v6;
    } else {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return -1;
    int yes = 1;
    // Small frames that wait for answers; a far end that vanished without a word is noticed.
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacked_ms, sizeof unacked_ms);
    if (connect(fd, (struct sockaddr *)&storage, size) != 0 && errno != EINPROGRESS) return failed(fd);
    return fd;
}

int zone_socket_error(int fd) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

static int speed_of(int baud, speed_t *speed) {
    static const struct {
        int baud;
        speed_t speed;
    } known[] = {{1200, B1200},   {2400, B2400},   {4800, B4800},     {9600, B9600},    {19200, B19200},
                 {38400, B38400}, {57600, B57600}, {115200, B115200}, {230400, B230400}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].baud == baud) {
            *speed = known[i].speed;
            return 0;
        }
    errno = EINVAL;
    return -1;
}

int zone_open_serial(const char *path, int baud) {
    speed_t speed;
    if (speed_of(baud, &speed) != 0) return -1;
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    struct termios line;
    if (tcgetattr(fd, &line) != 0) return failed(fd);
    cfmakeraw(&line);
    // CLOCAL: modem lines say nothing here. No HUPCL: an adapter must not reset the card when we let go.
    line.c_cflag = (line.c_cflag & ~(CSIZE | CSTOPB | PARENB | CRTSCTS | HUPCL)) | CS8 | CREAD | CLOCAL;
    line.c_cc[VMIN] = 0;
    line.c_cc[VTIME] = 0;
    if (cfsetspeed(&line, speed) != 0 || tcsetattr(fd, TCSANOW, &line) != 0) return failed(fd);
    // Root may open an exclusive line all the same (tty_ioctl(4)): it keeps honest programs away, not ourselves.
    if (ioctl(fd, TIOCEXCL) != 0) return failed(fd);
    tcflush(fd, TCIOFLUSH);
    return fd;
}

int zone_hid_identity(int fd, struct zone_hid *out) {
    memset(out, 0, sizeof *out);
    struct hidraw_devinfo info;
    struct hidraw_report_descriptor descriptor = {0};
    int size = 0;
    if (ioctl(fd, HIDIOCGRAWINFO, &info) < 0 || ioctl(fd, HIDIOCGRDESCSIZE, &size) < 0) return -1;
    descriptor.size = size < 0 ? 0 : size > HID_MAX_DESCRIPTOR_SIZE ? HID_MAX_DESCRIPTOR_SIZE : (uint32_t)size;
    if (ioctl(fd, HIDIOCGRDESC, &descriptor) < 0) return -1;
    out->bus = (uint16_t)info.bustype;
    out->vendor = (uint16_t)info.vendor;
    out->product = (uint16_t)info.product;
    out->descriptor_size = descriptor.size;
    memcpy(out->descriptor, descriptor.value, descriptor.size);
    // A device may have none of these; what is missing stays empty.
    (void)ioctl(fd, HIDIOCGRAWNAME(sizeof out->name - 1), out->name);
    (void)ioctl(fd, HIDIOCGRAWPHYS(sizeof out->phys - 1), out->phys);
#ifdef HIDIOCGRAWUNIQ
    (void)ioctl(fd, HIDIOCGRAWUNIQ(sizeof out->uniq - 1), out->uniq);
#endif
    return 0;
}
