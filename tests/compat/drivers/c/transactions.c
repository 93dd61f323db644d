/* The commands of ../transactions.py. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

enum { POLL_MS = 200, MOST = 500, SESSION_MS = 10 * 1000 };

static rd_kafka_t *producer;

static void init(const Json *command, FILE *value) {
    (void)value;
    rd_kafka_conf_t *conf = common();
    rd_kafka_conf_set_dr_msg_cb(conf, note_delivery);
    set(conf, "transactional.id", json_text(command, "id"));
    set_number(conf, "transaction.timeout.ms", json_integer(command, "timeout_ms"));
    set(conf, "linger.ms", "0");
    set(conf, "metadata.recovery.strategy", "none"); /* why: ../transactional_confluent.py */
    producer = started(RD_KAFKA_PRODUCER, conf);
    check_error(rd_kafka_init_transactions(producer, CALL_MS));
}

static void begin(const Json *command, FILE *value) {
    (void)command;
    (void)value;
    check_error(rd_kafka_begin_transaction(producer));
}

static void hand_over_text(const char *topic, int32_t partition, const char *text, size_t size, Place *place) {
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = place},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {text, size}},
    };
    hand_over(producer, parts, sizeof parts / sizeof *parts);
}

static void send(const Json *command, FILE *value) {
    const Json *messages = json_member(command, "messages");
    size_t count = json_length(messages), i = 0;
    Place *places = calloc(count, sizeof *places);
    for (const Json *message = messages->first; message; message = message->next) {
        const Json *partition = message->first, *text = partition->next;
        hand_over_text(json_text(command, "topic"), (int32_t)partition->number, text->text, text->size, &places[i++]);
    }
    write_places(value, producer, places, count);
    free(places);
}

static rd_kafka_t *reader(const char *group, bool committed, const char *instance) {
    rd_kafka_conf_t *conf = common();
    set(conf, "group.id", group);
    set(conf, "enable.auto.commit", "false");
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "isolation.level", committed ? "read_committed" : "read_uncommitted");
    if (instance) {
        set(conf, "group.instance.id", instance);
        set_number(conf, "session.timeout.ms", SESSION_MS);
    }
    return started(RD_KAFKA_CONSUMER, conf);
}

/* What comes within this time, and what is there with the first. */
static size_t poll_some(rd_kafka_t *consumer, rd_kafka_message_t **messages, size_t most, int timeout_ms) {
    messages[0] = rd_kafka_consumer_poll(consumer, timeout_ms);
    if (!messages[0])
        return 0;
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    size_t count = 1 + (size_t)rd_kafka_consume_batch_queue(queue, 0, messages + 1, most - 1);
    rd_kafka_queue_destroy(queue);
    for (size_t i = 0; i < count; i++)
        check(messages[i]->err);
    return count;
}

static void send_offsets(const Json *command, FILE *value) {
    (void)value;
    rd_kafka_t *consumer = reader(json_text(command, "group"), true, NULL);
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(consumer);
    rd_kafka_topic_partition_list_t *offsets = offsets_of(command);
    rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(producer, offsets, group, CALL_MS);
    rd_kafka_topic_partition_list_destroy(offsets);
    rd_kafka_consumer_group_metadata_destroy(group);
    close_consumer(consumer);
    check_error(error);
}

static void commit(const Json *command, FILE *value) {
    (void)command;
    (void)value;
    check_error(rd_kafka_commit_transaction(producer, CALL_MS));
}

static void abort_(const Json *command, FILE *value) {
    (void)command;
    (void)value;
    check_error(rd_kafka_abort_transaction(producer, CALL_MS));
}

static void read_(const Json *command, FILE *value) {
    const char *topic = json_text(command, "topic");
    rd_kafka_t *consumer = reader("reader", json_is_true(command, "committed"), NULL);
    rd_kafka_topic_partition_list_t *all =
        partitions_of(topic, (int)json_integer(command, "partitions"), RD_KAFKA_OFFSET_BEGINNING);
    check(rd_kafka_assign(consumer, all));
    rd_kafka_topic_partition_list_destroy(all);
    size_t wanted = (size_t)json_integer(command, "count"), seen = 0;
    bool is_last = false;
    fputs("[", value);
    while (!is_last) {
        rd_kafka_message_t *messages[MOST];
        is_last = seen >= wanted;
        int timeout_ms = is_last ? (int)(json_number(command, "more_seconds") * 1000) : POLL_MS;
        size_t count = poll_some(consumer, messages, MOST, timeout_ms);
        for (size_t i = 0; i < count; i++) {
            fprintf(value, "%s[%d, %lld, ", seen++ ? ", " : "", messages[i]->partition, (long long)messages[i]->offset);
            json_write_text(value, messages[i]->payload, messages[i]->size);
            fputs("]", value);
            rd_kafka_message_destroy(messages[i]);
        }
    }
    fputs("]", value);
    close_consumer(consumer);
}

/* Send what was made of these messages, and commit it with the consumer's positions. */
static void transact(rd_kafka_t *consumer, const char *target, rd_kafka_message_t **messages, size_t count,
                     int work_ms) {
    Place places[MOST];
    check_error(rd_kafka_begin_transaction(producer));
    for (size_t i = 0; i < count; i++) {
        char text[messages[i]->size + 4];
        int size = snprintf(text, sizeof text, "f(%.*s)", (int)messages[i]->size, (char *)messages[i]->payload);
        hand_over_text(target, messages[i]->partition, text, (size_t)size, &places[i]);
        rd_kafka_message_destroy(messages[i]);
    }
    if (rd_kafka_flush(producer, CALL_MS))
        fail(0, "not everything was delivered in time");
    check_places(producer, places, count);
    usleep((useconds_t)work_ms * 1000);
    rd_kafka_topic_partition_list_t *positions;
    check(rd_kafka_assignment(consumer, &positions));
    check(rd_kafka_position(consumer, positions));
    rd_kafka_consumer_group_metadata_t *group = rd_kafka_consumer_group_metadata(consumer);
    rd_kafka_error_t *error = rd_kafka_send_offsets_to_transaction(producer, positions, group, CALL_MS);
    rd_kafka_topic_partition_list_destroy(positions);
    rd_kafka_consumer_group_metadata_destroy(group);
    check_error(error);
    check_error(rd_kafka_commit_transaction(producer, CALL_MS));
}

static void transform(const Json *command, FILE *value) {
    init(command, value);
    rd_kafka_t *consumer = reader(json_text(command, "group"), true, "transformer");
    rd_kafka_topic_partition_list_t *names = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(names, json_text(command, "source"), RD_KAFKA_PARTITION_UA);
    check(rd_kafka_subscribe(consumer, names));
    size_t most = (size_t)json_integer(command, "records");
    for (;;) {
        rd_kafka_message_t *messages[MOST];
        size_t count = poll_some(consumer, messages, most < MOST ? most : MOST, POLL_MS);
        if (count)
            transact(consumer, json_text(command, "target"), messages, count, (int)json_integer(command, "work_ms"));
    }
}

const Command transactions[] = {
    {"init", init},     {"begin", begin}, {"send", send}, {"send_offsets", send_offsets},
    {"commit", commit}, {"abort", abort_}, {"read", read_}, {"transform", transform},
    {0},
};
