// Driver of confluent-kafka-go, librdkafka for Go; the commands are those of line_protocol.py.
package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"

	"kafkalite/drivers/line"
)

const (
	callMs     = 30_000
	deliveryMs = 120_000
)

var background = context.Background()

type driver struct {
	address   string
	admin     *kafka.AdminClient
	producers map[line.Settings]*kafka.Producer
	consumer  *kafka.Consumer
	topic     string
	left      int
}

func main() {
	d := &driver{address: os.Args[1], producers: map[line.Settings]*kafka.Producer{}}
	var err error
	if d.admin, err = kafka.NewAdminClient(d.settings(kafka.ConfigMap{})); err != nil {
		panic(err)
	}
	line.Serve("confluent-kafka-go", "github.com/confluentinc/confluent-kafka-go/v2", map[string]line.Handler{
		"create_topic":    d.createTopic,
		"delete_topic":    d.deleteTopic,
		"partitions":      d.partitions,
		"produce":         d.produce,
		"open":            d.open,
		"poll":            d.poll,
		"seek":            d.seek,
		"commit":          d.commit,
		"close":           d.close,
		"offset_for_time": d.offsetForTime,
		"list_groups":     d.listGroups,
		"group_offsets":   d.groupOffsets,
		"delete_group":    d.deleteGroup,
	}, errorCode)
}

// errorCode finds Kafka's codes, which are librdkafka's positive ones; its own are negative.
func errorCode(err error) (int, bool) {
	var failed kafka.Error
	if !errors.As(err, &failed) || failed.Code() <= 0 {
		return 0, false
	}
	return int(failed.Code()), true
}

// settings are `own` and what all clients of this driver have in common.
func (d *driver) settings(own kafka.ConfigMap) *kafka.ConfigMap {
	own["bootstrap.servers"] = d.address
	own["reconnect.backoff.max.ms"] = 500
	return &own
}

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

func (d *driver) produce(command line.Command) (any, error) {
	producer, err := d.producer(command.Settings)
	if err != nil {
		return nil, err
	}
	delivered := make(chan kafka.Event, len(command.Messages))
	for i, message := range command.Messages {
		if err := produceOne(producer, producerMessage(command.Topic, message, i), delivered); err != nil {
			return nil, err
		}
	}
	places := make([]line.Place, len(command.Messages))
	var failed error
	for range command.Messages {
		report := (<-delivered).(*kafka.Message)
		if report.TopicPartition.Error != nil {
			failed = report.TopicPartition.Error
		}
		places[report.Opaque.(int)] = line.Place{
			int64(report.TopicPartition.Partition), int64(report.TopicPartition.Offset),
		}
	}
	return places, failed
}

// produceOne waits while the producer's queue is full.
func produceOne(producer *kafka.Producer, message *kafka.Message, delivered chan kafka.Event) error {
	for {
		err := producer.Produce(message, delivered)
		var full kafka.Error
		if !errors.As(err, &full) || full.Code() != kafka.ErrQueueFull {
			return err
		}
		producer.Flush(100)
	}
}

func producerMessage(topic string, message line.Message, number int) *kafka.Message {
	sent := &kafka.Message{
		TopicPartition: kafka.TopicPartition{Topic: &topic, Partition: kafka.PartitionAny},
		Key:            line.Raw(message.Key),
		Value:          line.Raw(message.Value),
		Opaque:         number,
	}
	for _, header := range message.Headers {
		sent.Headers = append(sent.Headers, kafka.Header{Key: header.Key, Value: line.Raw(header.Value)})
	}
	if message.Timestamp != nil {
		sent.Timestamp = time.UnixMilli(*message.Timestamp)
	}
	if message.Partition != nil {
		sent.TopicPartition.Partition = *message.Partition
	}
	return sent
}

func (d *driver) producer(settings line.Settings) (*kafka.Producer, error) {
	if producer, found := d.producers[settings]; found {
		return producer, nil
	}
	config := d.settings(kafka.ConfigMap{
		"compression.type":    settings.Codec,
		"acks":                settings.Acks,
		"enable.idempotence":  settings.Idempotent,
		"delivery.timeout.ms": deliveryMs,
	})
	if settings.BatchBytes > 0 {
		(*config)["batch.size"] = int(settings.BatchBytes)
	}
	if settings.MaxRequestBytes > 0 {
		(*config)["message.max.bytes"] = int(settings.MaxRequestBytes)
	}
	producer, err := kafka.NewProducer(config)
	if err == nil {
		d.producers[settings] = producer
	}
	return producer, err
}

func (d *driver) open(command line.Command) (any, error) {
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
	return nil, d.assign()
}

func (d *driver) assign() error {
	found, err := d.consumer.GetMetadata(&d.topic, false, callMs)
	if err != nil {
		return err
	}
	places := []kafka.TopicPartition{}
	for _, partition := range found.Topics[d.topic].Partitions {
		places = append(places, kafka.TopicPartition{
			Topic: &d.topic, Partition: partition.ID, Offset: kafka.OffsetBeginning,
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
