/* The part of librdkafka's stable interface that this driver and the load generator of scripts/bench.py use. The
   confluent-kafka wheel brings the library without its header, and Debian's package an old library; so a compiler and
   the wheel are all that is needed. */
#ifndef LIBRDKAFKA_H
#define LIBRDKAFKA_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { RD_KAFKA_PRODUCER, RD_KAFKA_CONSUMER };
enum { RD_KAFKA_CONF_OK = 0 };
enum { RD_KAFKA_PARTITION_UA = -1 };
enum { RD_KAFKA_OFFSET_BEGINNING = -2, RD_KAFKA_OFFSET_END = -1 };
enum { RD_KAFKA_RESP_ERR__QUEUE_FULL = -184, RD_KAFKA_RESP_ERR__TIMED_OUT = -185 };
enum { RD_KAFKA_MSG_F_COPY = 2 };

typedef struct rd_kafka_s rd_kafka_t;
typedef struct rd_kafka_conf_s rd_kafka_conf_t;
typedef struct rd_kafka_topic_s rd_kafka_topic_t;
typedef struct rd_kafka_queue_s rd_kafka_queue_t;
typedef struct rd_kafka_error_s rd_kafka_error_t;
typedef struct rd_kafka_mock_cluster_s rd_kafka_mock_cluster_t;
typedef struct rd_kafka_headers_s rd_kafka_headers_t;
typedef struct rd_kafka_consumer_group_metadata_s rd_kafka_consumer_group_metadata_t;

typedef struct {
    char *topic;
    int32_t partition;
    int64_t offset;
    void *metadata;
    size_t metadata_size;
    void *opaque;
    int err;
    void *_private;
} rd_kafka_topic_partition_t;

typedef struct {
    int cnt;
    int size;
    rd_kafka_topic_partition_t *elems;
} rd_kafka_topic_partition_list_t;

typedef struct {
    int err;
    rd_kafka_topic_t *topic;
    int32_t partition;
    void *payload;
    size_t size;
    void *key;
    size_t key_size;
    int64_t offset;
    void *opaque;
} rd_kafka_message_t;

const char *rd_kafka_version_str(void);
const char *rd_kafka_err2str(int error);
int rd_kafka_last_error(void);

rd_kafka_conf_t *rd_kafka_conf_new(void);
int rd_kafka_conf_set(rd_kafka_conf_t *, const char *name, const char *value, char *error, size_t error_size);
void rd_kafka_conf_set_dr_msg_cb(rd_kafka_conf_t *, void (*)(rd_kafka_t *, const rd_kafka_message_t *, void *));
rd_kafka_t *rd_kafka_new(int type, rd_kafka_conf_t *, char *error, size_t error_size);
void rd_kafka_destroy(rd_kafka_t *);
int rd_kafka_poll(rd_kafka_t *, int timeout_ms);
int rd_kafka_flush(rd_kafka_t *, int timeout_ms);
int rd_kafka_outq_len(rd_kafka_t *);
int rd_kafka_fatal_error(rd_kafka_t *, char *error, size_t error_size);

rd_kafka_topic_t *rd_kafka_topic_new(rd_kafka_t *, const char *name, void *conf);
void rd_kafka_topic_destroy(rd_kafka_topic_t *);
int rd_kafka_produce(rd_kafka_topic_t *, int32_t partition, int flags, void *payload, size_t size, const void *key,
                     size_t key_size, void *opaque);
int rd_kafka_produce_batch(rd_kafka_topic_t *, int32_t partition, int flags, rd_kafka_message_t *, int count);

rd_kafka_topic_partition_list_t *rd_kafka_topic_partition_list_new(int size);
void *rd_kafka_topic_partition_list_add(rd_kafka_topic_partition_list_t *, const char *topic, int32_t partition);
int rd_kafka_topic_partition_list_set_offset(rd_kafka_topic_partition_list_t *, const char *topic, int32_t partition,
                                             int64_t offset);
void rd_kafka_topic_partition_list_destroy(rd_kafka_topic_partition_list_t *);
int rd_kafka_assign(rd_kafka_t *, const rd_kafka_topic_partition_list_t *);
rd_kafka_queue_t *rd_kafka_queue_get_consumer(rd_kafka_t *);
void rd_kafka_queue_destroy(rd_kafka_queue_t *);
ssize_t rd_kafka_consume_batch_queue(rd_kafka_queue_t *, int timeout_ms, rd_kafka_message_t **, size_t size);
rd_kafka_message_t *rd_kafka_consumer_poll(rd_kafka_t *, int timeout_ms);
int rd_kafka_consumer_close(rd_kafka_t *);
void rd_kafka_message_destroy(rd_kafka_message_t *);
int64_t rd_kafka_message_timestamp(const rd_kafka_message_t *, int *kind);
int rd_kafka_message_headers(const rd_kafka_message_t *, rd_kafka_headers_t **);
int rd_kafka_header_get_all(const rd_kafka_headers_t *, size_t index, const char **name, const void **value,
                            size_t *size);
int rd_kafka_subscribe(rd_kafka_t *, const rd_kafka_topic_partition_list_t *);
int rd_kafka_unsubscribe(rd_kafka_t *);
int rd_kafka_assignment(rd_kafka_t *, rd_kafka_topic_partition_list_t **);
int rd_kafka_position(rd_kafka_t *, rd_kafka_topic_partition_list_t *);
int rd_kafka_commit(rd_kafka_t *, const rd_kafka_topic_partition_list_t *, int async);
rd_kafka_error_t *rd_kafka_seek_partitions(rd_kafka_t *, rd_kafka_topic_partition_list_t *, int timeout_ms);
int rd_kafka_pause_partitions(rd_kafka_t *, rd_kafka_topic_partition_list_t *);
int rd_kafka_resume_partitions(rd_kafka_t *, rd_kafka_topic_partition_list_t *);
int rd_kafka_offsets_for_times(rd_kafka_t *, rd_kafka_topic_partition_list_t *, int timeout_ms);

/* One of many things that a message may have, by its kind. */
typedef struct {
    enum {
        RD_KAFKA_VTYPE_END,
        RD_KAFKA_VTYPE_TOPIC,
        RD_KAFKA_VTYPE_RKT,
        RD_KAFKA_VTYPE_PARTITION,
        RD_KAFKA_VTYPE_VALUE,
        RD_KAFKA_VTYPE_KEY,
        RD_KAFKA_VTYPE_OPAQUE,
        RD_KAFKA_VTYPE_MSGFLAGS,
        RD_KAFKA_VTYPE_TIMESTAMP,
        RD_KAFKA_VTYPE_HEADER,
    } vtype;
    union {
        const char *cstr;
        int i;
        int32_t i32;
        int64_t i64;
        struct {
            const void *ptr;
            size_t size;
        } mem;
        struct {
            const char *name;
            const void *val;
            ssize_t size;
        } header;
        void *ptr;
        char padding[64];
    } u;
} rd_kafka_vu_t;

rd_kafka_error_t *rd_kafka_produceva(rd_kafka_t *, const rd_kafka_vu_t *, size_t count);
int rd_kafka_error_code(const rd_kafka_error_t *);
const char *rd_kafka_error_string(const rd_kafka_error_t *);
void rd_kafka_error_destroy(rd_kafka_error_t *);

rd_kafka_error_t *rd_kafka_init_transactions(rd_kafka_t *, int timeout_ms);
rd_kafka_error_t *rd_kafka_begin_transaction(rd_kafka_t *);
rd_kafka_error_t *rd_kafka_commit_transaction(rd_kafka_t *, int timeout_ms);
rd_kafka_error_t *rd_kafka_abort_transaction(rd_kafka_t *, int timeout_ms);
rd_kafka_error_t *rd_kafka_send_offsets_to_transaction(rd_kafka_t *, const rd_kafka_topic_partition_list_t *,
                                                       const rd_kafka_consumer_group_metadata_t *, int timeout_ms);
rd_kafka_consumer_group_metadata_t *rd_kafka_consumer_group_metadata(rd_kafka_t *);
void rd_kafka_consumer_group_metadata_destroy(rd_kafka_consumer_group_metadata_t *);

rd_kafka_mock_cluster_t *rd_kafka_mock_cluster_new(rd_kafka_t *, int brokers);
const char *rd_kafka_mock_cluster_bootstraps(const rd_kafka_mock_cluster_t *);
int rd_kafka_mock_topic_create(rd_kafka_mock_cluster_t *, const char *name, int partitions, int replication);

/* Metadata */
struct rd_kafka_metadata_topic {
    char *topic;
    int partition_cnt;
    struct rd_kafka_metadata_partition *partitions;
    int err;
};

struct rd_kafka_metadata {
    int broker_cnt;
    struct rd_kafka_metadata_broker *brokers;
    int topic_cnt;
    struct rd_kafka_metadata_topic *topics;
    int32_t orig_broker_id;
    char *orig_broker_name;
};

int rd_kafka_metadata(rd_kafka_t *, int all_topics, rd_kafka_topic_t *only, const struct rd_kafka_metadata **,
                      int timeout_ms);
void rd_kafka_metadata_destroy(const struct rd_kafka_metadata *);

/* Administration: what is asked, and what comes of it as an event on a queue */
enum { RD_KAFKA_RESOURCE_TOPIC = 2, RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET = 0 };

typedef struct rd_kafka_event_s rd_kafka_event_t;
typedef struct rd_kafka_AdminOptions_s rd_kafka_AdminOptions_t;
typedef struct rd_kafka_NewTopic_s rd_kafka_NewTopic_t;
typedef struct rd_kafka_DeleteTopic_s rd_kafka_DeleteTopic_t;
typedef struct rd_kafka_NewPartitions_s rd_kafka_NewPartitions_t;
typedef struct rd_kafka_ConfigResource_s rd_kafka_ConfigResource_t;
typedef struct rd_kafka_ConfigEntry_s rd_kafka_ConfigEntry_t;
typedef struct rd_kafka_DeleteRecords_s rd_kafka_DeleteRecords_t;
typedef struct rd_kafka_ListConsumerGroupOffsets_s rd_kafka_ListConsumerGroupOffsets_t;
typedef struct rd_kafka_AlterConsumerGroupOffsets_s rd_kafka_AlterConsumerGroupOffsets_t;
typedef struct rd_kafka_DeleteGroup_s rd_kafka_DeleteGroup_t;
typedef struct rd_kafka_ConsumerGroupListing_s rd_kafka_ConsumerGroupListing_t;
typedef struct rd_kafka_ConsumerGroupDescription_s rd_kafka_ConsumerGroupDescription_t;
typedef struct rd_kafka_topic_result_s rd_kafka_topic_result_t;
typedef struct rd_kafka_group_result_s rd_kafka_group_result_t;

rd_kafka_queue_t *rd_kafka_queue_new(rd_kafka_t *);
rd_kafka_event_t *rd_kafka_queue_poll(rd_kafka_queue_t *, int timeout_ms);
int rd_kafka_event_error(rd_kafka_event_t *);
const char *rd_kafka_event_error_string(rd_kafka_event_t *);
void rd_kafka_event_destroy(rd_kafka_event_t *);

rd_kafka_NewTopic_t *rd_kafka_NewTopic_new(const char *topic, int partitions, int replication, char *error, size_t);
void rd_kafka_NewTopic_destroy(rd_kafka_NewTopic_t *);
rd_kafka_DeleteTopic_t *rd_kafka_DeleteTopic_new(const char *topic);
void rd_kafka_DeleteTopic_destroy(rd_kafka_DeleteTopic_t *);
rd_kafka_NewPartitions_t *rd_kafka_NewPartitions_new(const char *topic, size_t total, char *error, size_t);
void rd_kafka_NewPartitions_destroy(rd_kafka_NewPartitions_t *);
rd_kafka_ConfigResource_t *rd_kafka_ConfigResource_new(int kind, const char *name);
void rd_kafka_ConfigResource_destroy(rd_kafka_ConfigResource_t *);
rd_kafka_error_t *rd_kafka_ConfigResource_add_incremental_config(rd_kafka_ConfigResource_t *, const char *name,
                                                                 int operation, const char *value);
rd_kafka_DeleteRecords_t *rd_kafka_DeleteRecords_new(const rd_kafka_topic_partition_list_t *);
void rd_kafka_DeleteRecords_destroy(rd_kafka_DeleteRecords_t *);
rd_kafka_ListConsumerGroupOffsets_t *rd_kafka_ListConsumerGroupOffsets_new(const char *group,
                                                                           const rd_kafka_topic_partition_list_t *);
void rd_kafka_ListConsumerGroupOffsets_destroy(rd_kafka_ListConsumerGroupOffsets_t *);
rd_kafka_AlterConsumerGroupOffsets_t *rd_kafka_AlterConsumerGroupOffsets_new(const char *group,
                                                                             const rd_kafka_topic_partition_list_t *);
void rd_kafka_AlterConsumerGroupOffsets_destroy(rd_kafka_AlterConsumerGroupOffsets_t *);
rd_kafka_DeleteGroup_t *rd_kafka_DeleteGroup_new(const char *group);
void rd_kafka_DeleteGroup_destroy(rd_kafka_DeleteGroup_t *);

#define RD_KAFKA_ASKS(function, type) \
    void function(rd_kafka_t *, type **, size_t count, const rd_kafka_AdminOptions_t *, rd_kafka_queue_t *)
RD_KAFKA_ASKS(rd_kafka_CreateTopics, rd_kafka_NewTopic_t);
RD_KAFKA_ASKS(rd_kafka_DeleteTopics, rd_kafka_DeleteTopic_t);
RD_KAFKA_ASKS(rd_kafka_CreatePartitions, rd_kafka_NewPartitions_t);
RD_KAFKA_ASKS(rd_kafka_DescribeConfigs, rd_kafka_ConfigResource_t);
RD_KAFKA_ASKS(rd_kafka_IncrementalAlterConfigs, rd_kafka_ConfigResource_t);
RD_KAFKA_ASKS(rd_kafka_DeleteRecords, rd_kafka_DeleteRecords_t);
RD_KAFKA_ASKS(rd_kafka_ListConsumerGroupOffsets, rd_kafka_ListConsumerGroupOffsets_t);
RD_KAFKA_ASKS(rd_kafka_AlterConsumerGroupOffsets, rd_kafka_AlterConsumerGroupOffsets_t);
RD_KAFKA_ASKS(rd_kafka_DeleteGroups, rd_kafka_DeleteGroup_t);
RD_KAFKA_ASKS(rd_kafka_DescribeConsumerGroups, const char);
void rd_kafka_ListConsumerGroups(rd_kafka_t *, const rd_kafka_AdminOptions_t *, rd_kafka_queue_t *);

/* event -> its result -> what the result holds */
#define RD_KAFKA_ANSWERS(api, part, type) \
    typedef struct rd_kafka_##api##_result_s rd_kafka_##api##_result_t; \
    const rd_kafka_##api##_result_t *rd_kafka_event_##api##_result(rd_kafka_event_t *); \
    type rd_kafka_##api##_result_##part(const rd_kafka_##api##_result_t *, size_t *count)
RD_KAFKA_ANSWERS(CreateTopics, topics, const rd_kafka_topic_result_t **);
RD_KAFKA_ANSWERS(DeleteTopics, topics, const rd_kafka_topic_result_t **);
RD_KAFKA_ANSWERS(CreatePartitions, topics, const rd_kafka_topic_result_t **);
RD_KAFKA_ANSWERS(DescribeConfigs, resources, const rd_kafka_ConfigResource_t **);
RD_KAFKA_ANSWERS(IncrementalAlterConfigs, resources, const rd_kafka_ConfigResource_t **);
RD_KAFKA_ANSWERS(ListConsumerGroups, valid, const rd_kafka_ConsumerGroupListing_t **);
RD_KAFKA_ANSWERS(DescribeConsumerGroups, groups, const rd_kafka_ConsumerGroupDescription_t **);
RD_KAFKA_ANSWERS(ListConsumerGroupOffsets, groups, const rd_kafka_group_result_t **);
RD_KAFKA_ANSWERS(AlterConsumerGroupOffsets, groups, const rd_kafka_group_result_t **);
RD_KAFKA_ANSWERS(DeleteGroups, groups, const rd_kafka_group_result_t **);
typedef struct rd_kafka_DeleteRecords_result_s rd_kafka_DeleteRecords_result_t;
const rd_kafka_DeleteRecords_result_t *rd_kafka_event_DeleteRecords_result(rd_kafka_event_t *);
const rd_kafka_topic_partition_list_t *rd_kafka_DeleteRecords_result_offsets(const rd_kafka_DeleteRecords_result_t *);

int rd_kafka_topic_result_error(const rd_kafka_topic_result_t *);
const char *rd_kafka_topic_result_error_string(const rd_kafka_topic_result_t *);
const rd_kafka_error_t *rd_kafka_group_result_error(const rd_kafka_group_result_t *);
const rd_kafka_topic_partition_list_t *rd_kafka_group_result_partitions(const rd_kafka_group_result_t *);
int rd_kafka_ConfigResource_error(const rd_kafka_ConfigResource_t *);
const char *rd_kafka_ConfigResource_error_string(const rd_kafka_ConfigResource_t *);
const rd_kafka_ConfigEntry_t **rd_kafka_ConfigResource_configs(const rd_kafka_ConfigResource_t *, size_t *count);
const char *rd_kafka_ConfigEntry_name(const rd_kafka_ConfigEntry_t *);
const char *rd_kafka_ConfigEntry_value(const rd_kafka_ConfigEntry_t *);
const char *rd_kafka_ConsumerGroupListing_group_id(const rd_kafka_ConsumerGroupListing_t *);
const rd_kafka_error_t *rd_kafka_ConsumerGroupDescription_error(const rd_kafka_ConsumerGroupDescription_t *);
int rd_kafka_ConsumerGroupDescription_state(const rd_kafka_ConsumerGroupDescription_t *);
size_t rd_kafka_ConsumerGroupDescription_member_count(const rd_kafka_ConsumerGroupDescription_t *);
const char *rd_kafka_consumer_group_state_name(int state);

#endif
