package main

import (
	"math"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"

	"kafkalite/drivers/line"
)

func (d *driver) open(command line.Command) (any, error) {
	begin := "earliest"
	if command.Start == "latest" {
		begin = "latest"
	}
	config := d.settings(kafka.ConfigMap{
		"group.id":           "no-group",
		"auto.offset.reset":  "earliest",
		"enable.auto.commit": command.AutoCommit && command.Group != "",
		// Else Consumer.Close, which reads what is still in its queue and drops it, commits that as well.
		"enable.auto.offset.store": false,
		"auto.commit.interval.ms":  500,
	})
	if command.Group != "" {
		(*config)["group.id"] = command.Group
	}
	if command.Isolation != "" {
		(*config)["isolation.level"] = command.Isolation
	}
	if command.Member != nil {
		memberSettings(*config, command.Member)
	}
	if command.FetchBytes > 0 {
		(*config)["max.partition.fetch.bytes"] = int(command.FetchBytes)
	}
	d.topic, d.left = command.Topic, math.MaxInt
	if command.Limit != nil {
		d.left = *command.Limit
	}
	var err error
	if d.consumer, err = kafka.NewConsumer(config); err != nil {
		return nil, err
	}
	if command.Group != "" {
		return nil, d.consumer.SubscribeTopics([]string{command.Topic}, nil)
	}
	return nil, d.assign(begin)
}

func (d *driver) assign(begin string) error {
	found, err := d.consumer.GetMetadata(&d.topic, false, callMs)
	if err != nil {
		return err
	}
	offset, err := kafka.NewOffset(begin)
	if err != nil {
		return err
	}
	places := []kafka.TopicPartition{}
	for _, partition := range found.Topics[d.topic].Partitions {
		places = append(places, kafka.TopicPartition{
			Topic: &d.topic, Partition: partition.ID, Offset: offset,
		})
	}
	return d.consumer.Assign(places)
}

// poll waits for a message, and takes what is there right behind it.
func (d *driver) poll(command line.Command) (any, error) {
	messages := []line.Message{}
	wait := int(command.Seconds * 1000)
	until := time.Now().Add(time.Duration(wait) * time.Millisecond)
	for d.left > 0 && len(messages) < 2000 {
		switch event := d.consumer.Poll(wait).(type) {
		case *kafka.Message:
			if event.TopicPartition.Error != nil {
				return nil, event.TopicPartition.Error
			}
			if _, err := d.consumer.StoreMessage(event); err != nil {
				return nil, err
			}
			messages = append(messages, message(event))
			d.left--
			wait = 0
		case kafka.Error:
			println(event.Error()) // librdkafka goes on by itself unless it is fatal
			if event.IsFatal() {
				return nil, event
			}
		case nil:
			return messages, nil
		}
		if len(messages) == 0 {
			wait = max(0, int(time.Until(until).Milliseconds()))
		}
	}
	return messages, nil
}

func message(came *kafka.Message) line.Message {
	timestamp, offset := came.Timestamp.UnixMilli(), int64(came.TopicPartition.Offset)
	headers := []line.Header{}
	for _, header := range came.Headers {
		headers = append(headers, line.Header{Key: header.Key, Value: line.Text(header.Value)})
	}
	return line.Message{
		Partition: &came.TopicPartition.Partition,
		Offset:    &offset,
		Timestamp: &timestamp,
		Key:       line.Text(came.Key),
		Value:     line.Text(came.Value),
		Headers:   headers,
	}
}

func (d *driver) seek(command line.Command) (any, error) {
	place := kafka.TopicPartition{Topic: &d.topic, Partition: command.Partition, Offset: kafka.Offset(command.Offset)}
	_, err := d.consumer.SeekPartitions([]kafka.TopicPartition{place})
	return nil, err
}

func (d *driver) commit(line.Command) (any, error) {
	_, err := d.consumer.Commit()
	return nil, err
}

func (d *driver) close(line.Command) (any, error) {
	return []line.Message{}, d.consumer.Close() // commits if that is automatic, and leaves the group
}

func memberSettings(config kafka.ConfigMap, member *line.Member) {
	if member.Instance != "" {
		config["group.instance.id"] = member.Instance
	}
	if member.Protocol == "consumer" {
		config["group.protocol"] = "consumer"
		if member.Assignor != "" {
			config["group.remote.assignor"] = member.Assignor
		}
		return
	}
	config["partition.assignment.strategy"] = member.Assignor
	config["session.timeout.ms"] = int(member.SessionMs)
	config["heartbeat.interval.ms"] = int(member.HeartbeatMs)
}

func (d *driver) owned(line.Command) (any, error) {
	assigned, err := d.consumer.Assignment()
	partitions := []int32{}
	for _, place := range assigned {
		partitions = append(partitions, place.Partition)
	}
	return partitions, err
}

func (d *driver) pause(command line.Command) (any, error) {
	return nil, d.consumer.Pause([]kafka.TopicPartition{{Topic: &d.topic, Partition: command.Partition}})
}

func (d *driver) resume(command line.Command) (any, error) {
	return nil, d.consumer.Resume([]kafka.TopicPartition{{Topic: &d.topic, Partition: command.Partition}})
}
