//! Driver of rskafka, which knows partitions and no groups; the commands are those of line_protocol.py.

use std::collections::BTreeMap;
use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use kafkalite_drivers::{failure, serve, text, Answer, Command, Failure, Message};
use rskafka::client::error::{Error, ProtocolError};
use rskafka::client::partition::{Compression, OffsetAt, PartitionClient, UnknownTopicHandling};
use rskafka::client::{Client, ClientBuilder};
use rskafka::record::{Record, RecordAndOffset};
use rskafka::BackoffConfig;
use serde_json::{json, Value};
use tokio::runtime::Runtime;

const CALL_MS: i32 = 30_000;
const BATCH_BYTES: usize = 500_000;
/// One of several partitions that have nothing keeps the others waiting this long.
const TURN_MS: u128 = 50;

struct Driver {
    runtime: Runtime,
    client: Client,
    topic: String,
    partitions: BTreeMap<i32, (PartitionClient, i64)>, // of the consumer, with its position
    fetch_bytes: i32,
    left: usize,
}

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    let patience = BackoffConfig {
        max_backoff: Duration::from_millis(500),
        deadline: Some(Duration::from_secs(60)),
        ..Default::default()
    };
    let builder = ClientBuilder::new(vec![env::args().nth(1).expect("an address")]).backoff_config(patience);
    let client = runtime.block_on(builder.build()).expect("a client");
    let (topic, partitions) = (String::new(), BTreeMap::new());
    let mut driver = Driver { runtime, client, topic, partitions, fetch_bytes: 0, left: 0 };
    serve("rskafka", "0.6.0", |command| driver.answer(command));
}

fn failed(error: Error) -> Failure {
    let code = match &error {
        Error::ServerError { protocol_error, .. } => number(*protocol_error),
        _ => None,
    };
    Failure { code, message: error.to_string() }
}

/// The client has names for Kafka's codes; these are the ones that scenarios ask about.
fn number(error: ProtocolError) -> Option<i32> {
    match error {
        ProtocolError::OffsetOutOfRange => Some(1),
        ProtocolError::UnknownTopicOrPartition => Some(3),
        ProtocolError::MessageTooLarge => Some(10),
        ProtocolError::InvalidTopicException => Some(17),
        ProtocolError::TopicAlreadyExists => Some(36),
        _ => None,
    }
}

impl Driver {
    fn answer(&mut self, command: Command) -> Answer {
        match command.verb.as_str() {
            "create_topic" => self.create_topic(&command),
            "delete_topic" => self.delete_topic(&command),
            "list_topics" => self.list_topics(),
            "partitions" => Ok(self.partitions_of(&command.name)?.len().into()),
            "delete_records" => self.delete_records(&command),
            "produce" => self.produce(&command),
            "open" => self.open(&command),
            "poll" => self.poll(command.seconds),
            "seek" => self.seek(&command),
            "close" => Ok(json!([])),
            "offset_for_time" => self.offset_for_time(&command),
            other => Err(failure(format!("unknown command {other}"))),
        }
    }

    fn create_topic(&self, command: &Command) -> Answer {
        let controller = self.client.controller_client().map_err(failed)?;
        let create = controller.create_topic(&command.name, command.partitions, 1, CALL_MS);
        self.runtime.block_on(create).map_err(failed)?;
        Ok(Value::Null)
    }

    fn delete_topic(&self, command: &Command) -> Answer {
        let controller = self.client.controller_client().map_err(failed)?;
        self.runtime.block_on(controller.delete_topic(&command.name, CALL_MS)).map_err(failed)?;
        Ok(Value::Null)
    }

    fn list_topics(&self) -> Answer {
        let topics = self.runtime.block_on(self.client.list_topics()).map_err(failed)?;
        Ok(topics.into_iter().map(|topic| topic.name).collect())
    }

    fn partitions_of(&self, name: &str) -> Result<Vec<i32>, Failure> {
        let topics = self.runtime.block_on(self.client.list_topics()).map_err(failed)?;
        let topic = topics.into_iter().find(|topic| topic.name == name);
        Ok(topic.ok_or_else(|| failure("no such topic"))?.partitions.into_iter().collect())
    }

    fn partition(&self, topic: &str, partition: i32) -> Result<PartitionClient, Failure> {
        let found = self.client.partition_client(topic, partition, UnknownTopicHandling::Retry);
        self.runtime.block_on(found).map_err(failed)
    }

    /// Asking for a partition has its topic created.
    fn created(&self, topic: &str) -> Result<Vec<i32>, Failure> {
        self.partition(topic, 0)?;
        self.partitions_of(topic)
    }

    fn delete_records(&self, command: &Command) -> Answer {
        let partition = self.partition(&command.topic, command.partition)?;
        self.runtime.block_on(partition.delete_records(command.before, CALL_MS)).map_err(failed)?;
        Ok(self.runtime.block_on(partition.get_offset(OffsetAt::Earliest)).map_err(failed)?.into())
    }

    /// Each call of the client is a batch for one partition, and the application says which.
    fn produce(&self, command: &Command) -> Answer {
        let listed = self.partitions_of(&command.topic);
        let partitions = listed.or_else(|_| self.created(&command.topic))?;
        let mut shares: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
        for (number, message) in command.messages.iter().enumerate() {
            shares.entry(choice(message, &partitions)).or_default().push(number);
        }
        let limit = command.settings.batch_bytes.map_or(BATCH_BYTES, |bytes| bytes as usize);
        let compression = compression(&command.settings.codec)?;
        let mut places = vec![Value::Null; command.messages.len()];
        for (partition, numbers) in shares {
            let client = self.partition(&command.topic, partition)?;
            for piece in pieces(&numbers, &command.messages, limit) {
                let records = piece.iter().map(|number| record(&command.messages[*number])).collect();
                let offsets = self.runtime.block_on(client.produce(records, compression)).map_err(failed)?;
                for (number, offset) in piece.iter().zip(offsets) {
                    places[*number] = json!([partition, offset]);
                }
            }
        }
        Ok(places.into())
    }

    fn open(&mut self, command: &Command) -> Answer {
        self.topic = command.topic.clone();
        self.left = command.limit.unwrap_or(usize::MAX);
        self.fetch_bytes = command.fetch_bytes.unwrap_or(1 << 20);
        let begin = if command.start.as_deref() == Some("latest") { OffsetAt::Latest } else { OffsetAt::Earliest };
        for number in self.partitions_of(&command.topic)? {
            let client = self.partition(&command.topic, number)?;
            let offset = self.runtime.block_on(client.get_offset(begin)).map_err(failed)?;
            self.partitions.insert(number, (client, offset));
        }
        Ok(Value::Null)
    }

    fn poll(&mut self, seconds: f64) -> Answer {
        let until = Instant::now() + Duration::from_secs_f64(seconds);
        let mut messages: Vec<Value> = Vec::new();
        loop {
            for (number, (client, position)) in &mut self.partitions {
                let remaining = until.saturating_duration_since(Instant::now()).as_millis();
                let patience = if self.left == 0 || !messages.is_empty() { 0 } else { remaining.min(TURN_MS) };
                let fetch = client.fetch_records(*position, 1..self.fetch_bytes, patience as i32);
                let (records, _) = self.runtime.block_on(fetch).map_err(failed)?;
                for came in records.into_iter().take(self.left.min(2000)) {
                    *position = came.offset + 1;
                    self.left -= 1;
                    messages.push(consumed(*number, came));
                }
            }
            if !messages.is_empty() || Instant::now() >= until {
                return Ok(messages.into());
            }
        }
    }

    fn seek(&mut self, command: &Command) -> Answer {
        let place = self.partitions.get_mut(&command.partition);
        place.ok_or_else(|| failure("no such partition"))?.1 = command.offset;
        Ok(Value::Null)
    }

    fn offset_for_time(&self, command: &Command) -> Answer {
        let partition = self.partition(&command.topic, command.partition)?;
        let asked = OffsetAt::Timestamp(time(command.timestamp)?);
        let offset = self.runtime.block_on(partition.get_offset(asked)).map_err(failed)?;
        Ok(if offset < 0 { Value::Null } else { offset.into() })
    }
}

fn choice(message: &Message, partitions: &[i32]) -> i32 {
    let mut hasher = DefaultHasher::new();
    message.key.hash(&mut hasher);
    message.partition.unwrap_or(partitions[hasher.finish() as usize % partitions.len()])
}

/// In pieces of about this many bytes of values.
fn pieces(numbers: &[usize], messages: &[Message], limit: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    let mut size = 0;
    for number in numbers {
        let bytes = messages[*number].value.as_ref().map_or(0, String::len);
        if size + bytes > limit && size > 0 {
            all.push(Vec::new());
            size = 0;
        }
        size += bytes;
        all.last_mut().expect("a piece").push(*number);
    }
    all
}

fn compression(codec: &str) -> Result<Compression, Failure> {
    match codec {
        "none" => Ok(Compression::NoCompression),
        "gzip" => Ok(Compression::Gzip),
        "snappy" => Ok(Compression::Snappy),
        "lz4" => Ok(Compression::Lz4),
        "zstd" => Ok(Compression::Zstd),
        other => Err(failure(format!("no codec {other}"))),
    }
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_millis() as i64)
}

fn time(milliseconds: i64) -> Result<DateTime<Utc>, Failure> {
    DateTime::from_timestamp_millis(milliseconds).ok_or_else(|| failure("no time"))
}

fn record(message: &Message) -> Record {
    let headers = message.headers.iter();
    Record {
        key: message.key.clone().map(String::into_bytes),
        value: message.value.clone().map(String::into_bytes),
        headers: headers.map(|(key, value)| (key.clone(), value.clone().unwrap_or_default().into_bytes())).collect(),
        timestamp: time(message.timestamp.unwrap_or_else(now)).unwrap_or_default(),
    }
}

fn consumed(partition: i32, came: RecordAndOffset) -> Value {
    let headers: Vec<Value> = came.record.headers.iter().map(|(key, value)| json!([key, text(Some(value))])).collect();
    json!({
        "partition": partition,
        "offset": came.offset,
        "timestamp": came.record.timestamp.timestamp_millis(),
        "key": text(came.record.key.as_deref()),
        "value": text(came.record.value.as_deref()),
        "headers": headers,
    })
}
