// Driver of sarama, in the protocol versions it uses by default; the commands are those of line_protocol.py.
package main

import (
	"errors"
	"os"
	"time"

	"github.com/IBM/sarama"

	"kafkalite/drivers/line"
)

type driver struct {
	addresses []string
	client    sarama.Client
	admin     sarama.ClusterAdmin
	producers map[line.Settings]sarama.SyncProducer
	topic     string
	left      int
	// Each message is handed over when poll asks for it: none waits anywhere when its partition goes to another member.
	deliveries chan delivery
	group      sarama.ConsumerGroup
	session    sarama.ConsumerGroupSession // of the message that poll returned last
	consumer   sarama.Consumer             // without a group
	assigned   map[int32]*assignment
}

type delivery struct {
	message *sarama.ConsumerMessage
	session sarama.ConsumerGroupSession
}

func main() {
	d := &driver{addresses: os.Args[1:2], producers: map[line.Settings]sarama.SyncProducer{}}
	var err error
	if d.client, err = sarama.NewClient(d.addresses, sarama.NewConfig()); err != nil {
		panic(err)
	}
	if d.admin, err = sarama.NewClusterAdmin(d.addresses, sarama.NewConfig()); err != nil {
		panic(err)
	}
	line.Serve("sarama", "github.com/IBM/sarama", map[string]line.Handler{
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

		"list_topics":       d.listTopics,
		"create_partitions": d.createPartitions,
		"topic_configs":     d.topicConfigs,
		"set_topic_configs": d.setTopicConfigs,
		"delete_records":    d.deleteRecords,
		"describe_group":    d.describeGroup,
		"set_group_offsets": d.setGroupOffsets,
		"pause":             d.pause,
		"resume":            d.resume,
		"reset":             d.reset,
	}, errorCode)
}

func errorCode(err error) (int, bool) {
	var kafka sarama.KError
	if !errors.As(err, &kafka) {
		return 0, false
	}
	return int(kafka), true
}

func (d *driver) produce(command line.Command) (any, error) {
	producer, err := d.producer(command.Settings)
	if err != nil {
		return nil, err
	}
	messages := make([]*sarama.ProducerMessage, len(command.Messages))
	for i, message := range command.Messages {
		messages[i] = producerMessage(command.Topic, message)
	}
	err = producer.SendMessages(messages)
	var failed sarama.ProducerErrors
	if errors.As(err, &failed) {
		return nil, failed[0].Err
	}
	places := make([]line.Place, len(messages))
	for i, written := range messages {
		places[i] = line.Place{int64(written.Partition), written.Offset}
	}
	return places, err
}

func producerMessage(topic string, message line.Message) *sarama.ProducerMessage {
	sent := &sarama.ProducerMessage{Topic: topic, Metadata: message.Partition}
	if message.Key != nil {
		sent.Key = sarama.StringEncoder(*message.Key)
	}
	if message.Value != nil {
		sent.Value = sarama.StringEncoder(*message.Value)
	}
	for _, header := range message.Headers {
		sent.Headers = append(sent.Headers, sarama.RecordHeader{Key: []byte(header.Key), Value: line.Raw(header.Value)})
	}
	if message.Timestamp != nil {
		sent.Timestamp = time.UnixMilli(*message.Timestamp)
	}
	return sent
}

var acks = map[string]sarama.RequiredAcks{"0": sarama.NoResponse, "1": sarama.WaitForLocal, "all": sarama.WaitForAll}

func (d *driver) producer(settings line.Settings) (sarama.SyncProducer, error) {
	if producer, found := d.producers[settings]; found {
		return producer, nil
	}
	config := sarama.NewConfig()
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = acks[settings.Acks]
	config.Producer.Flush.Frequency = 5 * time.Millisecond
	config.Producer.Partitioner = newGivenPartition
	if err := config.Producer.Compression.UnmarshalText([]byte(settings.Codec)); err != nil {
		return nil, err
	}
	if settings.Idempotent {
		config.Producer.Idempotent = true
		config.Net.MaxOpenRequests = 1
	}
	if size := max(settings.BatchBytes, settings.MaxRequestBytes); size > 0 {
		config.Producer.MaxMessageBytes = int(size) // the limit of a batch as well
	}
	producer, err := sarama.NewSyncProducer(d.addresses, config)
	if err == nil {
		d.producers[settings] = producer
	}
	return producer, err
}

// givenPartition takes a message's own partition where it has one.
type givenPartition struct{ sarama.Partitioner }

func newGivenPartition(topic string) sarama.Partitioner {
	return givenPartition{sarama.NewHashPartitioner(topic)}
}

func (given givenPartition) Partition(message *sarama.ProducerMessage, partitions int32) (int32, error) {
	if partition, _ := message.Metadata.(*int32); partition != nil {
		return *partition, nil
	}
	return given.Partitioner.Partition(message, partitions)
}

func (d *driver) offsetForTime(command line.Command) (any, error) {
	offset, err := d.client.GetOffset(command.Topic, command.Partition, command.Timestamp)
	if err != nil || offset < 0 {
		return nil, err
	}
	return offset, nil
}
