/* What the parts of the driver share: how a command fails, and how librdkafka is set up. */
#ifndef DRIVER_H
#define DRIVER_H

#include "json.h"
#include "librdkafka.h"

enum { CALL_MS = 30 * 1000, DELIVERY_MS = 120 * 1000 };

typedef struct {
    const char *name;
    void (*answer)(const Json *command, FILE *value); /* writes the answer's value, or nothing for null */
} Command;

extern const Command producing[], consuming[], administration[], transactions[];

/* Answer the command with this error: Kafka's codes are librdkafka's positive ones. */
_Noreturn void fail(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
void check(int code);                          /* fail unless it is 0 */
void check_error(rd_kafka_error_t *);          /* the same, and destroy it */
void check_result(const rd_kafka_error_t *);   /* the same of one that belongs to somebody else */

rd_kafka_conf_t *common(void); /* the settings that everything here has */
void set(rd_kafka_conf_t *, const char *name, const char *value);
void set_number(rd_kafka_conf_t *, const char *name, int64_t value);
rd_kafka_t *started(int kind, rd_kafka_conf_t *);

/* What became of a message; `err` stands until it is acknowledged. */
typedef struct {
    int32_t partition;
    int64_t offset;
    int err;
} Place;

void note_delivery(rd_kafka_t *, const rd_kafka_message_t *, void *);
void hand_over(rd_kafka_t *, const rd_kafka_vu_t *, size_t count); /* one message, once its queue has room */
void check_places(rd_kafka_t *, const Place *, size_t count);
void write_places(FILE *, rd_kafka_t *, const Place *, size_t count); /* when all are acknowledged */

rd_kafka_topic_partition_list_t *partitions_of(const char *topic, int count, int64_t offset);
rd_kafka_topic_partition_list_t *offsets_of(const Json *command); /* its topic and offsets {PARTITION: offset} */
void close_consumer(rd_kafka_t *);

#endif
