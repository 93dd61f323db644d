#include <stdlib.h>
#include <string.h>

#include "driver.h"

static rd_kafka_t *admin;
static rd_kafka_queue_t *queue;

static rd_kafka_t *client(void) {
    if (!admin) {
        admin = started(RD_KAFKA_PRODUCER, common());
        queue = rd_kafka_queue_new(admin);
    }
    return admin;
}

static rd_kafka_event_t *answer(void) {
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, DELIVERY_MS); /* its own timeout is shorter */
    if (!event)
        fail(RD_KAFKA_RESP_ERR__TIMED_OUT, "no answer in time");
    if (rd_kafka_event_error(event))
        fail(rd_kafka_event_error(event), "%s", rd_kafka_event_error_string(event));
    return event;
}

/* Ask for one thing, which is done with then, and return the event that answers. */
#define ASK(function, thing) (client(), function(admin, &(thing), 1, NULL, queue), answer())

static void check_topic(const rd_kafka_topic_result_t *topic) {
    int code = rd_kafka_topic_result_error(topic);
    const char *text = rd_kafka_topic_result_error_string(topic);
    if (code)
        fail(code, "%s", text ? text : rd_kafka_err2str(code));
}

static void check_resource(const rd_kafka_ConfigResource_t *resource) {
    int code = rd_kafka_ConfigResource_error(resource);
    const char *text = rd_kafka_ConfigResource_error_string(resource);
    if (code)
        fail(code, "%s", text ? text : rd_kafka_err2str(code));
}

/* --- topics --------------------------------------------------------------------------------------------------- */

static void create_topic(const Json *command, FILE *value) {
    (void)value;
    char error[256];
    size_t count;
    const char *name = json_text(command, "name");
    int partitions = (int)json_integer(command, "partitions");
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(name, partitions, 1, error, sizeof error);
    if (!topic)
        fail(0, "%s", error);
    rd_kafka_event_t *event = ASK(rd_kafka_CreateTopics, topic);
    check_topic(rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count)[0]);
    rd_kafka_event_destroy(event);
    rd_kafka_NewTopic_destroy(topic);
}

static void delete_topic(const Json *command, FILE *value) {
    (void)value;
    size_t count;
    rd_kafka_DeleteTopic_t *topic = rd_kafka_DeleteTopic_new(json_text(command, "name"));
    rd_kafka_event_t *event = ASK(rd_kafka_DeleteTopics, topic);
    check_topic(rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count)[0]);
    rd_kafka_event_destroy(event);
    rd_kafka_DeleteTopic_destroy(topic);
}

static void create_partitions(const Json *command, FILE *value) {
    (void)value;
    char error[256];
    size_t count;
    rd_kafka_NewPartitions_t *more = rd_kafka_NewPartitions_new(
        json_text(command, "name"), (size_t)json_integer(command, "partitions"), error, sizeof error);
    if (!more)
        fail(0, "%s", error);
    rd_kafka_event_t *event = ASK(rd_kafka_CreatePartitions, more);
    check_topic(rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event), &count)[0]);
    rd_kafka_event_destroy(event);
    rd_kafka_NewPartitions_destroy(more);
}

static void partitions(const Json *command, FILE *value) {
    const struct rd_kafka_metadata *metadata;
    rd_kafka_topic_t *topic = rd_kafka_topic_new(client(), json_text(command, "name"), NULL);
    int error = rd_kafka_metadata(client(), 0, topic, &metadata, CALL_MS);
    rd_kafka_topic_destroy(topic);
    check(error);
    check(metadata->topics[0].err);
    fprintf(value, "%d", metadata->topics[0].partition_cnt);
    rd_kafka_metadata_destroy(metadata);
}

static void list_topics(const Json *command, FILE *value) {
    (void)command;
    const struct rd_kafka_metadata *metadata;
    check(rd_kafka_metadata(client(), 1, NULL, &metadata, CALL_MS));
    for (int i = 0; i < metadata->topic_cnt; i++) {
        fputs(i ? ", " : "[", value);
        json_write_text(value, metadata->topics[i].topic, strlen(metadata->topics[i].topic));
    }
    fputs(metadata->topic_cnt ? "]" : "[]", value);
    rd_kafka_metadata_destroy(metadata);
}

static void topic_configs(const Json *command, FILE *value) {
    size_t count;
    rd_kafka_ConfigResource_t *topic = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, json_text(command, "name"));
    rd_kafka_event_t *event = ASK(rd_kafka_DescribeConfigs, topic);
    const rd_kafka_ConfigResource_t *found =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count)[0];
    check_resource(found);
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(found, &count);
    fputs("{", value);
    for (size_t i = 0; i < count; i++) {
        const char *name = rd_kafka_ConfigEntry_name(entries[i]), *text = rd_kafka_ConfigEntry_value(entries[i]);
        fputs(i ? ", " : "", value);
        json_write_text(value, name, strlen(name));
        fputs(": ", value);
        json_write_text(value, text, text ? strlen(text) : 0);
    }
    fputs("}", value);
    rd_kafka_event_destroy(event);
    rd_kafka_ConfigResource_destroy(topic);
}

static void set_topic_configs(const Json *command, FILE *value) {
    (void)value;
    size_t count;
    rd_kafka_ConfigResource_t *topic = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, json_text(command, "name"));
    for (const Json *change = json_member(command, "configs")->first; change; change = change->next)
        check_error(rd_kafka_ConfigResource_add_incremental_config(topic, change->name,
                                                                   RD_KAFKA_ALTER_CONFIG_OP_TYPE_SET, change->text));
    rd_kafka_event_t *event = ASK(rd_kafka_IncrementalAlterConfigs, topic);
    check_resource(rd_kafka_IncrementalAlterConfigs_result_resources(
        rd_kafka_event_IncrementalAlterConfigs_result(event), &count)[0]);
    rd_kafka_event_destroy(event);
    rd_kafka_ConfigResource_destroy(topic);
}

static void delete_records(const Json *command, FILE *value) {
    rd_kafka_topic_partition_list_t *before = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(before, json_text(command, "topic"), (int32_t)json_integer(command, "partition"));
    before->elems[0].offset = json_integer(command, "before");
    rd_kafka_DeleteRecords_t *records = rd_kafka_DeleteRecords_new(before);
    rd_kafka_topic_partition_list_destroy(before);
    rd_kafka_event_t *event = ASK(rd_kafka_DeleteRecords, records);
    const rd_kafka_topic_partition_t *left =
        rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))->elems;
    check(left->err);
    fprintf(value, "%lld", (long long)left->offset);
    rd_kafka_event_destroy(event);
    rd_kafka_DeleteRecords_destroy(records);
}

/* --- groups --------------------------------------------------------------------------------------------------- */

static void list_groups(const Json *command, FILE *value) {
    (void)command;
    size_t count;
    client();
    rd_kafka_ListConsumerGroups(admin, NULL, queue);
    rd_kafka_event_t *event = answer();
    const rd_kafka_ConsumerGroupListing_t **groups =
        rd_kafka_ListConsumerGroups_result_valid(rd_kafka_event_ListConsumerGroups_result(event), &count);
    fputs("[", value);
    for (size_t i = 0; i < count; i++) {
        const char *name = rd_kafka_ConsumerGroupListing_group_id(groups[i]);
        fputs(i ? ", " : "", value);
        json_write_text(value, name, strlen(name));
    }
    fputs("]", value);
    rd_kafka_event_destroy(event);
}

static void describe_group(const Json *command, FILE *value) {
    size_t count;
    const char *name = json_text(command, "group");
    rd_kafka_event_t *event = ASK(rd_kafka_DescribeConsumerGroups, name);
    const rd_kafka_ConsumerGroupDescription_t *group =
        rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event), &count)[0];
    check_result(rd_kafka_ConsumerGroupDescription_error(group));
    fprintf(value, "{\"state\": \"%s\", \"members\": %zu}",
            rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(group)),
            rd_kafka_ConsumerGroupDescription_member_count(group));
    rd_kafka_event_destroy(event);
}

static void group_offsets(const Json *command, FILE *value) {
    size_t count;
    bool is_first = true;
    rd_kafka_ListConsumerGroupOffsets_t *group =
        rd_kafka_ListConsumerGroupOffsets_new(json_text(command, "group"), NULL);
    rd_kafka_event_t *event = ASK(rd_kafka_ListConsumerGroupOffsets, group);
    const rd_kafka_group_result_t *found = rd_kafka_ListConsumerGroupOffsets_result_groups(
        rd_kafka_event_ListConsumerGroupOffsets_result(event), &count)[0];
    check_result(rd_kafka_group_result_error(found));
    const rd_kafka_topic_partition_list_t *places = rd_kafka_group_result_partitions(found);
    fputs("{", value);
    for (int i = 0; i < places->cnt; i++)
        if (strcmp(places->elems[i].topic, json_text(command, "topic")) == 0) {
            fprintf(value, "%s\"%d\": %lld", is_first ? "" : ", ", places->elems[i].partition,
                    (long long)places->elems[i].offset);
            is_first = false;
        }
    fputs("}", value);
    rd_kafka_event_destroy(event);
    rd_kafka_ListConsumerGroupOffsets_destroy(group);
}

rd_kafka_topic_partition_list_t *offsets_of(const Json *command) {
    rd_kafka_topic_partition_list_t *places = rd_kafka_topic_partition_list_new(1);
    for (const Json *offset = json_member(command, "offsets")->first; offset; offset = offset->next) {
        rd_kafka_topic_partition_list_add(places, json_text(command, "topic"), atoi(offset->name));
        places->elems[places->cnt - 1].offset = (int64_t)offset->number;
    }
    return places;
}

static void set_group_offsets(const Json *command, FILE *value) {
    (void)value;
    size_t count;
    rd_kafka_topic_partition_list_t *places = offsets_of(command);
    rd_kafka_AlterConsumerGroupOffsets_t *group =
        rd_kafka_AlterConsumerGroupOffsets_new(json_text(command, "group"), places);
    rd_kafka_topic_partition_list_destroy(places);
    rd_kafka_event_t *event = ASK(rd_kafka_AlterConsumerGroupOffsets, group);
    const rd_kafka_group_result_t *found = rd_kafka_AlterConsumerGroupOffsets_result_groups(
        rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count)[0];
    check_result(rd_kafka_group_result_error(found));
    const rd_kafka_topic_partition_list_t *changed = rd_kafka_group_result_partitions(found);
    for (int i = 0; i < changed->cnt; i++)
        check(changed->elems[i].err);
    rd_kafka_event_destroy(event);
    rd_kafka_AlterConsumerGroupOffsets_destroy(group);
}

static void delete_group(const Json *command, FILE *value) {
    (void)value;
    size_t count;
    rd_kafka_DeleteGroup_t *group = rd_kafka_DeleteGroup_new(json_text(command, "group"));
    rd_kafka_event_t *event = ASK(rd_kafka_DeleteGroups, group);
    check_result(rd_kafka_group_result_error(
        rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count)[0]));
    rd_kafka_event_destroy(event);
    rd_kafka_DeleteGroup_destroy(group);
}

const Command administration[] = {
    {"create_topic", create_topic},
    {"delete_topic", delete_topic},
    {"create_partitions", create_partitions},
    {"partitions", partitions},
    {"list_topics", list_topics},
    {"topic_configs", topic_configs},
    {"set_topic_configs", set_topic_configs},
    {"delete_records", delete_records},
    {"list_groups", list_groups},
    {"describe_group", describe_group},
    {"group_offsets", group_offsets},
    {"set_group_offsets", set_group_offsets},
    {"delete_group", delete_group},
    {0},
};
