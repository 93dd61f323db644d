#include <stdlib.h>
#include <string.h>

#include "driver.h"

void note_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque) {
    (void)producer;
    (void)opaque;
    *(Place *)message->opaque = (Place){message->partition, message->offset, message->err};
}

void hand_over(rd_kafka_t *producer, const rd_kafka_vu_t *parts, size_t count) {
    rd_kafka_error_t *error;
    while ((error = rd_kafka_produceva(producer, parts, count)) &&
           rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        rd_kafka_error_destroy(error);
        rd_kafka_poll(producer, 100);
    }
    check_error(error);
    rd_kafka_poll(producer, 0);
}

void check_places(rd_kafka_t *producer, const Place *places, size_t count) {
    char reason[256];
    for (size_t i = 0; i < count; i++)
        if (places[i].err && rd_kafka_fatal_error(producer, reason, sizeof reason))
            fail(rd_kafka_fatal_error(producer, NULL, 0), "%s", reason); /* why the message was given up */
        else
            check(places[i].err);
}

void write_places(FILE *value, rd_kafka_t *producer, const Place *places, size_t count) {
    if (rd_kafka_flush(producer, DELIVERY_MS))
        fail(0, "not everything was delivered in time");
    check_places(producer, places, count);
    for (size_t i = 0; i < count; i++)
        fprintf(value, "%s[%d, %lld]", i ? ", " : "[", places[i].partition, (long long)places[i].offset);
    fputs("]", value);
}

/* Producers stay: who asks for the same settings gets the same one. */
static rd_kafka_t *producer_for(const Json *command) {
    static struct {
        char settings[128];
        rd_kafka_t *producer;
    } known[16];
    const Json *batch = json_member(command, "batch_bytes"), *request = json_member(command, "max_request_bytes");
    int64_t batch_bytes = batch ? (int64_t)batch->number : 1000000;
    int64_t request_bytes = request ? (int64_t)request->number : 1000000;
    const char *idempotent = json_is_true(command, "idempotent") ? "true" : "false";
    char settings[128];
    snprintf(settings, sizeof settings, "%s %s %s %lld %lld", json_text(command, "codec"), json_text(command, "acks"),
             idempotent, (long long)batch_bytes, (long long)request_bytes);
    size_t i = 0;
    for (; known[i].producer; i++)
        if (strcmp(known[i].settings, settings) == 0)
            return known[i].producer;
    if (i == sizeof known / sizeof *known - 1)
        fail(0, "too many producers");
    rd_kafka_conf_t *conf = common();
    rd_kafka_conf_set_dr_msg_cb(conf, note_delivery);
    set(conf, "compression.type", json_text(command, "codec"));
    set(conf, "acks", json_text(command, "acks"));
    set(conf, "enable.idempotence", idempotent);
    set_number(conf, "batch.size", batch_bytes);
    set_number(conf, "message.max.bytes", request_bytes);
    set_number(conf, "delivery.timeout.ms", DELIVERY_MS);
    known[i].producer = started(RD_KAFKA_PRODUCER, conf);
    strcpy(known[i].settings, settings);
    return known[i].producer;
}

static rd_kafka_vu_t bytes(int kind, const Json *text) {
    rd_kafka_vu_t part = {.vtype = kind};
    if (text) {
        part.u.mem.ptr = text->text;
        part.u.mem.size = text->size;
    }
    return part;
}

static void send(rd_kafka_t *producer, const char *topic, const Json *message, Place *place) {
    const Json *headers = json_member(message, "headers");
    const Json *partition = json_member(message, "partition"), *timestamp = json_member(message, "timestamp");
    size_t count = 0;
    rd_kafka_vu_t parts[7 + json_length(headers)];
    parts[count++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = topic};
    parts[count++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY};
    parts[count++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = place};
    parts[count++] = bytes(RD_KAFKA_VTYPE_KEY, json_member(message, "key"));
    parts[count++] = bytes(RD_KAFKA_VTYPE_VALUE, json_member(message, "value"));
    if (partition)
        parts[count++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = (int32_t)partition->number};
    if (timestamp)
        parts[count++] = (rd_kafka_vu_t){.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = (int64_t)timestamp->number};
    for (const Json *header = headers->first; header; header = header->next) {
        const Json *name = header->first, *text = name->next;
        rd_kafka_vu_t part = {.vtype = RD_KAFKA_VTYPE_HEADER, .u.header.name = name->text};
        part.u.header.val = text->text;
        part.u.header.size = (ssize_t)text->size;
        parts[count++] = part;
    }
    hand_over(producer, parts, count);
}

static void produce(const Json *command, FILE *value) {
    rd_kafka_t *producer = producer_for(command);
    const Json *messages = json_member(command, "messages");
    size_t count = json_length(messages), i = 0;
    Place *places = calloc(count, sizeof *places);
    for (const Json *message = messages->first; message; message = message->next)
        send(producer, json_text(command, "topic"), message, &places[i++]);
    write_places(value, producer, places, count);
    free(places);
}

const Command producing[] = {{"produce", produce}, {0}};
