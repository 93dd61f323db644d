// Package line is what the Go drivers share: the protocol of line_protocol.py.
package line

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"
)

type Message struct {
	Partition *int32   `json:"partition,omitempty"`
	Offset    *int64   `json:"offset,omitempty"`
	Timestamp *int64   `json:"timestamp,omitempty"`
	Key       *string  `json:"key"`
	Value     *string  `json:"value"`
	Headers   []Header `json:"headers"`
}

// UnmarshalJSON also takes [partition, text], which is what a message is in transactions.py.
func (message *Message) UnmarshalJSON(data []byte) error {
	if data[0] == '[' {
		return json.Unmarshal(data, &[]any{&message.Partition, &message.Value})
	}
	type plain Message
	return json.Unmarshal(data, (*plain)(message))
}

// Header is a pair in JSON.
type Header struct {
	Key   string
	Value *string
}

func (header Header) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{header.Key, header.Value})
}

func (header *Header) UnmarshalJSON(data []byte) error {
	return json.Unmarshal(data, &[]any{&header.Key, &header.Value})
}

// Place is where a message was written: partition and offset.
type Place [2]int64

// Command has the members of all commands.
type Command struct {
	Do         string
	Name       string
	Partitions int32
	Topic      string
	Group      string // empty for null
	Messages   []Message
	Settings
	Limit      *int
	FetchBytes int32 `json:"fetch_bytes"` // 0 for null
	AutoCommit bool  `json:"auto_commit"`
	Seconds    float64
	Partition  int32
	Offset     int64
	Timestamp  int64
	Before     int64
	Configs    map[string]string
	Offsets    map[string]int64 // by partition
	Start      string           // "latest", or empty for the earliest
	Isolation  string           // "read_committed" or empty
	Member     *Member          // of a group, if it says how
	Transaction
}

// Transaction has the members of the commands of transactions.py.
type Transaction struct {
	ID             string
	TimeoutMs      int64 `json:"timeout_ms"`
	Committed      bool
	Count          int
	MoreSeconds    float64 `json:"more_seconds"`
	Source, Target string
	Records        int
	WorkMs         int64 `json:"work_ms"`
}

// Read is a message in the answer to read: [partition, offset, text].
type Read [3]any

// Member of a group: by which protocol and assignor, and perhaps with a static id.
type Member struct {
	Protocol    string // "consumer" or empty for the classic one
	Assignor    string
	Instance    string
	SessionMs   int64 `json:"session_ms"`
	HeartbeatMs int64 `json:"heartbeat_ms"`
}

// Settings of a producer: a driver keeps one for each.
type Settings struct {
	Codec           string
	Acks            string
	Idempotent      bool
	BatchBytes      int32 `json:"batch_bytes"`       // 0 for null
	MaxRequestBytes int32 `json:"max_request_bytes"` // 0 for null
}

type Handler func(Command) (any, error)

type Failure struct {
	Code    *int   `json:"code"`
	Message string `json:"message"`
}

// Serve answers commands until the input ends. `code` finds Kafka's number in an error.
func Serve(client, module string, handlers map[string]Handler, code func(error) (int, bool)) {
	answers := json.NewEncoder(os.Stdout)
	os.Stdout = os.Stderr
	answers.SetEscapeHTML(false)
	send(answers, map[string]any{"ok": map[string]string{"client": client, "version": version(module)}})
	commands := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	for {
		var command Command
		if err := commands.Decode(&command); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		result, err := answer(handlers, command)
		if err == nil {
			send(answers, map[string]any{"ok": result})
			continue
		}
		failure := Failure{Message: err.Error()}
		if number, found := code(err); found {
			failure.Code = &number
		}
		send(answers, map[string]any{"error": failure})
	}
}

func answer(handlers map[string]Handler, command Command) (any, error) {
	handler, found := handlers[command.Do]
	if !found {
		return nil, fmt.Errorf("unknown command %s", command.Do)
	}
	return handler(command)
}

func send(answers *json.Encoder, value any) {
	if err := answers.Encode(value); err != nil {
		panic(err)
	}
}

// version of a module that this program was built with.
func version(module string) string {
	if build, found := debug.ReadBuildInfo(); found {
		for _, dependency := range build.Deps {
			if dependency.Path == module {
				return dependency.Version
			}
		}
	}
	return "unknown"
}

func Raw(text *string) []byte {
	if text == nil {
		return nil
	}
	return []byte(*text)
}

func Seconds(seconds float64) time.Duration {
	return time.Duration(seconds * float64(time.Second))
}

func Text(data []byte) *string {
	if data == nil {
		return nil
	}
	text := string(data)
	return &text
}
