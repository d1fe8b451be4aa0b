/* What would be on the disk if the power went now.
 *
 * Preloaded into a program, this keeps a second copy of the folder POWERCUT_LIVE in POWERCUT_DURABLE: the driver makes
 * it equal before the start, and from then on only fsync and fdatasync change it. As on a journalling file system with
 * ordered data (ext4, xfs) a sync of any file also brings every earlier change of names and every truncation to the
 * disk, but of contents only that file's. Without the names a rollback journal that was deleted long ago would come
 * back. Whatever is not wrapped here (O_SYNC, syncfs, msync) counts as not synced: that reports too much loss, never
 * too little. POWERCUT_LIE=N makes every Nth sync of a file do nothing: a disk that lies, to see that the test bites.
 * The first syncs are honest, so that there is a database that can lose its last rows and not only everything.
 * POWERCUT_BOOT=FILE is read in place of the kernel's boot_id: after a power cut it is another one.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FILES = 512, LONGEST_NAME = 512, BLOCK = 4096, HONEST_SYNCS = 20 };

/* The birth time tells a new file from a deleted one whose inode number it was given. */
struct file {
    char name[LONGEST_NAME];
    unsigned long long inode, birth;
    long long size;
    int is_folder, done;
};
struct list {
    struct file files[MOST_FILES];
    int count;
};

static char live[PATH_MAX], durable[PATH_MAX];
static int lie_every, syncs;
static struct list known, present;
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static int (*real_fsync)(int), (*real_fdatasync)(int), (*real_open)(const char *, int, ...);
static const char *boot_file;

/* A copy that is not complete would be a false witness. */
static void give_up(const char *what, const char *name) {
    dprintf(2, "powercut: %s %s: %s\n", what, name, strerror(errno));
    _exit(99);
}

static const char *in_durable(const char *name, char *path) {
    if (snprintf(path, PATH_MAX, "%s/%s", durable, name) >= PATH_MAX) give_up("name is too long:", name);
    return path;
}

static void note(struct list *list, const char *name, int folder, const char *entry) {
    struct statx facts;
    if (statx(folder, entry, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &facts) != 0) return;
    if (!S_ISREG(facts.stx_mode) && !S_ISDIR(facts.stx_mode)) return;
    if (list->count == MOST_FILES) give_up("too many files at", name);
    struct file *file = &list->files[list->count++];
    *file = (struct file){.inode = facts.stx_ino, .size = facts.stx_size, .is_folder = S_ISDIR(facts.stx_mode)};
    file->birth = facts.stx_btime.tv_sec * 1000000000ull + facts.stx_btime.tv_nsec;
    snprintf(file->name, sizeof file->name, "%s", name);
}

/* Every file and folder below `folder`, folders before what they hold. */
static void scan(struct list *list, const char *folder, const char *prefix) {
    DIR *directory = opendir(folder);
    if (!directory) return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        char name[LONGEST_NAME], path[PATH_MAX];
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        if (snprintf(name, sizeof name, "%s%s", prefix, entry->d_name) >= (int)sizeof name) continue;
        int before = list->count;
        note(list, name, dirfd(directory), entry->d_name);
        if (list->count == before || !list->files[before].is_folder) continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        strncat(name, "/", sizeof name - strlen(name) - 1);
        scan(list, path, name);
    }
    closedir(directory);
}

static struct file *same_file(struct list *list, const struct file *file) {
    for (int i = 0; i < list->count; i++)
        if (list->files[i].inode == file->inode && list->files[i].birth == file->birth) return &list->files[i];
    return NULL;
}

static struct file *named(struct list *list, const char *name) {
    for (int i = 0; i < list->count; i++)
        if (!strcmp(list->files[i].name, name)) return &list->files[i];
    return NULL;
}

static int is_source_of_another(const char *name, const struct file *self) {
    const struct file *other = named(&known, name);
    return other && other != self && !other->done && same_file(&present, other);
}

/* Renames, in an order in which none overwrites a file that has still to move. */
static void follow_renames(void) {
    char from[PATH_MAX], to[PATH_MAX];
    for (int again = 1; again;) {
        again = 0;
        for (int i = 0; i < known.count; i++) {
            struct file *old = &known.files[i], *now = same_file(&present, old);
            if (old->done || !now) continue;
            if (strcmp(old->name, now->name) && is_source_of_another(now->name, old)) continue;
            old->done = again = 1;
            if (strcmp(old->name, now->name)) rename(in_durable(old->name, from), in_durable(now->name, to));
        }
    }
}

/* Brings names and truncations to the durable copy. */
static void sync_names(void) {
    char path[PATH_MAX];
    struct stat facts;
    present.count = 0;
    scan(&present, live, "");
    follow_renames();
    for (int i = known.count - 1; i >= 0; i--) {
        struct file *old = &known.files[i];
        if (same_file(&present, old)) continue;
        /* Its name may be another file's by now: a rename has put that one there, or it begins empty below. */
        struct file *heir = named(&present, old->name);
        if (heir && same_file(&known, heir)) continue;
        if (remove(in_durable(old->name, path)) != 0 && errno != ENOENT) give_up("remove", path);
    }
    for (int i = 0; i < present.count; i++) {
        struct file *now = &present.files[i];
        in_durable(now->name, path);
        if (now->is_folder) {
            if (mkdir(path, 0750) != 0 && errno != EEXIST) give_up("mkdir", path);
            continue;
        }
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
        if (fd < 0 || fstat(fd, &facts) != 0) give_up("open", path);
        if (facts.st_size > now->size && ftruncate(fd, now->size) != 0) give_up("truncate", path);
        close(fd);
    }
    known = present;
}

/* Copies what differs, block by block and in place: killed half-way it is what a power cut during a sync leaves. */
static void copy_contents(int source, const char *name) {
    char path[PATH_MAX], fresh[BLOCK], old[BLOCK];
    int target = open(in_durable(name, path), O_RDWR | O_CLOEXEC);
    if (target < 0) give_up("open", path);
    off_t at = 0;
    for (ssize_t count; (count = pread(source, fresh, BLOCK, at)) > 0; at += count) {
        if (pread(target, old, count, at) == count && !memcmp(fresh, old, count)) continue;
        if (pwrite(target, fresh, count, at) != count) give_up("write", path);
    }
    close(target);
}

/* The file's name below the live folder; 0 when it lies elsewhere. "" is the folder itself. */
static int name_of(int fd, char *name) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    size_t prefix = strlen(live);
    if (length < 0 || prefix == 0) return 0;
    path[length] = 0;
    if (strncmp(path, live, prefix) || (path[prefix] && path[prefix] != '/')) return 0;
    snprintf(name, LONGEST_NAME, "%.500s", path[prefix] ? path + prefix + 1 : "");
    return 1;
}

static void sync_to_durable(int fd) {
    char name[LONGEST_NAME], link[64];
    struct stat facts;
    int before = errno;
    if (!name_of(fd, name) || fstat(fd, &facts) != 0) return;
    pthread_mutex_lock(&one_at_a_time);
    int is_lie = S_ISREG(facts.st_mode) && lie_every > 0 && ++syncs > HONEST_SYNCS && syncs % lie_every == 0;
    if (!is_lie) {
        sync_names();
        if (S_ISREG(facts.st_mode) && named(&known, name)) {
            /* Never a second descriptor of a file that can be read: closing it would drop SQLite's POSIX locks. */
            int is_blind = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY;
            snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
            int source = is_blind ? open(link, O_RDONLY | O_CLOEXEC) : fd;
            copy_contents(source, name);
            if (is_blind) close(source);
        }
    }
    pthread_mutex_unlock(&one_at_a_time);
    errno = before;
}

__attribute__((constructor)) static void begin(void) {
    *(void **)&real_fsync = dlsym(RTLD_NEXT, "fsync");
    *(void **)&real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    *(void **)&real_open = dlsym(RTLD_NEXT, "open");
    boot_file = getenv("POWERCUT_BOOT");
    const char *from = getenv("POWERCUT_LIVE"), *to = getenv("POWERCUT_DURABLE"), *lie = getenv("POWERCUT_LIE");
    if (!from || !to || !realpath(from, live) || !realpath(to, durable)) live[0] = 0;
    lie_every = lie ? atoi(lie) : 0;
    if (live[0]) scan(&known, live, "");
}

int fsync(int fd) {
    int result = real_fsync(fd);
    if (result == 0) sync_to_durable(fd);
    return result;
}

int fdatasync(int fd) {
    int result = real_fdatasync(fd);
    if (result == 0) sync_to_durable(fd);
    return result;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    if (!real_open) *(void **)&real_open = dlsym(RTLD_NEXT, "open");
    if (boot_file && !strcmp(path, "/proc/sys/kernel/random/boot_id")) path = boot_file;
    return real_open(path, flags, mode);
}
