/* Driver of librdkafka from C. PROGRAM [transactions] ADDRESS; what it speaks is in ../line_protocol.py and, with
   `transactions`, in ../transactions.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

static const char *address;
static jmp_buf failed;
static int failed_code;
static char failed_text[1024];

void fail(int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(failed_text, sizeof failed_text, format, arguments);
    va_end(arguments);
    failed_code = code;
    longjmp(failed, 1);
}

void check(int code) {
    if (code)
        fail(code, "%s", rd_kafka_err2str(code));
}

void check_result(const rd_kafka_error_t *error) {
    if (error && rd_kafka_error_code(error))
        fail(rd_kafka_error_code(error), "%s", rd_kafka_error_string(error));
}

void check_error(rd_kafka_error_t *error) {
    if (!error)
        return;
    int code = rd_kafka_error_code(error);
    char text[sizeof failed_text];
    snprintf(text, sizeof text, "%s", rd_kafka_error_string(error));
    rd_kafka_error_destroy(error);
    fail(code, "%s", text);
}

void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char error[256];
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK)
        fail(0, "%s", error);
}

void set_number(rd_kafka_conf_t *conf, const char *name, int64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    set(conf, name, text);
}

rd_kafka_conf_t *common(void) {
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", address);
    set(conf, "reconnect.backoff.max.ms", "500");
    return conf;
}

rd_kafka_t *started(int kind, rd_kafka_conf_t *conf) {
    char error[256];
    rd_kafka_t *handle = rd_kafka_new(kind, conf, error, sizeof error);
    if (!handle)
        fail(0, "%s", error);
    return handle;
}

static const Command *found(const Command *const *tables, const char *name) {
    for (; *tables; tables++)
        for (const Command *command = *tables; command->name; command++)
            if (strcmp(command->name, name) == 0)
                return command;
    fail(0, "unknown command %s", name);
}

/* False if it failed. */
static bool answered(const Command *const *tables, const Json *command, FILE *value) {
    if (setjmp(failed))
        return false;
    found(tables, json_text(command, "do"))->answer(command, value);
    return true;
}

static void serve(const Command *const *tables, const char *line) {
    Json *command = json_read(line);
    if (!command) {
        fprintf(stderr, "not JSON: %s\n", line);
        exit(1);
    }
    char *text = NULL;
    size_t size = 0;
    FILE *value = open_memstream(&text, &size);
    bool succeeded = answered(tables, command, value);
    fclose(value);
    if (succeeded) {
        printf("{\"ok\": %s}\n", size ? text : "null");
    } else {
        printf("{\"error\": {\"code\": ");
        printf(failed_code > 0 ? "%d" : "null", failed_code);
        printf(", \"message\": ");
        json_write_text(stdout, failed_text, strlen(failed_text));
        printf("}}\n");
    }
    fflush(stdout);
    free(text);
    json_free(command);
}

int main(int count, char **arguments) {
    static const Command *const plain[] = {producing, consuming, administration, NULL};
    static const Command *const transactional[] = {transactions, NULL};
    address = arguments[count - 1];
    printf("{\"ok\": {\"client\": \"librdkafka\", \"version\": \"%s\"}}\n", rd_kafka_version_str());
    fflush(stdout);
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0)
        serve(count > 2 ? transactional : plain, line);
    return 0;
}
