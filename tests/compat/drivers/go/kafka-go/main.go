// Driver of kafka-go; the commands are those of line_protocol.py. Producing is here.
package main

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/compress"

	"kafkalite/drivers/line"
)

var background = context.Background()

type driver struct {
	address  string
	client   *kafka.Client
	writers  map[line.Settings]*kafka.Writer
	consumer consumer
}

func main() {
	address, err := net.ResolveTCPAddr("tcp", os.Args[1])
	if err != nil {
		panic(err)
	}
	client := &kafka.Client{Addr: address, Timeout: 30 * time.Second}
	d := &driver{address: os.Args[1], client: client, writers: map[line.Settings]*kafka.Writer{}}
	line.Serve("kafka-go", "github.com/segmentio/kafka-go", map[string]line.Handler{
		"create_topic":      d.createTopic,
		"delete_topic":      d.deleteTopic,
		"partitions":        d.partitions,
		"list_topics":       d.listTopics,
		"create_partitions": d.createPartitions,
		"topic_configs":     d.topicConfigs,
		"set_topic_configs": d.setTopicConfigs,
		"produce":           d.produce,
		"open":              d.open,
		"poll":              d.poll,
		"owned":             d.owned,
		"seek":              d.seek,
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

func errorCode(err error) (int, bool) {
	var failed kafka.Error
	if !errors.As(err, &failed) {
		return 0, false
	}
	return int(failed), true
}

// written is what a message carries through a writer: which one it is, and where it shall go and went.
type written struct {
	partition *int32
	place     line.Place
}

func (d *driver) produce(command line.Command) (any, error) {
	messages := make([]kafka.Message, len(command.Messages))
	all := make([]*written, len(messages))
	for i, message := range command.Messages {
		all[i] = &written{partition: message.Partition}
		messages[i] = kafka.Message{
			Topic: command.Topic, Key: line.Raw(message.Key), Value: line.Raw(message.Value), WriterData: all[i],
		}
		for _, header := range message.Headers {
			messages[i].Headers = append(messages[i].Headers, kafka.Header{Key: header.Key, Value: line.Raw(header.Value)})
		}
		if message.Timestamp != nil {
			messages[i].Time = time.UnixMilli(*message.Timestamp)
		}
	}
	err := write(d.writer(command.Settings), messages)
	var each kafka.WriteErrors
	if errors.As(err, &each) {
		err = firstOf(each)
	}
	places := make([]line.Place, len(all))
	for i, one := range all {
		places[i] = one.place
	}
	return places, err
}

// write asks again while a topic is being created: its writer does not, although it can have it created.
func write(writer *kafka.Writer, messages []kafka.Message) error {
	for patience := 20; ; patience-- {
		err := writer.WriteMessages(background, messages...)
		creating := err == kafka.UnknownTopicOrPartition || err == kafka.LeaderNotAvailable
		if !creating || patience == 0 {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func firstOf(failures kafka.WriteErrors) error {
	for _, failure := range failures {
		if failure != nil {
			return failure
		}
	}
	return nil
}

var acks = map[string]kafka.RequiredAcks{"0": kafka.RequireNone, "1": kafka.RequireOne, "all": kafka.RequireAll}

var codecs = map[string]kafka.Compression{
	"none":   compress.None,
	"gzip":   kafka.Gzip,
	"snappy": kafka.Snappy,
	"lz4":    kafka.Lz4,
	"zstd":   kafka.Zstd,
}

func (d *driver) writer(settings line.Settings) *kafka.Writer {
	if writer, found := d.writers[settings]; found {
		return writer
	}
	writer := &kafka.Writer{
		Addr:                   d.client.Addr,
		Balancer:               kafka.BalancerFunc(partitionOf),
		RequiredAcks:           acks[settings.Acks],
		Compression:            codecs[settings.Codec],
		BatchTimeout:           5 * time.Millisecond,
		BatchSize:              1000,
		BatchBytes:             int64(max(settings.BatchBytes, settings.MaxRequestBytes)), // the limit of a message as well
		AllowAutoTopicCreation: true,
		Completion:             notePlaces,
	}
	d.writers[settings] = writer
	return writer
}

var byKey kafka.Hash

// partitionOf takes a message's own partition where it has one.
func partitionOf(message kafka.Message, partitions ...int) int {
	if given := message.WriterData.(*written).partition; given != nil {
		return int(*given)
	}
	return byKey.Balance(message, partitions...)
}

// notePlaces is called with each batch before WriteMessages returns.
func notePlaces(messages []kafka.Message, err error) {
	for _, message := range messages {
		message.WriterData.(*written).place = line.Place{int64(message.Partition), message.Offset}
	}
}
