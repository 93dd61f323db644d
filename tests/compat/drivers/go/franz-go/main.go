// Driver of franz-go; the commands are those of line_protocol.py.
package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kafkalite/drivers/line"
)

var background = context.Background()

type driver struct {
	address   string
	admin     *kadm.Client
	producers map[line.Settings]*kgo.Client
	consumer  *kgo.Client
	topic     string
	left      int
}

func main() {
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Args[1]))
	if err != nil {
		panic(err)
	}
	d := &driver{address: os.Args[1], admin: kadm.NewClient(client), producers: map[line.Settings]*kgo.Client{}}
	line.Serve("franz-go", "github.com/twmb/franz-go", map[string]line.Handler{
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
	var kafka *kerr.Error
	if !errors.As(err, &kafka) {
		return 0, false
	}
	return int(kafka.Code), true
}

func (d *driver) produce(command line.Command) (any, error) {
	producer, err := d.producer(command.Settings)
	if err != nil {
		return nil, err
	}
	records := make([]*kgo.Record, len(command.Messages))
	for i, message := range command.Messages {
		records[i] = record(command.Topic, message)
	}
	if err := producer.ProduceSync(background, records...).FirstErr(); err != nil {
		return nil, err
	}
	places := make([]line.Place, len(records))
	for i, written := range records {
		places[i] = line.Place{int64(written.Partition), written.Offset}
	}
	return places, nil
}

func record(topic string, message line.Message) *kgo.Record {
	record := &kgo.Record{Topic: topic, Key: line.Raw(message.Key), Value: line.Raw(message.Value), Partition: -1}
	for _, header := range message.Headers {
		record.Headers = append(record.Headers, kgo.RecordHeader{Key: header.Key, Value: line.Raw(header.Value)})
	}
	if message.Timestamp != nil {
		record.Timestamp = time.UnixMilli(*message.Timestamp)
	}
	if message.Partition != nil {
		record.Partition = *message.Partition
	}
	return record
}

var codecs = map[string]kgo.CompressionCodec{
	"none":   kgo.NoCompression(),
	"gzip":   kgo.GzipCompression(),
	"snappy": kgo.SnappyCompression(),
	"lz4":    kgo.Lz4Compression(),
	"zstd":   kgo.ZstdCompression(),
}

var acks = map[string]kgo.Acks{"0": kgo.NoAck(), "1": kgo.LeaderAck(), "all": kgo.AllISRAcks()}

func (d *driver) producer(settings line.Settings) (*kgo.Client, error) {
	if producer, found := d.producers[settings]; found {
		return producer, nil
	}
	options := []kgo.Opt{
		kgo.SeedBrokers(d.address),
		kgo.AllowAutoTopicCreation(),
		kgo.ProducerBatchCompression(codecs[settings.Codec]),
		kgo.RequiredAcks(acks[settings.Acks]),
		kgo.RecordPartitioner(givenPartition{kgo.StickyKeyPartitioner(nil)}),
	}
	if !settings.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	if size := max(settings.BatchBytes, settings.MaxRequestBytes); size > 0 {
		options = append(options, kgo.ProducerBatchMaxBytes(size)) // the limit of a record as well
	}
	producer, err := kgo.NewClient(options...)
	if err == nil {
		d.producers[settings] = producer
	}
	return producer, err
}

// givenPartition takes a record's own partition where it has one.
type givenPartition struct{ otherwise kgo.Partitioner }

type givenPartitionOf struct{ kgo.TopicPartitioner }

func (given givenPartition) ForTopic(topic string) kgo.TopicPartitioner {
	return givenPartitionOf{given.otherwise.ForTopic(topic)}
}

func (given givenPartitionOf) RequiresConsistency(record *kgo.Record) bool {
	return record.Partition >= 0 || given.TopicPartitioner.RequiresConsistency(record)
}

func (given givenPartitionOf) Partition(record *kgo.Record, partitions int) int {
	if record.Partition >= 0 {
		return int(record.Partition)
	}
	return given.TopicPartitioner.Partition(record, partitions)
}

func (d *driver) open(command line.Command) (any, error) {
	options := []kgo.Opt{
		kgo.SeedBrokers(d.address),
		kgo.ConsumeTopics(command.Topic),
		kgo.ConsumeResetOffset(first(command.Start)),
	}
	if command.Isolation == "read_committed" {
		options = append(options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	if command.Member != nil {
		options = append(options, member(*command.Member)...)
	}
	if command.Group != "" {
		options = append(options, kgo.ConsumerGroup(command.Group))
		if command.AutoCommit {
			// Greedy: what poll returned is handed over at once and counts, not only what the poll before returned.
			options = append(options, kgo.GreedyAutoCommit(), kgo.AutoCommitInterval(500*time.Millisecond))
		} else {
			options = append(options, kgo.DisableAutoCommit())
		}
	}
	if command.FetchBytes > 0 {
		options = append(options, kgo.FetchMaxPartitionBytes(command.FetchBytes))
	}
	d.topic, d.left = command.Topic, math.MaxInt
	if command.Limit != nil {
		d.left = *command.Limit
	}
	consumer, err := kgo.NewClient(options...)
	d.consumer = consumer
	return nil, err
}

func first(start string) kgo.Offset {
	if start == "latest" {
		return kgo.NewOffset().AtEnd()
	}
	return kgo.NewOffset().AtStart()
}

var balancers = map[string]kgo.GroupBalancer{
	"range":              kgo.RangeBalancer(),
	"cooperative-sticky": kgo.CooperativeStickyBalancer(),
}

func member(settings line.Member) (options []kgo.Opt) {
	if settings.Protocol == "consumer" {
		options = append(options, kgo.ServerSideBalancer(), kgo.Balancers(kgo.StickyBalancer()))
	} else {
		options = append(options,
			kgo.Balancers(balancers[settings.Assignor]),
			kgo.SessionTimeout(time.Duration(settings.SessionMs)*time.Millisecond),
			kgo.HeartbeatInterval(time.Duration(settings.HeartbeatMs)*time.Millisecond))
	}
	if settings.Instance != "" {
		options = append(options, kgo.InstanceID(settings.Instance))
	}
	return options
}

func (d *driver) poll(command line.Command) (any, error) {
	messages := []line.Message{}
	if d.left == 0 {
		return messages, nil
	}
	until, cancel := context.WithTimeout(background, time.Duration(command.Seconds*float64(time.Second)))
	defer cancel()
	fetches := d.consumer.PollRecords(until, min(d.left, 2000))
	for _, problem := range fetches.Errors() {
		var again *kgo.ErrGroupSession // it says so, and joins again by itself
		if !errors.Is(problem.Err, context.DeadlineExceeded) && !errors.As(problem.Err, &again) {
			return nil, problem.Err
		}
	}
	for _, record := range fetches.Records() {
		messages = append(messages, message(record))
	}
	d.left -= len(messages)
	return messages, nil
}

func message(record *kgo.Record) line.Message {
	timestamp := record.Timestamp.UnixMilli()
	headers := []line.Header{}
	for _, header := range record.Headers {
		headers = append(headers, line.Header{Key: header.Key, Value: line.Text(header.Value)})
	}
	return line.Message{
		Partition: &record.Partition,
		Offset:    &record.Offset,
		Timestamp: &timestamp,
		Key:       line.Text(record.Key),
		Value:     line.Text(record.Value),
		Headers:   headers,
	}
}

func (d *driver) seek(command line.Command) (any, error) {
	place := map[int32]kgo.EpochOffset{command.Partition: {Epoch: -1, Offset: command.Offset}}
	d.consumer.SetOffsets(map[string]map[int32]kgo.EpochOffset{d.topic: place})
	return nil, nil
}

func (d *driver) pause(command line.Command) (any, error) {
	d.consumer.PauseFetchPartitions(map[string][]int32{d.topic: {command.Partition}})
	return nil, nil
}

func (d *driver) resume(command line.Command) (any, error) {
	d.consumer.ResumeFetchPartitions(map[string][]int32{d.topic: {command.Partition}})
	return nil, nil
}

func (d *driver) commit(line.Command) (any, error) {
	return nil, d.consumer.CommitUncommittedOffsets(background)
}

func (d *driver) close(line.Command) (any, error) {
	d.consumer.Close() // commits if that is automatic, and leaves the group
	d.consumer = nil
	return []line.Message{}, nil
}

func (d *driver) reset(line.Command) (any, error) {
	if d.consumer != nil {
		d.consumer.Close()
		d.consumer = nil
	}
	return nil, nil
}

func (d *driver) offsetForTime(command line.Command) (any, error) {
	offsets, err := d.admin.ListOffsetsAfterMilli(background, command.Timestamp, command.Topic)
	if err != nil {
		return nil, err
	}
	found, there := offsets.Lookup(command.Topic, command.Partition)
	if !there || found.Err != nil {
		return nil, fmt.Errorf("no offset of partition %d: %w", command.Partition, found.Err)
	}
	if found.Timestamp == -1 { // the end of the partition
		return nil, nil
	}
	return found.Offset, nil
}
