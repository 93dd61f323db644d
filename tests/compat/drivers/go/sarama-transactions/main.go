// Driver of sarama's transactions; the commands are those of transactions.py.
package main

import (
	"errors"
	"os"
	"strconv"
	"time"

	"github.com/IBM/sarama"

	"kafkalite/drivers/line"
)

type driver struct {
	addresses []string
	producer  sarama.SyncProducer
}

func main() {
	d := &driver{addresses: os.Args[1:2]}
	line.Serve("sarama", "github.com/IBM/sarama", map[string]line.Handler{
		"init":         d.init,
		"begin":        func(line.Command) (any, error) { return nil, d.producer.BeginTxn() },
		"send":         d.send,
		"send_offsets": d.sendOffsets,
		"commit":       func(line.Command) (any, error) { return nil, d.producer.CommitTxn() },
		"abort":        func(line.Command) (any, error) { return nil, d.producer.AbortTxn() },
		"read":         d.read,
	}, errorCode)
}

func errorCode(err error) (int, bool) {
	var kafka sarama.KError
	if !errors.As(err, &kafka) {
		return 0, false
	}
	return int(kafka), true
}

func (d *driver) init(command line.Command) (any, error) {
	config := sarama.NewConfig()
	config.Producer.Transaction.ID = command.ID
	config.Producer.Transaction.Timeout = time.Duration(command.TimeoutMs) * time.Millisecond
	config.Producer.Idempotent = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Return.Successes = true
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Net.MaxOpenRequests = 1
	producer, err := sarama.NewSyncProducer(d.addresses, config)
	d.producer = producer
	return nil, err
}

func (d *driver) send(command line.Command) (any, error) {
	messages := make([]*sarama.ProducerMessage, len(command.Messages))
	for i, message := range command.Messages {
		value := sarama.StringEncoder(*message.Value)
		messages[i] = &sarama.ProducerMessage{Topic: command.Topic, Partition: *message.Partition, Value: value}
	}
	err := d.producer.SendMessages(messages)
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

func (d *driver) sendOffsets(command line.Command) (any, error) {
	var offsets []*sarama.PartitionOffsetMetadata
	for partition, offset := range command.Offsets {
		number, err := strconv.Atoi(partition)
		if err != nil {
			return nil, err
		}
		offsets = append(offsets, &sarama.PartitionOffsetMetadata{Partition: int32(number), Offset: offset})
	}
	all := map[string][]*sarama.PartitionOffsetMetadata{command.Topic: offsets}
	return nil, d.producer.AddOffsetsToTxn(all, command.Group)
}

func (d *driver) read(command line.Command) (any, error) {
	config := sarama.NewConfig()
	if command.Committed {
		config.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	consumer, err := sarama.NewConsumer(d.addresses, config)
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	messages := make(chan *sarama.ConsumerMessage)
	for partition := range command.Partitions {
		one, err := consumer.ConsumePartition(command.Topic, partition, sarama.OffsetOldest)
		if err != nil {
			return nil, err
		}
		defer one.AsyncClose()
		go func() {
			for message := range one.Messages() {
				messages <- message
			}
		}()
	}
	seen := []line.Read{}
	for {
		var more <-chan time.Time
		if len(seen) >= command.Count {
			more = time.After(line.Seconds(command.MoreSeconds))
		}
		select {
		case message := <-messages:
			seen = append(seen, line.Read{message.Partition, message.Offset, string(message.Value)})
		case <-more:
			return seen, nil
		}
	}
}
