//! Driver of rdkafka, librdkafka for Rust; the commands are those of line_protocol.py.

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::time::{Duration, Instant};

use kafkalite_drivers::{failure, serve, text, Answer, Command, Failure, Member, Settings};
use rdkafka::admin::{AdminClient, AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Header, Headers, Message, OwnedHeaders};
use rdkafka::producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use serde_json::{json, Map, Value};
use tokio::runtime::Runtime;

const CALL: Duration = Duration::from_secs(30);
const DELIVERY_MS: &str = "120000";

struct Driver {
    common: ClientConfig,
    runtime: Runtime,
    admin: AdminClient<DefaultClientContext>,
    options: AdminOptions,
    producers: BTreeMap<Settings, FutureProducer>,
    consumer: Option<BaseConsumer>,
    topic: String,
    left: usize,
}

fn main() {
    let mut common = ClientConfig::new();
    common.set("bootstrap.servers", env::args().nth(1).expect("an address"));
    common.set("reconnect.backoff.max.ms", "500");
    let runtime = Runtime::new().expect("a runtime");
    let admin = runtime.block_on(async { common.create() }).expect("an admin client");
    let options = AdminOptions::new().request_timeout(Some(CALL));
    let (producers, topic) = (BTreeMap::new(), String::new());
    let mut driver = Driver { common, runtime, admin, options, producers, consumer: None, topic, left: 0 };
    let (_, version) = rdkafka::util::get_rdkafka_version();
    serve("rdkafka", &version, |command| driver.answer(command));
}

fn failed(error: KafkaError) -> Failure {
    let known = match &error {
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    };
    let code = known.map(|code| code as i32).filter(|code| *code > 0);
    Failure { code, message: error.to_string() }
}

fn refused(code: RDKafkaErrorCode) -> Failure {
    failed(KafkaError::AdminOp(code))
}

impl Driver {
    fn answer(&mut self, command: Command) -> Answer {
        match command.verb.as_str() {
            "create_topic" => self.create_topic(&command),
            "delete_topic" => self.delete_topic(&command),
            "list_topics" => self.list_topics(),
            "partitions" => self.partitions(&command),
            "create_partitions" => self.create_partitions(&command),
            "topic_configs" => self.topic_configs(&command),
            "set_topic_configs" => self.set_topic_configs(&command),
            "delete_records" => self.delete_records(&command),
            "list_groups" => self.list_groups(),
            "describe_group" => self.describe_group(&command),
            "group_offsets" => self.group_offsets(&command),
            "set_group_offsets" => self.set_group_offsets(&command),
            "delete_group" => self.delete_group(&command),
            "produce" => self.produce(&command),
            "open" => self.open(&command),
            "poll" => self.poll(command.seconds),
            "owned" => self.owned(),
            "seek" => self.seek(&command),
            "pause" => self.consumer()?.pause(&self.place(&command)).map_err(failed).map(|()| Value::Null),
            "resume" => self.consumer()?.resume(&self.place(&command)).map_err(failed).map(|()| Value::Null),
            "commit" => self.commit(),
            "close" => self.close(),
            "offset_for_time" => self.offset_for_time(&command),
            other => Err(failure(format!("unknown command {other}"))),
        }
    }

    // --- administration

    fn create_topic(&self, command: &Command) -> Answer {
        let topic = NewTopic::new(&command.name, command.partitions, TopicReplication::Fixed(1));
        let created = self.runtime.block_on(self.admin.create_topics(&[topic], &self.options)).map_err(failed)?;
        created.into_iter().try_for_each(|one| one.map(drop)).map_err(|(_, code)| refused(code))?;
        Ok(Value::Null)
    }

    fn delete_topic(&self, command: &Command) -> Answer {
        let deleted = self.runtime.block_on(self.admin.delete_topics(&[&command.name], &self.options)).map_err(failed)?;
        deleted.into_iter().try_for_each(|one| one.map(drop)).map_err(|(_, code)| refused(code))?;
        Ok(Value::Null)
    }

    fn list_topics(&self) -> Answer {
        let found = self.admin.inner().fetch_metadata(None, CALL).map_err(failed)?;
        Ok(found.topics().iter().map(|topic| topic.name()).collect())
    }

    fn partitions(&self, command: &Command) -> Answer {
        let found = self.admin.inner().fetch_metadata(Some(&command.name), CALL).map_err(failed)?;
        let topic = &found.topics()[0];
        match topic.error() {
            Some(code) => Err(refused(code.into())),
            None => Ok(topic.partitions().len().into()),
        }
    }

    fn create_partitions(&self, command: &Command) -> Answer {
        let wanted = NewPartitions::new(&command.name, command.partitions as usize);
        let done = self.runtime.block_on(self.admin.create_partitions(&[wanted], &self.options)).map_err(failed)?;
        done.into_iter().try_for_each(|one| one.map(drop)).map_err(|(_, code)| refused(code))?;
        Ok(Value::Null)
    }

    fn topic_configs(&self, command: &Command) -> Answer {
        let asked = [ResourceSpecifier::Topic(&command.name)];
        let mut found = self.runtime.block_on(self.admin.describe_configs(&asked, &self.options)).map_err(failed)?;
        let resource = found.remove(0).map_err(refused)?;
        let pairs = resource.entries.into_iter().map(|entry| (entry.name, entry.value.into()));
        Ok(Value::Object(pairs.collect::<Map<_, Value>>()))
    }

    fn set_topic_configs(&self, command: &Command) -> Answer {
        let mut change = AlterConfig::new(ResourceSpecifier::Topic(&command.name));
        for (key, value) in &command.configs {
            change = change.set(key, value);
        }
        let done = self.runtime.block_on(self.admin.alter_configs(&[change], &self.options)).map_err(failed)?;
        done.into_iter().try_for_each(|one| one.map(drop)).map_err(|(_, code)| refused(code))?;
        Ok(Value::Null)
    }

    fn delete_records(&self, command: &Command) -> Answer {
        let place = single(&command.topic, command.partition, Offset::Offset(command.before));
        let deleted = self.runtime.block_on(self.admin.delete_records(&place, &self.options)).map_err(failed)?;
        let partition = &deleted.elements()[0];
        partition.error().map_err(failed)?;
        Ok(partition.offset().to_raw().into())
    }

    fn list_groups(&self) -> Answer {
        let found = self.admin.inner().fetch_group_list(None, CALL).map_err(failed)?;
        Ok(found.groups().iter().map(|group| group.name()).collect())
    }

    fn describe_group(&self, command: &Command) -> Answer {
        let found = self.admin.inner().fetch_group_list(command.group.as_deref(), CALL).map_err(failed)?;
        let group = found.groups().first().ok_or_else(|| failure("no such group"))?;
        Ok(json!({"state": group.state(), "members": group.members().len()}))
    }

    /// Somebody who may ask about the offsets of a group and set them, without being a member.
    fn outsider(&self, group: &str) -> Result<BaseConsumer, Failure> {
        self.common.clone().set("group.id", group).create().map_err(failed)
    }

    fn group_offsets(&self, command: &Command) -> Answer {
        let consumer = self.outsider(command.group.as_deref().unwrap_or_default())?;
        let metadata = consumer.fetch_metadata(Some(&command.topic), CALL).map_err(failed)?;
        let mut places = TopicPartitionList::new();
        for partition in metadata.topics()[0].partitions() {
            places.add_partition(&command.topic, partition.id());
        }
        let found = consumer.committed_offsets(places, CALL).map_err(failed)?;
        let committed = found.elements().into_iter().filter_map(|place| match place.offset() {
            Offset::Offset(offset) => Some((place.partition().to_string(), offset.into())),
            _ => None,
        });
        Ok(Value::Object(committed.collect::<Map<_, Value>>()))
    }

    fn set_group_offsets(&self, command: &Command) -> Answer {
        let consumer = self.outsider(command.group.as_deref().unwrap_or_default())?;
        let mut places = TopicPartitionList::new();
        for (partition, offset) in &command.offsets {
            let number = partition.parse().map_err(|_| failure("no number"))?;
            places.add_partition_offset(&command.topic, number, Offset::Offset(*offset)).map_err(failed)?;
        }
        consumer.commit(&places, CommitMode::Sync).map_err(failed)?;
        Ok(Value::Null)
    }

    fn delete_group(&self, command: &Command) -> Answer {
        let group = command.group.as_deref().unwrap_or_default();
        let deleted = self.runtime.block_on(self.admin.delete_groups(&[group], &self.options)).map_err(failed)?;
        deleted.into_iter().try_for_each(|one| one.map(drop)).map_err(|(_, code)| refused(code))?;
        Ok(Value::Null)
    }

    // --- producing

    fn produce(&mut self, command: &Command) -> Answer {
        let producer = self.producer(&command.settings)?;
        let _context = self.runtime.enter();
        let mut deliveries = Vec::new();
        for message in &command.messages {
            deliveries.push(enqueue(&producer, &command.topic, message)?);
        }
        let mut places = Vec::new();
        for delivery in deliveries {
            let done = self.runtime.block_on(delivery).map_err(|_| failure("the producer is gone"))?;
            let sent = done.map_err(|(error, _)| failed(error))?;
            places.push(json!([sent.partition, sent.offset]));
        }
        Ok(places.into())
    }

    fn producer(&mut self, settings: &Settings) -> Result<FutureProducer, Failure> {
        if let Some(producer) = self.producers.get(settings) {
            return Ok(producer.clone());
        }
        let mut config = self.common.clone();
        config.set("compression.type", &settings.codec).set("acks", &settings.acks);
        config.set("enable.idempotence", settings.idempotent.to_string()).set("delivery.timeout.ms", DELIVERY_MS);
        if let Some(size) = settings.batch_bytes {
            config.set("batch.size", size.to_string());
        }
        if let Some(size) = settings.max_request_bytes {
            config.set("message.max.bytes", size.to_string());
        }
        let _context = self.runtime.enter();
        let producer: FutureProducer = config.create().map_err(failed)?;
        self.producers.insert(settings.clone(), producer.clone());
        Ok(producer)
    }

    // --- consuming

    fn consumer(&self) -> Result<&BaseConsumer, Failure> {
        self.consumer.as_ref().ok_or_else(|| failure("there is no consumer"))
    }

    fn place(&self, command: &Command) -> TopicPartitionList {
        single(&self.topic, command.partition, Offset::Invalid)
    }

    fn open(&mut self, command: &Command) -> Answer {
        let in_group = command.group.is_some();
        let begin = if command.start.as_deref() == Some("latest") { "latest" } else { "earliest" };
        let mut config = self.common.clone();
        config.set("group.id", command.group.as_deref().unwrap_or("no-group"));
        config.set("auto.offset.reset", begin).set("auto.commit.interval.ms", "500");
        config.set("enable.auto.commit", (command.auto_commit && in_group).to_string());
        // Else closing, which reads what is still in the queue and drops it, commits that as well.
        config.set("enable.auto.offset.store", "false");
        config.set("isolation.level", command.isolation.as_deref().unwrap_or("read_uncommitted"));
        if let Some(size) = command.fetch_bytes {
            config.set("max.partition.fetch.bytes", size.to_string());
        }
        for (name, value) in command.member.iter().flat_map(member_settings) {
            config.set(name, value);
        }
        let consumer: BaseConsumer = config.create().map_err(failed)?;
        (self.topic, self.left) = (command.topic.clone(), command.limit.unwrap_or(usize::MAX));
        if in_group {
            let pattern = command.member.as_ref().and_then(|member| member.pattern.as_ref());
            let wanted = pattern.map_or(command.topic.clone(), |pattern| format!("^{pattern}"));
            consumer.subscribe(&[&wanted]).map_err(failed)?;
        } else {
            assign(&consumer, &command.topic, begin)?;
        }
        self.consumer = Some(consumer);
        Ok(Value::Null)
    }

    /// Waits for a message, and takes what is there right behind it.
    fn poll(&mut self, seconds: f64) -> Answer {
        let consumer = self.consumer.as_ref().ok_or_else(|| failure("there is no consumer"))?;
        let until = Instant::now() + Duration::from_secs_f64(seconds);
        let mut messages = Vec::new();
        while self.left > 0 && messages.len() < 2000 {
            let wait = if messages.is_empty() { until.saturating_duration_since(Instant::now()) } else { Duration::ZERO };
            match consumer.poll(wait) {
                Some(Ok(came)) => {
                    consumer.store_offset_from_message(&came).map_err(failed)?;
                    messages.push(consumed(&came));
                    self.left -= 1;
                }
                Some(Err(error)) => eprintln!("{error}"), // librdkafka goes on by itself
                None => break,
            }
        }
        Ok(messages.into())
    }

    fn owned(&self) -> Answer {
        let assigned = self.consumer()?.assignment().map_err(failed)?;
        Ok(assigned.elements().iter().map(|place| place.partition()).collect())
    }

    fn seek(&self, command: &Command) -> Answer {
        let place = single(&self.topic, command.partition, Offset::Offset(command.offset));
        let done = self.consumer()?.seek_partitions(place, CALL).map_err(failed)?;
        done.elements()[0].error().map_err(failed)?;
        Ok(Value::Null)
    }

    fn commit(&self) -> Answer {
        self.consumer()?.commit_consumer_state(CommitMode::Sync).map_err(failed)?;
        Ok(Value::Null)
    }

    /// Dropped, a consumer commits if that is automatic, and leaves its group.
    fn close(&mut self) -> Answer {
        self.consumer = None;
        Ok(json!([]))
    }

    fn offset_for_time(&self, command: &Command) -> Answer {
        let consumer = self.outsider("no-group")?;
        let asked = single(&command.topic, command.partition, Offset::Offset(command.timestamp));
        let found = consumer.offsets_for_times(asked, CALL).map_err(failed)?;
        match found.elements()[0].offset() {
            Offset::Offset(offset) => Ok(offset.into()),
            _ => Ok(Value::Null),
        }
    }
}

fn single(topic: &str, partition: i32, offset: Offset) -> TopicPartitionList {
    let mut places = TopicPartitionList::new();
    places.add_partition(topic, partition).set_offset(offset).expect("an offset");
    places
}

fn assign(consumer: &BaseConsumer, topic: &str, begin: &str) -> Result<(), Failure> {
    let offset = if begin == "latest" { Offset::End } else { Offset::Beginning };
    let metadata = consumer.fetch_metadata(Some(topic), CALL).map_err(failed)?;
    let mut places = TopicPartitionList::new();
    for partition in metadata.topics()[0].partitions() {
        places.add_partition_offset(topic, partition.id(), offset).map_err(failed)?;
    }
    consumer.assign(&places).map_err(failed)
}

/// Waits while the producer's queue is full.
fn enqueue(producer: &FutureProducer, topic: &str, message: &kafkalite_drivers::Message) -> Result<DeliveryFuture, Failure> {
    let mut headers = OwnedHeaders::new();
    for (key, value) in &message.headers {
        headers = headers.insert(Header { key, value: value.as_ref() });
    }
    let mut record = FutureRecord {
        topic,
        partition: message.partition,
        payload: message.value.as_ref(),
        key: message.key.as_ref(),
        timestamp: message.timestamp,
        headers: Some(headers),
    };
    loop {
        match producer.send_result(record) {
            Ok(delivery) => return Ok(delivery),
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), again)) => {
                record = again;
                let _ = producer.flush(Duration::from_millis(100));
            }
            Err((error, _)) => return Err(failed(error)),
        }
    }
}

fn member_settings(member: &Member) -> HashMap<&'static str, String> {
    let mut settings = HashMap::new();
    if let Some(instance) = &member.instance {
        settings.insert("group.instance.id", instance.clone());
    }
    if member.protocol.as_deref() == Some("consumer") {
        settings.insert("group.protocol", "consumer".to_string());
        if let Some(assignor) = &member.assignor {
            settings.insert("group.remote.assignor", assignor.clone());
        }
        return settings;
    }
    settings.insert("partition.assignment.strategy", member.assignor.clone().unwrap_or_default());
    settings.insert("session.timeout.ms", member.session_ms.to_string());
    settings.insert("heartbeat.interval.ms", member.heartbeat_ms.to_string());
    settings
}

fn consumed(came: &BorrowedMessage) -> Value {
    let headers: Vec<Value> = came
        .headers()
        .map(|headers| headers.iter().map(|header| json!([header.key, text(header.value)])).collect())
        .unwrap_or_default();
    json!({
        "partition": came.partition(),
        "offset": came.offset(),
        "timestamp": came.timestamp().to_millis(),
        "key": text(came.key()),
        "value": text(came.payload()),
        "headers": headers,
    })
}
