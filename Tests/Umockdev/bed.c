/* A testbed of libumockdev that is told on its standard input what to plug, play and unplug.
 *
 * Its first line of output is the testbed's folder; the program under test gets that as UMOCKDEV_DIR and runs apart, so
 * that a crash can be attributed. One command a line, one answer a line: `ok`, or `error` and why.
 *     add FILE            devices from a .umockdev record
 *     ioctl NODE FILE     what the node answers to ioctls
 *     uevent SYSPATH add|remove|change
 *     remove SYSPATH
 *     write NODE HEX      bytes that a reader of the node gets
 * Built and run by `run`, under umockdev-wrapper.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <umockdev.h>
#include <unistd.h>

enum { LONGEST_LINE = 65536 };

static const char *check(gboolean is_done, GError *error, const char *what) {
    static char text[1024];
    if (is_done) return NULL;
    snprintf(text, sizeof text, "%s: %s", what, error ? error->message : "refused");
    g_clear_error(&error);
    return text;
}

static const char *write_hex(UMockdevTestbed *bed, const char *node, const char *hex) {
    unsigned char bytes[LONGEST_LINE / 2];
    size_t count = 0;
    for (unsigned value; sscanf(hex + 2 * count, "%2x", &value) == 1; count++) bytes[count] = (unsigned char)value;
    int fd = umockdev_testbed_get_dev_fd(bed, node);
    if (fd < 0) return "the node cannot be written";
    return write(fd, bytes, count) == (ssize_t)count ? NULL : "the node does not take it";
}

/* Returns NULL, or what went wrong. */
static const char *obey(UMockdevTestbed *bed, char *line) {
    GError *error = NULL;
    char *state = NULL;
    const char *verb = strtok_r(line, " \n", &state);
    const char *first = strtok_r(NULL, " \n", &state), *second = strtok_r(NULL, " \n", &state);
    if (!verb || !first) return "a verb and what it is about";
    if (!strcmp(verb, "add")) return check(umockdev_testbed_add_from_file(bed, first, &error), error, "add");
    if (!strcmp(verb, "remove")) {
        umockdev_testbed_remove_device(bed, first);
        return NULL;
    }
    if (!second) return "something is missing";
    if (!strcmp(verb, "ioctl")) return check(umockdev_testbed_load_ioctl(bed, first, second, &error), error, "ioctl");
    if (!strcmp(verb, "write")) return write_hex(bed, first, second);
    if (strcmp(verb, "uevent")) return "no such verb";
    umockdev_testbed_uevent(bed, first, second);
    return NULL;
}

int main(void) {
    static char line[LONGEST_LINE];
    UMockdevTestbed *bed = umockdev_testbed_new();
    char *folder = umockdev_testbed_get_root_dir(bed);
    printf("%s\n", folder);
    fflush(stdout);
    while (fgets(line, sizeof line, stdin)) {
        const char *trouble = obey(bed, line);
        printf(trouble ? "error %s\n" : "ok\n", trouble);
        fflush(stdout);
    }
    g_free(folder);
    g_object_unref(bed);
    return 0;
}
