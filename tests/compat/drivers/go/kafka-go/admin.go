package main

import (
	"strconv"

	"github.com/segmentio/kafka-go"

	"kafkalite/drivers/line"
)

func (d *driver) createTopic(command line.Command) (any, error) {
	topic := kafka.TopicConfig{Topic: command.Name, NumPartitions: int(command.Partitions), ReplicationFactor: 1}
	created, err := d.client.CreateTopics(background, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{topic}})
	if err != nil {
		return nil, err
	}
	return nil, created.Errors[command.Name]
}

func (d *driver) deleteTopic(command line.Command) (any, error) {
	deleted, err := d.client.DeleteTopics(background, &kafka.DeleteTopicsRequest{Topics: []string{command.Name}})
	if err != nil {
		return nil, err
	}
	return nil, deleted.Errors[command.Name]
}

func (d *driver) partitions(command line.Command) (any, error) {
	numbers, err := d.partitionsOf(command.Name)
	return len(numbers), err
}

func (d *driver) partitionsOf(topic string) ([]int, error) {
	found, err := d.client.Metadata(background, &kafka.MetadataRequest{Topics: []string{topic}})
	if err != nil {
		return nil, err
	}
	numbers := []int{}
	for _, partition := range found.Topics[0].Partitions {
		numbers = append(numbers, partition.ID)
	}
	return numbers, found.Topics[0].Error
}

func (d *driver) listTopics(line.Command) (any, error) {
	found, err := d.client.Metadata(background, &kafka.MetadataRequest{})
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, topic := range found.Topics {
		names = append(names, topic.Name)
	}
	return names, nil
}

func (d *driver) createPartitions(command line.Command) (any, error) {
	wanted := kafka.TopicPartitionsConfig{Name: command.Name, Count: command.Partitions}
	done, err := d.client.CreatePartitions(background, &kafka.CreatePartitionsRequest{
		Topics: []kafka.TopicPartitionsConfig{wanted},
	})
	if err != nil {
		return nil, err
	}
	return nil, done.Errors[command.Name]
}

func (d *driver) topicConfigs(command line.Command) (any, error) {
	asked := kafka.DescribeConfigRequestResource{ResourceType: kafka.ResourceTypeTopic, ResourceName: command.Name}
	found, err := d.client.DescribeConfigs(background, &kafka.DescribeConfigsRequest{
		Resources: []kafka.DescribeConfigRequestResource{asked},
	})
	if err != nil {
		return nil, err
	}
	configs := map[string]string{}
	for _, entry := range found.Resources[0].ConfigEntries {
		configs[entry.ConfigName] = entry.ConfigValue
	}
	return configs, found.Resources[0].Error
}

func (d *driver) setTopicConfigs(command line.Command) (any, error) {
	change := kafka.IncrementalAlterConfigsRequestResource{
		ResourceType: kafka.ResourceTypeTopic, ResourceName: command.Name,
	}
	for name, value := range command.Configs {
		change.Configs = append(change.Configs, kafka.IncrementalAlterConfigsRequestConfig{
			Name: name, Value: value, ConfigOperation: kafka.ConfigOperationSet,
		})
	}
	done, err := d.client.IncrementalAlterConfigs(background, &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{change},
	})
	if err != nil {
		return nil, err
	}
	return nil, done.Resources[0].Error
}

func (d *driver) offsetForTime(command line.Command) (any, error) {
	asked := kafka.OffsetRequest{Partition: int(command.Partition), Timestamp: command.Timestamp}
	answer, err := d.client.ListOffsets(background, &kafka.ListOffsetsRequest{
		Topics: map[string][]kafka.OffsetRequest{command.Topic: {asked}},
	})
	if err != nil {
		return nil, err
	}
	found := answer.Topics[command.Topic][0]
	for offset := range found.Offsets {
		if offset >= 0 {
			return offset, found.Error
		}
	}
	return nil, found.Error
}

func (d *driver) listGroups(line.Command) (any, error) {
	answer, err := d.client.ListGroups(background, &kafka.ListGroupsRequest{})
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, group := range answer.Groups {
		names = append(names, group.GroupID)
	}
	return names, answer.Error
}

func (d *driver) groupOffsets(command line.Command) (any, error) {
	numbers, err := d.partitionsOf(command.Topic)
	if err != nil {
		return nil, err
	}
	answer, err := d.client.OffsetFetch(background, &kafka.OffsetFetchRequest{
		GroupID: command.Group, Topics: map[string][]int{command.Topic: numbers},
	})
	if err != nil {
		return nil, err
	}
	offsets := map[string]int64{}
	for _, found := range answer.Topics[command.Topic] {
		offsets[strconv.Itoa(found.Partition)] = found.CommittedOffset
	}
	return offsets, answer.Error
}

func (d *driver) deleteGroup(command line.Command) (any, error) {
	deleted, err := d.client.DeleteGroups(background, &kafka.DeleteGroupsRequest{GroupIDs: []string{command.Group}})
	if err != nil {
		return nil, err
	}
	return nil, deleted.Errors[command.Group]
}

func (d *driver) describeGroup(command line.Command) (any, error) {
	answer, err := d.client.DescribeGroups(background, &kafka.DescribeGroupsRequest{GroupIDs: []string{command.Group}})
	if err != nil {
		return nil, err
	}
	group := answer.Groups[0]
	return map[string]any{"state": group.GroupState, "members": len(group.Members)}, group.Error
}

// setGroupOffsets commits as a consumer that is no member, which has no generation.
func (d *driver) setGroupOffsets(command line.Command) (any, error) {
	places := []kafka.OffsetCommit{}
	for partition, offset := range command.Offsets {
		number, err := strconv.Atoi(partition)
		if err != nil {
			return nil, err
		}
		places = append(places, kafka.OffsetCommit{Partition: number, Offset: offset})
	}
	answer, err := d.client.OffsetCommit(background, &kafka.OffsetCommitRequest{
		GroupID: command.Group, GenerationID: -1, Topics: map[string][]kafka.OffsetCommit{command.Topic: places},
	})
	if err != nil {
		return nil, err
	}
	for _, committed := range answer.Topics[command.Topic] {
		if committed.Error != nil {
			return nil, committed.Error
		}
	}
	return nil, nil
}
