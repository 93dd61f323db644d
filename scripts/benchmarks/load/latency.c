/* sync and end-to-end: one record at a time, how long until it is acknowledged, and until a consumer has it. */
#include "load.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void send_one(rd_kafka_topic_t *topic, char *payload, size_t size) {
    if (rd_kafka_produce(topic, 0, 0, payload, size, NULL, 0, NULL) != 0)
        die("%s", rd_kafka_err2str(rd_kafka_last_error()));
}

int sync_produce(void) {
    size_t size = (size_t)number("bytes");
    long records = number("records");
    char *payload = malloc(size);
    double *samples = malloc((size_t)records * sizeof *samples);
    fill(payload, size, 1);
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, text("topic"), NULL);
    for (long one = -number("warm-up"); one < records; one++) {
        double began = now();
        int before = delivered;
        send_one(topic, payload, size);
        while (delivered == before)
            if (rd_kafka_poll(producer, WAIT_MS) == 0)
                die("not acknowledged in time");
        if (one >= 0)
            samples[one] = now() - began;
    }
    printf("{");
    print_samples(samples, (size_t)records);
    printf("}\n");
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    return 0;
}

/* The next record of the consumer must be this one. */
static void expect(rd_kafka_t *consumer, const char *payload, size_t size) {
    rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, WAIT_MS);
    if (!message)
        die("a record did not come in time");
    if (message->err)
        die("consume failed: %s", rd_kafka_err2str(message->err));
    if (message->size != size || memcmp(message->payload, payload, size) != 0)
        die("offset %lld is another record", (long long)message->offset);
    rd_kafka_message_destroy(message);
}

static rd_kafka_t *reader(void) {
    rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, text("topic"), 0);
    rd_kafka_topic_partition_list_set_offset(list, text("topic"), 0, RD_KAFKA_OFFSET_BEGINNING);
    if (rd_kafka_assign(consumer, list) != 0)
        die("assign failed");
    rd_kafka_topic_partition_list_destroy(list);
    return consumer;
}

int end_to_end(void) {
    size_t size = (size_t)number("bytes");
    long records = number("records");
    char *payload = malloc(size);
    double *samples = malloc((size_t)records * sizeof *samples);
    fill(payload, size, 1);
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER), *consumer = reader();
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, text("topic"), NULL);
    for (long one = -number("warm-up"); one < records; one++) {
        snprintf(payload, size, "%ld", one);
        double began = now();
        send_one(topic, payload, size);
        expect(consumer, payload, size);
        if (one >= 0)
            samples[one] = now() - began;
        while (rd_kafka_outq_len(producer) > 0) /* the payload is the client's until then */
            rd_kafka_poll(producer, 1);
    }
    printf("{");
    print_samples(samples, (size_t)records);
    printf("}\n");
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    return 0;
}
