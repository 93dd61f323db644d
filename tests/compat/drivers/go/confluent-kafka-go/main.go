// Driver of confluent-kafka-go, librdkafka for Go; the commands are those of line_protocol.py. Producing is here.
package main

import (
	"context"
	"errors"
	"os"
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
		"create_topic":      d.createTopic,
		"delete_topic":      d.deleteTopic,
		"partitions":        d.partitions,
		"list_topics":       d.listTopics,
		"create_partitions": d.createPartitions,
		"topic_configs":     d.topicConfigs,
		"set_topic_configs": d.setTopicConfigs,
		"delete_records":    d.deleteRecords,
		"produce":           d.produce,
		"open":              d.open,
		"poll":              d.poll,
		"owned":             d.owned,
		"seek":              d.seek,
		"pause":             d.pause,
		"resume":            d.resume,
		"commit":            d.commit,
		"close":             d.close,
		"offset_for_time":   d.offsetForTime,
		"list_groups":       d.listGroups,
		"group_offsets":     d.groupOffsets,
		"describe_group":    d.describeGroup,
		"set_group_offsets": d.setGroupOffsets,
		"delete_group":      d.deleteGroup,
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
