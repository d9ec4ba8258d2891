/* Counts what a process writes below a folder, and at one of these writes ends it, or says that
 * the disk is full from there on. Loaded by LD_PRELOAD, so that it sees what SQLite and Arrow write,
 * too; armed by writes_arm (see killed.py). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { NOTHING, COUNT, KILL, FULL };
static char folder[PATH_MAX];
static int mode = NOTHING;
static long number, seen;

void writes_arm(const char *path, int what, long at) {
    snprintf(folder, sizeof folder, "%s", path);
    mode = what;
    number = at;
    seen = 0;
}
long writes_seen(void) { return seen; }

static int inside(const char *path) { return path && strncmp(path, folder, strlen(folder)) == 0; }
static int inside_fd(int fd) {
    char link[64], path[PATH_MAX];
    if (mode == NOTHING) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return inside(path);
}
/* 1: this is where it ends; the caller may write half of it before. */
static int strike(void) { return seen++ == number && mode == KILL; }
static int refused(void) {
    if (mode == FULL && seen > number) { errno = ENOSPC; return 1; }
    return 0;
}
#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define DIE kill(getpid(), SIGKILL)

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    if (inside_fd(fd)) {
        if (strike()) { real(fd, data, size / 2); DIE; }
        if (refused()) return -1;
    }
    return real(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
    REAL(pwrite);
    if (inside_fd(fd)) {
        if (strike()) { real(fd, data, size / 2, at); DIE; }
        if (refused()) return -1;
    }
    return real(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    REAL(pwrite64);
    if (inside_fd(fd)) {
        if (strike()) { real(fd, data, size / 2, at); DIE; }
        if (refused()) return -1;
    }
    return real(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    if (inside_fd(fd)) {
        if (strike()) DIE;
        if (refused()) return -1;
    }
    return real(fd, parts, count);
}
#define ON_FD(name, space) \
    int name(int fd) { \
        REAL(name); \
        if (inside_fd(fd)) { if (strike()) DIE; if (space && refused()) return -1; } \
        return real(fd); \
    }
ON_FD(fsync, 1)
ON_FD(fdatasync, 1)
int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    if (inside_fd(fd) && strike()) DIE;
    return real(fd, size);
}
int ftruncate64(int fd, off64_t size) {
    REAL(ftruncate64);
    if (inside_fd(fd) && strike()) DIE;
    return real(fd, size);
}
int rename(const char *from, const char *to) {
    REAL(rename);
    if (mode != NOTHING && inside(to) && strike()) DIE;
    return real(from, to);
}
int unlink(const char *path) {
    REAL(unlink);
    if (mode != NOTHING && inside(path) && strike()) DIE;
    return real(path);
}
int mkdir(const char *path, mode_t rights) {
    REAL(mkdir);
    if (mode != NOTHING && inside(path)) { if (strike()) DIE; if (refused()) return -1; }
    return real(path, rights);
}
#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        va_list more; va_start(more, flags); mode_t rights = va_arg(more, mode_t); va_end(more); \
        if (mode != NOTHING && (flags & (O_CREAT | O_TRUNC)) && inside(path)) { \
            if (strike()) DIE; \
            if (refused()) return -1; \
        } \
        return real(path, flags, rights); \
    }
OPENING(open)
OPENING(open64)
