// Driver of sarama, in the protocol versions it uses by default; the commands are those of line_protocol.py.
package main

import (
	"context"
	"errors"
	"math"
	"os"
	"strconv"
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
	}, errorCode)
}

func errorCode(err error) (int, bool) {
	var kafka sarama.KError
	if !errors.As(err, &kafka) {
		return 0, false
	}
	return int(kafka), true
}

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

func (d *driver) open(command line.Command) (any, error) {
	config := sarama.NewConfig()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Enable = command.AutoCommit
	config.Consumer.Offsets.AutoCommit.Interval = 500 * time.Millisecond
	config.Consumer.Group.Heartbeat.Interval = 500 * time.Millisecond // how a member learns of a rebalance
	if command.FetchBytes > 0 {
		config.Consumer.Fetch.Default = command.FetchBytes
	}
	d.deliveries = make(chan delivery)
	d.topic, d.left = command.Topic, math.MaxInt
	if command.Limit != nil {
		d.left = *command.Limit
	}
	if command.Group != "" {
		return nil, d.join(command.Group, config)
	}
	return nil, d.assign(config)
}

func (d *driver) join(name string, config *sarama.Config) (err error) {
	if d.group, err = sarama.NewConsumerGroup(d.addresses, name, config); err != nil {
		return err
	}
	go func() {
		for {
			err := d.group.Consume(context.Background(), []string{d.topic}, claims{d.deliveries})
			if errors.Is(err, sarama.ErrClosedConsumerGroup) {
				return
			}
			if err != nil {
				println(err.Error())
				time.Sleep(100 * time.Millisecond)
			}
		}
	}()
	return nil
}

// claims is what sarama calls for each partition of a member.
type claims struct{ deliveries chan<- delivery }

func (claims) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (claims) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (to claims) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	forward(claim.Messages(), session, to.deliveries, session.Context().Done())
	return nil
}

func forward(
	messages <-chan *sarama.ConsumerMessage, session sarama.ConsumerGroupSession, to chan<- delivery, stop <-chan struct{},
) {
	for {
		select {
		case <-stop:
			return
		case message, more := <-messages:
			if !more {
				return
			}
			select {
			case <-stop:
				return
			case to <- delivery{message, session}:
			}
		}
	}
}

// assignment is one partition of a consumer without a group.
type assignment struct {
	consumer sarama.PartitionConsumer
	stop     chan struct{}
	stopped  chan struct{}
}

func (d *driver) assign(config *sarama.Config) (err error) {
	if d.consumer, err = sarama.NewConsumer(d.addresses, config); err != nil {
		return err
	}
	d.assigned = map[int32]*assignment{}
	partitions, err := d.consumer.Partitions(d.topic)
	for _, partition := range partitions {
		if err == nil {
			err = d.start(partition, sarama.OffsetOldest)
		}
	}
	return err
}

func (d *driver) start(partition int32, offset int64) error {
	consumer, err := d.consumer.ConsumePartition(d.topic, partition, offset)
	if err != nil {
		return err
	}
	started := &assignment{consumer, make(chan struct{}), make(chan struct{})}
	d.assigned[partition] = started
	go func() {
		defer close(started.stopped)
		forward(consumer.Messages(), nil, d.deliveries, started.stop)
	}()
	return nil
}

func (old *assignment) end() error {
	close(old.stop)
	<-old.stopped
	return old.consumer.Close()
}

// poll waits for a message, and takes what comes right behind it.
func (d *driver) poll(command line.Command) (any, error) {
	messages := []line.Message{}
	wait := time.Duration(command.Seconds * float64(time.Second))
	for d.left > 0 && len(messages) < 2000 {
		select {
		case came := <-d.deliveries:
			if came.session != nil {
				came.session.MarkMessage(came.message, "")
				d.session = came.session
			}
			messages = append(messages, message(came.message))
			d.left--
			wait = 2 * time.Millisecond
		case <-time.After(wait):
			return messages, nil
		}
	}
	return messages, nil
}

func message(came *sarama.ConsumerMessage) line.Message {
	timestamp := came.Timestamp.UnixMilli()
	headers := []line.Header{}
	for _, header := range came.Headers {
		headers = append(headers, line.Header{Key: string(header.Key), Value: line.Text(header.Value)})
	}
	return line.Message{
		Partition: &came.Partition,
		Offset:    &came.Offset,
		Timestamp: &timestamp,
		Key:       line.Text(came.Key),
		Value:     line.Text(came.Value),
		Headers:   headers,
	}
}

func (d *driver) seek(command line.Command) (any, error) {
	if err := d.assigned[command.Partition].end(); err != nil {
		return nil, err
	}
	return nil, d.start(command.Partition, command.Offset)
}

func (d *driver) commit(line.Command) (any, error) {
	if d.session != nil {
		d.session.Commit()
	}
	return nil, nil
}

func (d *driver) close(line.Command) (any, error) {
	if d.group != nil {
		return []line.Message{}, d.group.Close()
	}
	for _, one := range d.assigned {
		if err := one.end(); err != nil {
			return nil, err
		}
	}
	return []line.Message{}, d.consumer.Close()
}

func (d *driver) offsetForTime(command line.Command) (any, error) {
	offset, err := d.client.GetOffset(command.Topic, command.Partition, command.Timestamp)
	if err != nil || offset < 0 {
		return nil, err
	}
	return offset, nil
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
