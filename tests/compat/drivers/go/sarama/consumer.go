package main

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/IBM/sarama"

	"kafkalite/drivers/line"
)

func (d *driver) open(command line.Command) (any, error) {
	config := sarama.NewConfig()
	config.Consumer.Offsets.Initial = first(command.Start)
	config.Consumer.Offsets.AutoCommit.Enable = command.AutoCommit
	config.Consumer.Offsets.AutoCommit.Interval = 500 * time.Millisecond
	config.Consumer.Group.Heartbeat.Interval = 500 * time.Millisecond // how a member learns of a rebalance
	if command.FetchBytes > 0 {
		config.Consumer.Fetch.Default = command.FetchBytes
	}
	if command.Isolation == "read_committed" {
		config.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	if command.Member != nil {
		setMember(config, *command.Member)
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

func first(start string) int64 {
	if start == "latest" {
		return sarama.OffsetNewest
	}
	return sarama.OffsetOldest
}

func setMember(config *sarama.Config, settings line.Member) {
	config.Version = sarama.V2_4_0_0 // the first with static members is 2.3
	config.Consumer.Group.InstanceId = settings.Instance
	config.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{sarama.NewBalanceStrategyRange()}
	config.Consumer.Group.Session.Timeout = time.Duration(settings.SessionMs) * time.Millisecond
	config.Consumer.Group.Heartbeat.Interval = time.Duration(settings.HeartbeatMs) * time.Millisecond
}

func (d *driver) join(name string, config *sarama.Config) (err error) {
	if d.group, err = sarama.NewConsumerGroup(d.addresses, name, config); err != nil {
		return err
	}
	group := d.group
	go func() {
		for {
			err := group.Consume(context.Background(), []string{d.topic}, claims{d.deliveries})
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
			err = d.start(partition, config.Consumer.Offsets.Initial)
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

func (d *driver) pause(command line.Command) (any, error) {
	d.assigned[command.Partition].consumer.Pause()
	return nil, nil
}

func (d *driver) resume(command line.Command) (any, error) {
	d.assigned[command.Partition].consumer.Resume()
	return nil, nil
}

func (d *driver) commit(line.Command) (any, error) {
	if d.session != nil {
		d.session.Commit()
	}
	return nil, nil
}

func (d *driver) close(line.Command) (any, error) {
	return []line.Message{}, d.closeConsumer()
}

func (d *driver) reset(line.Command) (any, error) {
	return nil, d.closeConsumer()
}

// closeConsumer closes what there is.
func (d *driver) closeConsumer() (err error) {
	if d.group != nil {
		err = d.group.Close()
	}
	for _, one := range d.assigned {
		err = errors.Join(err, one.end())
	}
	if d.consumer != nil {
		err = errors.Join(err, d.consumer.Close())
	}
	d.group, d.session, d.assigned, d.consumer = nil, nil, nil, nil
	return err
}
