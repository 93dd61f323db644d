// Driver of franz-go's transactions; the commands are those of transactions.py.
package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"kafkalite/drivers/line"
)

const (
	instance = "transformer"
	session  = 10 * time.Second
)

var background = context.Background()

type driver struct {
	address  string
	producer *kgo.Client
}

func main() {
	d := &driver{address: os.Args[1]}
	line.Serve("franz-go", "github.com/twmb/franz-go", map[string]line.Handler{
		"init":      d.init,
		"begin":     d.begin,
		"send":      d.send,
		"commit":    d.commit,
		"abort":     d.abort,
		"read":      d.read,
		"transform": d.transform,
	}, errorCode)
}

func errorCode(err error) (int, bool) {
	var kafka *kerr.Error
	if !errors.As(err, &kafka) {
		return 0, false
	}
	return int(kafka.Code), true
}

func (d *driver) options(command line.Command) []kgo.Opt {
	return []kgo.Opt{
		kgo.SeedBrokers(d.address),
		kgo.TransactionalID(command.ID),
		kgo.TransactionTimeout(time.Duration(command.TimeoutMs) * time.Millisecond),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
	}
}

// init asks for the producer id at once, which fences whoever had the transactional id before.
func (d *driver) init(command line.Command) (any, error) {
	producer, err := kgo.NewClient(d.options(command)...)
	if err != nil {
		return nil, err
	}
	d.producer = producer
	_, _, err = producer.ProducerID(background)
	return nil, err
}

func (d *driver) begin(line.Command) (any, error) {
	return nil, d.producer.BeginTransaction()
}

func (d *driver) send(command line.Command) (any, error) {
	records := make([]*kgo.Record, len(command.Messages))
	for i, message := range command.Messages {
		records[i] = &kgo.Record{Topic: command.Topic, Partition: *message.Partition, Value: line.Raw(message.Value)}
	}
	if err := d.producer.ProduceSync(background, records...).FirstErr(); err != nil {
		return nil, err
	}
	places := make([]line.Place, len(records))
	for i, written := range records {
		places[i] = line.Place{int64(written.Partition), written.Offset}
	}
	return places, nil
}

func (d *driver) commit(line.Command) (any, error) {
	return nil, d.producer.EndTransaction(background, kgo.TryCommit)
}

func (d *driver) abort(line.Command) (any, error) {
	return nil, d.producer.EndTransaction(background, kgo.TryAbort)
}

func (d *driver) read(command line.Command) (any, error) {
	options := []kgo.Opt{
		kgo.SeedBrokers(d.address),
		kgo.ConsumeTopics(command.Topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	}
	if command.Committed {
		options = append(options, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	consumer, err := kgo.NewClient(options...)
	if err != nil {
		return nil, err
	}
	defer consumer.Close()
	seen := []line.Read{}
	for wait, last := 0.2, false; !last; {
		if last = len(seen) >= command.Count; last {
			wait = command.MoreSeconds
		}
		until, cancel := context.WithTimeout(background, line.Seconds(wait))
		for _, record := range consumer.PollFetches(until).Records() {
			seen = append(seen, line.Read{record.Partition, record.Offset, string(record.Value)})
		}
		cancel()
	}
	return seen, nil
}

func (d *driver) transform(command line.Command) (any, error) {
	session, err := kgo.NewGroupTransactSession(append(d.options(command),
		kgo.ConsumerGroup(command.Group),
		kgo.InstanceID(instance),
		kgo.SessionTimeout(session),
		kgo.ConsumeTopics(command.Source),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.RequireStableFetchOffsets(),
	)...)
	for err == nil {
		err = transformSome(session, command)
	}
	return nil, err
}

func transformSome(session *kgo.GroupTransactSession, command line.Command) error {
	fetches := session.PollRecords(background, command.Records)
	if err := fetches.Err(); err != nil {
		return err
	}
	if err := session.Begin(); err != nil {
		return err
	}
	for _, record := range fetches.Records() {
		value := "f(" + string(record.Value) + ")"
		made := &kgo.Record{Topic: command.Target, Partition: record.Partition, Value: []byte(value)}
		if err := session.ProduceSync(background, made).FirstErr(); err != nil {
			return err
		}
	}
	time.Sleep(time.Duration(command.WorkMs) * time.Millisecond)
	_, err := session.End(background, kgo.TryCommit)
	return err
}
