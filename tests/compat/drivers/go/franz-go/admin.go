package main

import (
	"strconv"

	"github.com/twmb/franz-go/pkg/kadm"

	"kafkalite/drivers/line"
)

func (d *driver) createTopic(command line.Command) (any, error) {
	_, err := d.admin.CreateTopic(background, command.Partitions, 1, nil, command.Name)
	return nil, err
}

func (d *driver) deleteTopic(command line.Command) (any, error) {
	_, err := d.admin.DeleteTopic(background, command.Name)
	return nil, err
}

func (d *driver) partitions(command line.Command) (any, error) {
	topics, err := d.admin.ListTopics(background, command.Name)
	if err != nil {
		return nil, err
	}
	return len(topics[command.Name].Partitions), topics[command.Name].Err
}

func (d *driver) listTopics(line.Command) (any, error) {
	topics, err := d.admin.ListTopics(background)
	return topics.Names(), err
}

func (d *driver) createPartitions(command line.Command) (any, error) {
	answers, err := d.admin.UpdatePartitions(background, int(command.Partitions), command.Name)
	if err != nil {
		return nil, err
	}
	return nil, answers.Error()
}

func (d *driver) topicConfigs(command line.Command) (any, error) {
	found, err := d.admin.DescribeTopicConfigs(background, command.Name)
	if err != nil {
		return nil, err
	}
	resource, err := found.On(command.Name, nil)
	configs := map[string]string{}
	for _, config := range resource.Configs {
		configs[config.Key] = config.MaybeValue()
	}
	return configs, err
}

func (d *driver) setTopicConfigs(command line.Command) (any, error) {
	var changes []kadm.AlterConfig
	for key, value := range command.Configs {
		changes = append(changes, kadm.AlterConfig{Op: kadm.SetConfig, Name: key, Value: &value})
	}
	answers, err := d.admin.AlterTopicConfigs(background, changes, command.Name)
	if err != nil {
		return nil, err
	}
	answer, err := answers.On(command.Name, nil)
	if err != nil {
		return nil, err
	}
	return nil, answer.Err
}

func (d *driver) deleteRecords(command line.Command) (any, error) {
	var offsets kadm.Offsets
	offsets.AddOffset(command.Topic, command.Partition, command.Before, -1)
	answers, err := d.admin.DeleteRecords(background, offsets)
	if err != nil {
		return nil, err
	}
	answer, _ := answers.Lookup(command.Topic, command.Partition)
	return answer.LowWatermark, answer.Err
}

func (d *driver) listGroups(line.Command) (any, error) {
	groups, err := d.admin.ListGroups(background)
	return groups.Groups(), err
}

func (d *driver) groupOffsets(command line.Command) (any, error) {
	found, err := d.admin.FetchOffsets(background, command.Group)
	if err != nil {
		return nil, err
	}
	offsets := map[string]int64{}
	for partition, offset := range found.Offsets()[command.Topic] {
		offsets[strconv.Itoa(int(partition))] = offset.At
	}
	return offsets, found.Error()
}

func (d *driver) deleteGroup(command line.Command) (any, error) {
	_, err := d.admin.DeleteGroup(background, command.Group)
	return nil, err
}

func (d *driver) describeGroup(command line.Command) (any, error) {
	found, err := d.admin.DescribeGroups(background, command.Group)
	if err != nil {
		return nil, err
	}
	group := found[command.Group]
	return map[string]any{"state": group.State, "members": len(group.Members)}, group.Err
}

func (d *driver) setGroupOffsets(command line.Command) (any, error) {
	offsets, err := places(command)
	if err != nil {
		return nil, err
	}
	return nil, d.admin.CommitAllOffsets(background, command.Group, offsets)
}

func places(command line.Command) (kadm.Offsets, error) {
	var offsets kadm.Offsets
	for partition, offset := range command.Offsets {
		number, err := strconv.Atoi(partition)
		if err != nil {
			return nil, err
		}
		offsets.AddOffset(command.Topic, int32(number), offset, -1)
	}
	return offsets, nil
}
