/* produce and consume: as many records a second as go through. */
#include "load.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE = 500, PAYLOADS = 1000 };

static void deliver_all(rd_kafka_t *producer) {
    if (rd_kafka_flush(producer, WAIT_MS) != 0)
        die("%d records not acknowledged in time", rd_kafka_outq_len(producer));
}

/* One record to each partition, so that connection, metadata and producer id are there before the clock starts. */
static void say_hello(rd_kafka_t *producer, rd_kafka_topic_t *topic, int partitions) {
    for (int partition = 0; partition < partitions; partition++)
        if (rd_kafka_produce(topic, partition, 0, "hello", 5, NULL, 0, NULL) != 0)
            die("%s", rd_kafka_err2str(rd_kafka_last_error()));
    deliver_all(producer);
}

/* Hand over all of these, waiting while the client's queue is full. */
static void hand_over(rd_kafka_t *producer, rd_kafka_topic_t *topic, int partition, rd_kafka_message_t *messages,
                      int count) {
    rd_kafka_message_t *end = messages + count;
    while (messages < end) {
        int taken = rd_kafka_produce_batch(topic, partition, 0, messages, (int)(end - messages));
        rd_kafka_poll(producer, 0);
        if (taken == end - messages)
            return;
        /* What was not taken has an error each; those behind the first may have been taken all the same. */
        rd_kafka_message_t *left = messages;
        for (rd_kafka_message_t *one = messages; one < end; one++) {
            if (one->err && one->err != RD_KAFKA_RESP_ERR__QUEUE_FULL)
                die("%s", rd_kafka_err2str(one->err));
            if (one->err) {
                left->payload = one->payload;
                left->size = one->size;
                left++->err = 0;
            }
        }
        end = left;
        rd_kafka_poll(producer, 1);
    }
}

int produce(void) {
    int partitions = (int)number("partitions");
    long records = number("records");
    size_t size = (size_t)number("bytes");
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, text("topic"), NULL);
    char *payloads = malloc(PAYLOADS * size);
    for (unsigned one = 0; one < PAYLOADS; one++)
        fill(payloads + one * size, size, one + 1);
    say_hello(producer, topic, partitions);

    rd_kafka_message_t messages[AT_ONCE];
    double began = now();
    for (long done = 0, round = 0; done < records; round++) {
        int count = records - done < AT_ONCE ? (int)(records - done) : AT_ONCE;
        for (int one = 0; one < count; one++)
            messages[one] = (rd_kafka_message_t){.payload = payloads + (size_t)(done + one) % PAYLOADS * size,
                                                 .size = size};
        hand_over(producer, topic, (int)(round % partitions), messages, count);
        done += count;
    }
    deliver_all(producer);
    printf("{\"seconds\": %.6f}\n", now() - began);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    return 0;
}

typedef struct {
    pthread_t thread;
    double first, last;
} reader_t;

/* Read everything once. The clock starts with the first record: what comes before is the client's own beginning. */
static void *read_all(void *argument) {
    reader_t *reader = argument;
    int partitions = (int)number("partitions");
    rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int partition = 0; partition < partitions; partition++) {
        rd_kafka_topic_partition_list_add(list, text("topic"), partition);
        rd_kafka_topic_partition_list_set_offset(list, text("topic"), partition, RD_KAFKA_OFFSET_BEGINNING);
    }
    if (rd_kafka_assign(consumer, list) != 0)
        die("assign failed");
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    rd_kafka_message_t *messages[AT_ONCE];
    for (long left = number("records"); left > 0;) {
        size_t wanted = left < AT_ONCE ? (size_t)left : AT_ONCE; /* it waits until it has them all */
        ptrdiff_t count = rd_kafka_consume_batch_queue(queue, WAIT_MS, messages, wanted);
        if (count <= 0)
            die("%ld records missing", left);
        if (!reader->first)
            reader->first = now();
        for (ptrdiff_t one = 0; one < count; one++) {
            if (messages[one]->err)
                die("consume failed: %s", rd_kafka_err2str(messages[one]->err));
            rd_kafka_message_destroy(messages[one]);
        }
        left -= count;
    }
    reader->last = now();
    rd_kafka_queue_destroy(queue);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return NULL;
}

int consume(void) {
    long consumers = number("consumers");
    reader_t readers[64] = {0};
    if (consumers < 1 || consumers > 64)
        die("consumers: 1 to 64");
    for (int one = 0; one < consumers; one++)
        if (pthread_create(&readers[one].thread, NULL, read_all, &readers[one]) != 0)
            die("no thread");
    double first = 1e300, last = 0;
    for (int one = 0; one < consumers; one++) {
        pthread_join(readers[one].thread, NULL);
        first = readers[one].first < first ? readers[one].first : first;
        last = readers[one].last > last ? readers[one].last : last;
    }
    printf("{\"seconds\": %.6f}\n", last - first);
    return 0;
}
