/* The load generator of scripts/bench.py: one job a run, arguments as name=value, `-X name=value` for librdkafka; what
   it measured goes to stdout as one JSON object. Any failure ends it with a message on stderr and status 1. */
#include "load.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct { const char *name; int (*run)(void); } JOBS[] = {
    {"produce", produce},         {"consume", consume},         {"sync", sync_produce},
    {"end-to-end", end_to_end},   {"connections", connections}, {"mock", mock},
};

static char **arguments;
int delivered;

int main(int count, char **values) {
    arguments = values + 1;
    for (size_t one = 0; count > 1 && one < sizeof JOBS / sizeof *JOBS; one++)
        if (strcmp(JOBS[one].name, values[1]) == 0)
            return JOBS[one].run();
    die("librdkafka %s; jobs: produce, consume, sync, end-to-end, connections, mock", rd_kafka_version_str());
}

noreturn void die(const char *format, ...) {
    va_list values;
    va_start(values, format);
    vfprintf(stderr, format, values);
    fputc('\n', stderr);
    exit(1);
}

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

const char *text(const char *name) {
    size_t size = strlen(name);
    for (char **one = arguments; *one; one++)
        if (strncmp(*one, name, size) == 0 && (*one)[size] == '=')
            return *one + size + 1;
    die("%s=... is missing", name);
}

long number(const char *name) { return strtol(text(name), NULL, 10); }

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char error[512];
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK)
        die("%s", error);
}

rd_kafka_t *client(int type) {
    char error[512], name[128];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (type == RD_KAFKA_PRODUCER)
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    else
        set(conf, "group.id", "bench"), set(conf, "enable.auto.commit", "false");
    for (char **one = arguments; *one; one++) {
        if (strncmp(*one, "bootstrap=", 10) == 0)
            set(conf, "bootstrap.servers", *one + 10);
        if (strcmp(*one, "-X") != 0 || !one[1])
            continue;
        const char *equals = strchr(*++one, '=');
        if (!equals || (size_t)(equals - *one) >= sizeof name)
            die("-X wants name=value, not %s", *one);
        snprintf(name, sizeof name, "%.*s", (int)(equals - *one), *one);
        set(conf, name, equals + 1);
    }
    rd_kafka_t *handle = rd_kafka_new(type, conf, error, sizeof error);
    if (!handle)
        die("%s", error);
    return handle;
}

void on_delivery(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque) {
    (void)handle, (void)opaque;
    if (message->err)
        die("delivery failed: %s", rd_kafka_err2str(message->err));
    delivered++;
}

static unsigned next(unsigned *seed) { return (*seed = *seed * 1103515245 + 12345) >> 16; }

void fill(char *payload, size_t size, unsigned seed) {
    static const char *STATES[] = {"new", "paid", "sent", "done"};
    for (size_t used = 0; used < size;) {
        char piece[128];
        unsigned id = next(&seed), customer = next(&seed) % 1000, amount = next(&seed) % 10000, state = next(&seed) % 4;
        int length = snprintf(piece, sizeof piece, "{\"id\":%u,\"customer\":\"c-%u\",\"amount\":%u,\"state\":\"%s\"},",
                              id, customer, amount, STATES[state]);
        for (int one = 0; one < length && used < size; one++)
            payload[used++] = piece[one];
    }
}

void print_samples(const double *seconds, size_t count) {
    size_t step = (count + MOST_SAMPLES - 1) / MOST_SAMPLES;
    printf("\"samples_us\": [");
    for (size_t one = 0; one < count; one += step)
        printf("%s%.1f", one ? "," : "", 1e6 * seconds[one]);
    printf("]");
}
