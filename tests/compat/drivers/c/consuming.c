#include <stdlib.h>
#include <string.h>

#include "driver.h"

enum { MOST = 2000 };

static rd_kafka_t *consumer;
static rd_kafka_queue_t *queue;
static char topic[256];
static int64_t left; /* so many messages may be returned yet */

rd_kafka_topic_partition_list_t *partitions_of(const char *name, int count, int64_t offset) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    for (int partition = 0; partition < count; partition++) {
        rd_kafka_topic_partition_list_add(list, name, partition);
        list->elems[partition].offset = offset;
    }
    return list;
}

void close_consumer(rd_kafka_t *closing) {
    check(rd_kafka_consumer_close(closing));
    rd_kafka_destroy(closing);
}

static void set_if_given(rd_kafka_conf_t *conf, const char *name, const Json *object, const char *member) {
    const Json *given = json_member(object, member);
    if (given && given->kind == JSON_TEXT)
        set(conf, name, given->text);
    else if (given)
        set_number(conf, name, (int64_t)given->number);
}

static void set_member(rd_kafka_conf_t *conf, const Json *member) {
    if (json_member(member, "protocol")) {
        set(conf, "group.protocol", "consumer");
        set_if_given(conf, "group.remote.assignor", member, "assignor");
    } else {
        set_if_given(conf, "partition.assignment.strategy", member, "assignor");
        set_if_given(conf, "session.timeout.ms", member, "session_ms");
        set_if_given(conf, "heartbeat.interval.ms", member, "heartbeat_ms");
    }
    set_if_given(conf, "group.instance.id", member, "instance");
}

static int partition_count(void) {
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *handle = rd_kafka_topic_new(consumer, topic, NULL);
    int error = rd_kafka_metadata(consumer, 0, handle, &metadata, CALL_MS);
    rd_kafka_topic_destroy(handle);
    check(error);
    int count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    return count;
}

static void assign_all(const char *start) {
    int64_t offset = strcmp(start, "latest") == 0 ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_topic_partition_list_t *all = partitions_of(topic, partition_count(), offset);
    int error = rd_kafka_assign(consumer, all);
    rd_kafka_topic_partition_list_destroy(all);
    check(error);
}

static void subscribe(const Json *pattern) {
    char name[sizeof topic + 1];
    snprintf(name, sizeof name, "%s%s", pattern ? "^" : "", pattern ? pattern->text : topic);
    rd_kafka_topic_partition_list_t *names = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(names, name, RD_KAFKA_PARTITION_UA);
    int error = rd_kafka_subscribe(consumer, names);
    rd_kafka_topic_partition_list_destroy(names);
    check(error);
}

static void open_(const Json *command, FILE *value) {
    (void)value;
    const Json *group = json_member(command, "group"), *member = json_member(command, "member");
    const Json *limit = json_member(command, "limit"), *start = json_member(command, "start");
    const Json *isolation = json_member(command, "isolation");
    rd_kafka_conf_t *conf = common();
    set(conf, "group.id", group ? group->text : "no-group");
    set(conf, "auto.offset.reset", start ? start->text : "earliest");
    set(conf, "isolation.level", isolation ? isolation->text : "read_uncommitted");
    set(conf, "enable.auto.commit", json_is_true(command, "auto_commit") && group ? "true" : "false");
    set(conf, "auto.commit.interval.ms", "500");
    set_if_given(conf, "max.partition.fetch.bytes", command, "fetch_bytes");
    if (member)
        set_member(conf, member);
    snprintf(topic, sizeof topic, "%s", json_text(command, "topic"));
    left = limit ? (int64_t)limit->number : INT64_MAX;
    consumer = started(RD_KAFKA_CONSUMER, conf);
    queue = rd_kafka_queue_get_consumer(consumer);
    if (group)
        subscribe(member ? json_member(member, "pattern") : NULL);
    else
        assign_all(start ? start->text : "earliest");
}

static void write_headers(FILE *value, const rd_kafka_message_t *message) {
    rd_kafka_headers_t *headers;
    const char *name;
    const void *data;
    size_t size;
    fputs("[", value);
    if (rd_kafka_message_headers(message, &headers) == 0)
        for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &data, &size) == 0; i++) {
            fputs(i ? ", [" : "[", value);
            json_write_text(value, name, strlen(name));
            fputs(", ", value);
            json_write_text(value, data, size);
            fputs("]", value);
        }
    fputs("]", value);
}

static void write_message(FILE *value, const rd_kafka_message_t *message) {
    fprintf(value, "{\"partition\": %d, \"offset\": %lld, \"timestamp\": %lld, \"key\": ", message->partition,
            (long long)message->offset, (long long)rd_kafka_message_timestamp(message, NULL));
    json_write_text(value, message->key, message->key_size);
    fputs(", \"value\": ", value);
    json_write_text(value, message->payload, message->size);
    fputs(", \"headers\": ", value);
    write_headers(value, message);
    fputs("}", value);
}

/* What comes first within the time, and what is there with it. */
static void poll_(const Json *command, FILE *value) {
    rd_kafka_message_t *messages[MOST];
    ssize_t count = 0;
    if (left && (messages[0] = rd_kafka_consumer_poll(consumer, (int)(json_number(command, "seconds") * 1000)))) {
        int64_t most = left < MOST ? left : MOST;
        count = 1 + rd_kafka_consume_batch_queue(queue, 0, messages + 1, (size_t)most - 1);
    }
    left -= count;
    int error = 0;
    fputs("[", value);
    for (ssize_t i = 0; i < count; i++) {
        error = error ? error : messages[i]->err;
        fputs(i ? ", " : "", value);
        write_message(value, messages[i]);
        rd_kafka_message_destroy(messages[i]);
    }
    fputs("]", value);
    check(error);
}

static void owned(const Json *command, FILE *value) {
    (void)command;
    rd_kafka_topic_partition_list_t *list;
    check(rd_kafka_assignment(consumer, &list));
    fputs("[", value);
    for (int i = 0; i < list->cnt; i++)
        fprintf(value, "%s%d", i ? ", " : "", list->elems[i].partition);
    fputs("]", value);
    rd_kafka_topic_partition_list_destroy(list);
}

static rd_kafka_topic_partition_list_t *named(const Json *command) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, (int32_t)json_integer(command, "partition"));
    return list;
}

static void seek(const Json *command, FILE *value) {
    (void)value;
    rd_kafka_message_t *skipped = rd_kafka_consumer_poll(consumer, 100); /* it seeks only in what it fetches already */
    if (skipped)
        rd_kafka_message_destroy(skipped);
    rd_kafka_topic_partition_list_t *list = named(command);
    list->elems[0].offset = json_integer(command, "offset");
    rd_kafka_error_t *error = rd_kafka_seek_partitions(consumer, list, CALL_MS);
    int of_partition = list->elems[0].err;
    rd_kafka_topic_partition_list_destroy(list);
    check_error(error);
    check(of_partition);
}

static void pause_(const Json *command, FILE *value) {
    (void)value;
    rd_kafka_topic_partition_list_t *list = named(command);
    int error = rd_kafka_pause_partitions(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    check(error);
}

static void resume(const Json *command, FILE *value) {
    (void)value;
    rd_kafka_topic_partition_list_t *list = named(command);
    int error = rd_kafka_resume_partitions(consumer, list);
    rd_kafka_topic_partition_list_destroy(list);
    check(error);
}

static void commit(const Json *command, FILE *value) {
    (void)command;
    (void)value;
    check(rd_kafka_commit(consumer, NULL, 0));
}

static void close_(const Json *command, FILE *value) {
    (void)command;
    rd_kafka_t *closing = consumer;
    consumer = NULL;
    rd_kafka_queue_destroy(queue);
    close_consumer(closing);
    fputs("[]", value);
}

static void reset(const Json *command, FILE *value) {
    if (!consumer)
        return;
    check(rd_kafka_unsubscribe(consumer)); /* what it leaves now it does not commit */
    close_(command, value);
}

static void offset_for_time(const Json *command, FILE *value) {
    rd_kafka_conf_t *conf = common();
    set(conf, "group.id", "no-group");
    rd_kafka_t *asking = started(RD_KAFKA_CONSUMER, conf);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, json_text(command, "topic"), (int32_t)json_integer(command, "partition"));
    list->elems[0].offset = json_integer(command, "timestamp");
    int error = rd_kafka_offsets_for_times(asking, list, CALL_MS);
    int64_t offset = list->elems[0].offset;
    error = error ? error : list->elems[0].err;
    rd_kafka_topic_partition_list_destroy(list);
    close_consumer(asking);
    check(error);
    if (offset != RD_KAFKA_OFFSET_END)
        fprintf(value, "%lld", (long long)offset);
}

const Command consuming[] = {
    {"open", open_},   {"poll", poll_},     {"owned", owned},   {"seek", seek},   {"pause", pause_},
    {"resume", resume}, {"commit", commit}, {"close", close_}, {"reset", reset}, {"offset_for_time", offset_for_time},
    {0},
};
