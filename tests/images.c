/* Copies of the log as a power cut would leave it: after each sync of a file has returned, what it holds then.
   Preloaded into a process; writes IMAGES/NNNNN.db, .wal and .count, and a line "NNNNN kind seconds" into IMAGES/index. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static int number;

static void copy(const char *from, const char *to) {
    char block[65536];
    ssize_t got;
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    while (in >= 0 && out >= 0 && (got = read(in, block, sizeof block)) > 0)
        if (write(out, block, got) != got) abort();
    if (in >= 0) close(in);
    if (out >= 0) close(out);
}

static void synced(int fd) {
    const char *images = getenv("IMAGES");
    char link[64], path[4096], to[4200], line[100];
    struct timespec now;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (images == NULL || length < 0) return;
    path[length] = 0;
    const char *name = strstr(path, "log.sqlite3");
    if (name == NULL || strstr(name, "-journal")) return;
    const char *kind = strstr(name, "-wal") ? "wal" : "db";
    pthread_mutex_lock(&one);
    clock_gettime(CLOCK_MONOTONIC, &now);
    number++;
    snprintf(to, sizeof to, "%s/%05d.%s", images, number, kind);
    copy(path, to);
    if (!strcmp(kind, "wal")) {
        strcpy(path + (name - path), "log.count");
        snprintf(to, sizeof to, "%s/%05d.count", images, number);
        copy(path, to);
    }
    snprintf(to, sizeof to, "%s/index", images);
    int out = open(to, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int size = snprintf(line, sizeof line, "%05d %s %ld.%09ld\n", number, kind, (long)now.tv_sec, now.tv_nsec);
    if (out < 0 || write(out, line, size) != size) abort();
    close(out);
    pthread_mutex_unlock(&one);
}

int fsync(int fd) {
    static int (*next)(int);
    if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int said = next(fd);
    if (said == 0) synced(fd);
    return said;
}

int fdatasync(int fd) {
    static int (*next)(int);
    if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int said = next(fd);
    if (said == 0) synced(fd);
    return said;
}
