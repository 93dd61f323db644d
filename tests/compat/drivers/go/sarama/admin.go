package main

import (
	"strconv"

	"github.com/IBM/sarama"

	"kafkalite/drivers/line"
)

func (d *driver) createTopic(command line.Command) (any, error) {
	detail := &sarama.TopicDetail{NumPartitions: command.Partitions, ReplicationFactor: 1}
	return nil, d.admin.CreateTopic(command.Name, detail, false)
}

func (d *driver) deleteTopic(command line.Command) (any, error) {
	return nil, d.admin.DeleteTopic(command.Name)
}

func (d *driver) partitions(command line.Command) (any, error) {
	topics, err := d.admin.DescribeTopics([]string{command.Name})
	if err != nil {
		return nil, err
	}
	if topics[0].Err != sarama.ErrNoError {
		return nil, topics[0].Err
	}
	return len(topics[0].Partitions), nil
}

func (d *driver) listTopics(line.Command) (any, error) {
	topics, err := d.admin.ListTopics()
	names := []string{}
	for name := range topics {
		names = append(names, name)
	}
	return names, err
}

func (d *driver) createPartitions(command line.Command) (any, error) {
	return nil, d.admin.CreatePartitions(command.Name, command.Partitions, nil, false)
}

func (d *driver) topicConfigs(command line.Command) (any, error) {
	entries, err := d.admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: command.Name})
	configs := map[string]string{}
	for _, entry := range entries {
		configs[entry.Name] = entry.Value
	}
	return configs, err
}

func (d *driver) setTopicConfigs(command line.Command) (any, error) {
	entries := map[string]*string{}
	for key, value := range command.Configs {
		entries[key] = &value
	}
	return nil, d.admin.AlterConfig(sarama.TopicResource, command.Name, entries, false)
}

// deleteRecords asks where the partition begins now: sarama does not tell what the broker answered.
func (d *driver) deleteRecords(command line.Command) (any, error) {
	before := map[int32]int64{command.Partition: command.Before}
	if err := d.admin.DeleteRecords(command.Topic, before); err != nil {
		return nil, err
	}
	return d.client.GetOffset(command.Topic, command.Partition, sarama.OffsetOldest)
}

func (d *driver) listGroups(line.Command) (any, error) {
	groups, err := d.admin.ListConsumerGroups()
	names := []string{}
	for name := range groups {
		names = append(names, name)
	}
	return names, err
}

func (d *driver) groupOffsets(command line.Command) (any, error) {
	found, err := d.admin.ListConsumerGroupOffsets(command.Group, nil)
	if err != nil {
		return nil, err
	}
	if found.Err != sarama.ErrNoError {
		return nil, found.Err
	}
	offsets := map[string]int64{}
	for partition, block := range found.Blocks[command.Topic] {
		offsets[strconv.Itoa(int(partition))] = block.Offset
	}
	return offsets, nil
}

func (d *driver) deleteGroup(command line.Command) (any, error) {
	return nil, d.admin.DeleteConsumerGroup(command.Group)
}

func (d *driver) describeGroup(command line.Command) (any, error) {
	groups, err := d.admin.DescribeConsumerGroups([]string{command.Group})
	if err != nil {
		return nil, err
	}
	if groups[0].Err != sarama.ErrNoError {
		return nil, groups[0].Err
	}
	return map[string]any{"state": groups[0].State, "members": len(groups[0].Members)}, nil
}

func (d *driver) setGroupOffsets(command line.Command) (any, error) {
	offsets := map[int32]sarama.OffsetAndMetadata{}
	for partition, offset := range command.Offsets {
		number, err := strconv.Atoi(partition)
		if err != nil {
			return nil, err
		}
		offsets[int32(number)] = sarama.OffsetAndMetadata{Offset: offset, LeaderEpoch: -1}
	}
	wanted := map[string]map[int32]sarama.OffsetAndMetadata{command.Topic: offsets}
	answer, err := d.admin.AlterConsumerGroupOffsets(command.Group, wanted, nil)
	if err != nil {
		return nil, err
	}
	for _, code := range answer.Errors[command.Topic] {
		if code != sarama.ErrNoError {
			return nil, code
		}
	}
	return nil, nil
}
