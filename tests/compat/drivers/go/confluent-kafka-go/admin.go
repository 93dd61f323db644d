package main

import (
	"fmt"
	"strconv"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"

	"kafkalite/drivers/line"
)

// refused is the error of a topic or a group in an answer of the admin client, nil if it has none.
func refused(err kafka.Error) error {
	if err.Code() == kafka.ErrNoError {
		return nil
	}
	return err
}

func (d *driver) createTopic(command line.Command) (any, error) {
	topic := kafka.TopicSpecification{
		Topic: command.Name, NumPartitions: int(command.Partitions), ReplicationFactor: 1,
	}
	created, err := d.admin.CreateTopics(background, []kafka.TopicSpecification{topic})
	if err != nil {
		return nil, err
	}
	return nil, refused(created[0].Error)
}

func (d *driver) deleteTopic(command line.Command) (any, error) {
	deleted, err := d.admin.DeleteTopics(background, []string{command.Name})
	if err != nil {
		return nil, err
	}
	return nil, refused(deleted[0].Error)
}

func (d *driver) partitions(command line.Command) (any, error) {
	found, err := d.admin.GetMetadata(&command.Name, false, callMs)
	if err != nil {
		return nil, err
	}
	topic := found.Topics[command.Name]
	return len(topic.Partitions), refused(topic.Error)
}

func (d *driver) listTopics(line.Command) (any, error) {
	found, err := d.admin.GetMetadata(nil, true, callMs)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for name := range found.Topics {
		names = append(names, name)
	}
	return names, nil
}

func (d *driver) createPartitions(command line.Command) (any, error) {
	wanted := kafka.PartitionsSpecification{Topic: command.Name, IncreaseTo: int(command.Partitions)}
	done, err := d.admin.CreatePartitions(background, []kafka.PartitionsSpecification{wanted})
	if err != nil {
		return nil, err
	}
	return nil, refused(done[0].Error)
}

func (d *driver) topicConfigs(command line.Command) (any, error) {
	asked := kafka.ConfigResource{Type: kafka.ResourceTopic, Name: command.Name}
	found, err := d.admin.DescribeConfigs(background, []kafka.ConfigResource{asked})
	if err != nil {
		return nil, err
	}
	configs := map[string]string{}
	for name, entry := range found[0].Config {
		configs[name] = entry.Value
	}
	return configs, refused(found[0].Error)
}

func (d *driver) setTopicConfigs(command line.Command) (any, error) {
	change := kafka.ConfigResource{Type: kafka.ResourceTopic, Name: command.Name}
	for name, value := range command.Configs {
		set := kafka.ConfigEntry{Name: name, Value: value, IncrementalOperation: kafka.AlterConfigOpTypeSet}
		change.Config = append(change.Config, set)
	}
	done, err := d.admin.IncrementalAlterConfigs(background, []kafka.ConfigResource{change})
	if err != nil {
		return nil, err
	}
	return nil, refused(done[0].Error)
}

func (d *driver) deleteRecords(command line.Command) (any, error) {
	before := kafka.TopicPartition{
		Topic: &command.Topic, Partition: command.Partition, Offset: kafka.Offset(command.Before),
	}
	deleted, err := d.admin.DeleteRecords(background, []kafka.TopicPartition{before})
	if err != nil {
		return nil, err
	}
	result := deleted.DeleteRecordsResults[0]
	if result.TopicPartition.Error != nil {
		return nil, result.TopicPartition.Error
	}
	return int64(result.DeletedRecords.LowWatermark), nil
}

func (d *driver) offsetForTime(command line.Command) (any, error) {
	place := kafka.TopicPartition{Topic: &command.Topic, Partition: command.Partition}
	asked := map[kafka.TopicPartition]kafka.OffsetSpec{place: kafka.NewOffsetSpecForTimestamp(command.Timestamp)}
	answer, err := d.admin.ListOffsets(background, asked)
	if err != nil {
		return nil, err
	}
	for _, found := range answer.ResultInfos {
		if found.Offset < 0 {
			return nil, refused(found.Error)
		}
		return found.Offset, refused(found.Error)
	}
	return nil, fmt.Errorf("no answer for partition %d", command.Partition)
}

func (d *driver) listGroups(line.Command) (any, error) {
	answer, err := d.admin.ListConsumerGroups(background)
	names := []string{}
	for _, group := range answer.Valid {
		names = append(names, group.GroupID)
	}
	return names, err
}

func (d *driver) groupOffsets(command line.Command) (any, error) {
	asked := []kafka.ConsumerGroupTopicPartitions{{Group: command.Group}}
	answer, err := d.admin.ListConsumerGroupOffsets(background, asked)
	if err != nil {
		return nil, err
	}
	offsets := map[string]int64{}
	for _, found := range answer.ConsumerGroupsTopicPartitions[0].Partitions {
		if *found.Topic == command.Topic {
			offsets[strconv.Itoa(int(found.Partition))] = int64(found.Offset)
		}
	}
	return offsets, nil
}

func (d *driver) deleteGroup(command line.Command) (any, error) {
	answer, err := d.admin.DeleteConsumerGroups(background, []string{command.Group})
	if err != nil {
		return nil, err
	}
	return nil, refused(answer.ConsumerGroupResults[0].Error)
}

func (d *driver) describeGroup(command line.Command) (any, error) {
	answer, err := d.admin.DescribeConsumerGroups(background, []string{command.Group})
	if err != nil {
		return nil, err
	}
	group := answer.ConsumerGroupDescriptions[0]
	return map[string]any{"state": group.State.String(), "members": len(group.Members)}, refused(group.Error)
}

func (d *driver) setGroupOffsets(command line.Command) (any, error) {
	wanted := kafka.ConsumerGroupTopicPartitions{Group: command.Group}
	for partition, offset := range command.Offsets {
		number, err := strconv.Atoi(partition)
		if err != nil {
			return nil, err
		}
		wanted.Partitions = append(wanted.Partitions, kafka.TopicPartition{
			Topic: &command.Topic, Partition: int32(number), Offset: kafka.Offset(offset),
		})
	}
	answer, err := d.admin.AlterConsumerGroupOffsets(background, []kafka.ConsumerGroupTopicPartitions{wanted})
	if err != nil {
		return nil, err
	}
	for _, place := range answer.ConsumerGroupsTopicPartitions[0].Partitions {
		if place.Error != nil {
			return nil, place.Error
		}
	}
	return nil, nil
}
