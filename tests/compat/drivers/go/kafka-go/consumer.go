package main

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"kafkalite/drivers/line"
)

// consumer has a kafka.Reader for each partition, as a member of a group too. A kafka.Reader can be a member by itself,
// but its loop of commits may still hold an offset from before a rebalance and then commits that: back in time.
type consumer struct {
	topic    string
	left     int
	settings kafka.ReaderConfig
	// Each message is handed over when poll asks for it: none waits anywhere when its partition goes to another member.
	deliveries chan delivery
	group      *kafka.ConsumerGroup
	commits    bool // by itself
	lock       sync.Mutex
	current    *generation
	assigned   map[int]*assignment // without a group
}

// delivery is a message on its way to poll, which calls `taken` when it has it.
type delivery struct {
	message kafka.Message
	taken   func()
}

func (d *driver) open(command line.Command) (any, error) {
	c := &d.consumer
	c.topic, c.left, c.deliveries, c.commits = command.Topic, math.MaxInt, make(chan delivery), command.AutoCommit
	if command.Limit != nil {
		c.left = *command.Limit
	}
	c.settings = kafka.ReaderConfig{
		Brokers: []string{d.address}, Topic: c.topic, MaxWait: 200 * time.Millisecond, ReadBackoffMax: 500 * time.Millisecond,
	}
	if command.FetchBytes > 0 {
		c.settings.MaxBytes = int(command.FetchBytes)
	}
	if command.Isolation == "read_committed" {
		c.settings.IsolationLevel = kafka.ReadCommitted
	}
	begin := kafka.FirstOffset
	if command.Start == "latest" {
		begin = kafka.LastOffset
	}
	if command.Group != "" {
		return nil, c.join(command.Group, begin, command.Member)
	}
	partitions, err := d.partitionsOf(c.topic)
	c.assigned = map[int]*assignment{}
	for _, partition := range partitions {
		c.assigned[partition] = c.assign(partition, begin)
	}
	return nil, err
}

// read hands over the messages of a partition until the context ends; `taken` learns of each that poll took.
func (c *consumer) read(ctx context.Context, partition int, offset int64, taken func(kafka.Message)) {
	settings := c.settings
	settings.Partition = partition
	reader := kafka.NewReader(settings)
	defer reader.Close()
	if err := reader.SetOffset(offset); err != nil {
		panic(err)
	}
	noted := make(chan struct{})
	for ctx.Err() == nil {
		message, err := reader.ReadMessage(ctx)
		if err != nil {
			println(err.Error()) // the reader goes on by itself
			continue
		}
		one := delivery{message, func() { taken(message); noted <- struct{}{} }}
		select {
		case <-ctx.Done():
		case c.deliveries <- one:
			<-noted
		}
	}
}

// assignment is one partition of a consumer without a group.
type assignment struct {
	cancel  context.CancelFunc
	stopped chan struct{}
}

func (c *consumer) assign(partition int, offset int64) *assignment {
	ctx, cancel := context.WithCancel(background)
	started := &assignment{cancel, make(chan struct{})}
	go func() {
		defer close(started.stopped)
		c.read(ctx, partition, offset, func(kafka.Message) {})
	}()
	return started
}

func (old *assignment) end() {
	old.cancel()
	<-old.stopped
}

// generation is what a member has between two rebalances: partitions, and its positions in them.
type generation struct {
	*kafka.Generation
	topic     string
	lock      sync.Mutex
	positions map[int]int64 // not committed yet
}

func (c *consumer) join(name string, begin int64, member *line.Member) (err error) {
	settings := kafka.ConsumerGroupConfig{
		ID: name, Brokers: c.settings.Brokers, Topics: []string{c.topic}, StartOffset: begin,
		HeartbeatInterval: 500 * time.Millisecond, // how a member learns of a rebalance
		JoinGroupBackoff:  500 * time.Millisecond,
	}
	if member != nil { // its assignor is range, this client's default
		settings.SessionTimeout = time.Duration(member.SessionMs) * time.Millisecond
		settings.HeartbeatInterval = time.Duration(member.HeartbeatMs) * time.Millisecond
	}
	if c.group, err = kafka.NewConsumerGroup(settings); err != nil {
		return err
	}
	go func() {
		for {
			next, err := c.group.Next(background)
			if errors.Is(err, kafka.ErrGroupClosed) {
				return
			}
			if err != nil {
				println(err.Error()) // the group tries again by itself
				continue
			}
			c.enter(&generation{Generation: next, topic: c.topic, positions: map[int]int64{}})
		}
	}()
	return nil
}

// enter starts a reader for each partition of a generation, and what commits after the last of them has ended.
func (c *consumer) enter(next *generation) {
	c.lock.Lock()
	c.current = next
	c.lock.Unlock()
	var readers sync.WaitGroup
	for _, given := range next.Assignments[c.topic] {
		readers.Add(1)
		next.Start(func(ctx context.Context) {
			defer readers.Done()
			c.read(ctx, given.ID, given.Offset, next.note)
		})
	}
	if c.commits {
		next.Start(func(ctx context.Context) { next.commitUntil(ctx, &readers) })
	}
}

func (g *generation) note(message kafka.Message) {
	g.lock.Lock()
	defer g.lock.Unlock()
	g.positions[message.Partition] = message.Offset + 1
}

func (g *generation) commit() error {
	g.lock.Lock()
	positions := g.positions
	g.positions = map[int]int64{}
	g.lock.Unlock()
	if len(positions) == 0 {
		return nil
	}
	return g.CommitOffsets(map[string]map[int]int64{g.topic: positions})
}

// commitUntil commits from time to time, and once more when nothing is read any more.
func (g *generation) commitUntil(ctx context.Context, readers *sync.WaitGroup) {
	for ended := false; !ended; {
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
			readers.Wait()
			ended = true
		}
		if err := g.commit(); err != nil {
			println(err.Error())
		}
	}
}

// poll waits for a message, and takes what comes right behind it.
func (d *driver) poll(command line.Command) (any, error) {
	c := &d.consumer
	messages := []line.Message{}
	wait := time.Duration(command.Seconds * float64(time.Second))
	for c.left > 0 && len(messages) < 2000 {
		select {
		case came := <-c.deliveries:
			messages = append(messages, message(came.message))
			came.taken()
			c.left--
			wait = 2 * time.Millisecond
		case <-time.After(wait):
			return messages, nil
		}
	}
	return messages, nil
}

func message(came kafka.Message) line.Message {
	partition, timestamp := int32(came.Partition), came.Time.UnixMilli()
	headers := []line.Header{}
	for _, header := range came.Headers {
		headers = append(headers, line.Header{Key: header.Key, Value: line.Text(header.Value)})
	}
	return line.Message{
		Partition: &partition,
		Offset:    &came.Offset,
		Timestamp: &timestamp,
		Key:       line.Text(came.Key),
		Value:     line.Text(came.Value),
		Headers:   headers,
	}
}

func (d *driver) seek(command line.Command) (any, error) {
	partition := int(command.Partition)
	d.consumer.assigned[partition].end()
	d.consumer.assigned[partition] = d.consumer.assign(partition, command.Offset)
	return nil, nil
}

func (d *driver) owned(line.Command) (any, error) {
	partitions := []int{}
	if current := d.consumer.generation(); current != nil {
		for _, given := range current.Assignments[d.consumer.topic] {
			partitions = append(partitions, given.ID)
		}
	}
	return partitions, nil
}

func (c *consumer) generation() *generation {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.current
}

func (d *driver) commit(line.Command) (any, error) {
	current := d.consumer.generation()
	if current == nil {
		return nil, nil
	}
	return nil, current.commit()
}

func (d *driver) close(line.Command) (any, error) {
	if d.consumer.group != nil {
		return []line.Message{}, d.consumer.group.Close()
	}
	for _, one := range d.consumer.assigned {
		one.end()
	}
	return []line.Message{}, nil
}
