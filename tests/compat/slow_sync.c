/* Preloaded into a broker: every fsync and fdatasync takes SLOW_SYNC_MS longer and is noted in the file SLOW_SYNC_LOG as
   "begin MS" and "end MS" (CLOCK_MONOTONIC); once the file SLOW_SYNC_FAIL exists, it fails with EIO. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void note(const char *what)
{
    struct timespec now;
    char line[64];
    int log = open(getenv("SLOW_SYNC_LOG"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    clock_gettime(CLOCK_MONOTONIC, &now);
    int size = snprintf(line, sizeof line, "%s %lld\n", what, now.tv_sec * 1000LL + now.tv_nsec / 1000000);
    if (write(log, line, size) != size)
        abort();
    close(log);
}

static int slowly(const char *name, int descriptor)
{
    int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    note("begin");
    usleep(atoi(getenv("SLOW_SYNC_MS")) * 1000);
    int result = sync(descriptor);
    if (access(getenv("SLOW_SYNC_FAIL"), F_OK) == 0) {
        errno = EIO;
        result = -1;
    }
    note("end");
    return result;
}

int fsync(int descriptor) { return slowly("fsync", descriptor); }
int fdatasync(int descriptor) { return slowly("fdatasync", descriptor); }
