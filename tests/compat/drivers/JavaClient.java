import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Driver of the Java client, from 2.8 on (Calls has what differs); the commands are those of line_protocol.py. */
public class JavaClient {
    static final ObjectMapper JSON = new ObjectMapper();

    final String address;
    final Admin admin;
    final Map<String, KafkaProducer<String, String>> producers = new HashMap<>();
    KafkaConsumer<String, String> consumer;
    String topic;
    final Deque<ConsumerRecord<String, String>> waiting = new ArrayDeque<>();
    final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    int left;

    JavaClient(String address) {
        this.address = address;
        this.admin = Admin.create(Map.of("bootstrap.servers", address));
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        JavaClient driver = new JavaClient(arguments[0]);
        ObjectNode hello = JSON.createObjectNode();
        hello.putObject("ok").put("client", "java").put("version", version());
        answers.println(hello);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            ObjectNode answer = JSON.createObjectNode();
            try {
                JsonNode result = driver.answer(JSON.readTree(line));
                answer.set("ok", result);
            } catch (Throwable error) {
                Throwable cause = error instanceof ExecutionException ? error.getCause() : error;
                ObjectNode problem = answer.putObject("error");
                problem.put("message", cause.toString());
                if (cause instanceof ApiException) problem.put("code", Errors.forException(cause).code());
                else problem.putNull("code");
            }
            answers.println(answer);
        }
        System.exit(0); // without waiting for the clients to say goodbye
    }

    static String version() throws Exception {
        Properties about = new Properties();
        about.load(KafkaProducer.class.getResourceAsStream("/kafka/kafka-version.properties"));
        return about.getProperty("version");
    }

    JsonNode answer(JsonNode command) throws Exception {
        String name = text(command, "name");
        String group = text(command, "group");
        switch (command.get("do").asText()) {
            case "create_topic":
                admin.createTopics(List.of(new NewTopic(name, command.get("partitions").asInt(), (short) 1))).all().get();
                return null;
            case "delete_topic":
                admin.deleteTopics(List.of(name)).all().get();
                return null;
            case "partitions":
                return JSON.valueToTree(Calls.describe(admin, name).get(name).partitions().size());
            case "list_topics":
                return JSON.valueToTree(admin.listTopics().names().get());
            case "create_partitions":
                admin.createPartitions(Map.of(name, NewPartitions.increaseTo(command.get("partitions").asInt()))).all().get();
                return null;
            case "topic_configs": {
                ObjectNode configs = JSON.createObjectNode();
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
                for (ConfigEntry entry : admin.describeConfigs(List.of(resource)).all().get().get(resource).entries())
                    configs.put(entry.name(), entry.value());
                return configs;
            }
            case "set_topic_configs": {
                List<AlterConfigOp> changes = new ArrayList<>();
                command.get("configs").fields().forEachRemaining(one -> changes.add(
                    new AlterConfigOp(new ConfigEntry(one.getKey(), one.getValue().asText()), AlterConfigOp.OpType.SET)));
                admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.TOPIC, name), changes)).all().get();
                return null;
            }
            case "delete_records": {
                TopicPartition place = place(command);
                RecordsToDelete before = RecordsToDelete.beforeOffset(command.get("before").asLong());
                return JSON.valueToTree(admin.deleteRecords(Map.of(place, before)).lowWatermarks().get(place).get().lowWatermark());
            }
            case "describe_group": {
                ConsumerGroupDescription found = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
                return JSON.createObjectNode().put("state", Calls.state(found)).put("members", found.members().size());
            }
            case "set_group_offsets": {
                Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
                command.get("offsets").fields().forEachRemaining(one -> offsets.put(
                    new TopicPartition(command.get("topic").asText(), Integer.parseInt(one.getKey())),
                    new OffsetAndMetadata(one.getValue().asLong())));
                admin.alterConsumerGroupOffsets(group, offsets).all().get();
                return null;
            }
            case "list_groups":
                return JSON.valueToTree(Calls.groups(admin));
            case "group_offsets": {
                ObjectNode offsets = JSON.createObjectNode();
                admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
                    .forEach((place, found) -> offsets.put(Integer.toString(place.partition()), found.offset()));
                return offsets;
            }
            case "delete_group":
                admin.deleteConsumerGroups(List.of(group)).all().get();
                return null;
            case "produce":
                return produce(command);
            case "open":
                open(command);
                return null;
            case "poll":
                return poll(command.get("seconds").asDouble());
            case "owned": {
                List<Integer> partitions = new ArrayList<>();
                for (TopicPartition place : consumer.assignment()) partitions.add(place.partition());
                return JSON.valueToTree(partitions);
            }
            case "seek":
                waiting.clear();
                consumer.seek(new TopicPartition(topic, command.get("partition").asInt()), command.get("offset").asLong());
                return null;
            case "pause":
                consumer.pause(List.of(new TopicPartition(topic, command.get("partition").asInt())));
                return null;
            case "resume":
                consumer.resume(List.of(new TopicPartition(topic, command.get("partition").asInt())));
                return null;
            case "commit": {
                Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>(positions);
                positions.clear(); // what is not committed now may be another member's by the next time
                consumer.commitSync(read);
                return null;
            }
            case "close":
                consumer.close();
                consumer = null;
                return JSON.createArrayNode();
            case "reset":
                if (consumer != null) Calls.closeAtOnce(consumer);
                consumer = null;
                return null;
            case "offset_for_time":
                return offsetForTime(command);
            default:
                throw new IllegalArgumentException("unknown command " + command.get("do").asText());
        }
    }

    JsonNode produce(JsonNode command) throws Exception {
        KafkaProducer<String, String> producer = producer(command);
        List<Future<RecordMetadata>> futures = new ArrayList<>();
        for (JsonNode message : command.get("messages")) {
            List<Header> headers = new ArrayList<>();
            for (JsonNode header : message.get("headers")) {
                byte[] value = header.get(1).isNull() ? null : header.get(1).asText().getBytes(StandardCharsets.UTF_8);
                headers.add(new RecordHeader(header.get(0).asText(), value));
            }
            Integer partition = message.has("partition") ? message.get("partition").asInt() : null;
            Long timestamp = message.has("timestamp") ? message.get("timestamp").asLong() : null;
            futures.add(producer.send(new ProducerRecord<>(
                command.get("topic").asText(), partition, timestamp, text(message, "key"), text(message, "value"), headers)));
        }
        producer.flush();
        ArrayNode places = JSON.createArrayNode();
        for (Future<RecordMetadata> future : futures) {
            RecordMetadata sent = future.get();
            places.addArray().add(sent.partition()).add(sent.offset());
        }
        return places;
    }

    KafkaProducer<String, String> producer(JsonNode command) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", address);
        settings.put("compression.type", command.get("codec").asText());
        settings.put("acks", command.get("acks").asText());
        settings.put("enable.idempotence", command.get("idempotent").asBoolean());
        settings.put("linger.ms", 5);
        settings.put("reconnect.backoff.max.ms", 500);
        if (!command.get("batch_bytes").isNull()) settings.put("batch.size", command.get("batch_bytes").asInt());
        if (!command.get("max_request_bytes").isNull()) settings.put("max.request.size", command.get("max_request_bytes").asInt());
        return producers.computeIfAbsent(
            settings.toString(), key -> new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer()));
    }

    void open(JsonNode command) {
        topic = command.get("topic").asText();
        String group = text(command, "group");
        left = command.get("limit").isNull() ? Integer.MAX_VALUE : command.get("limit").asInt();
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", address);
        settings.put("auto.offset.reset", command.has("start") ? command.get("start").asText() : "earliest");
        if (command.has("isolation")) settings.put("isolation.level", command.get("isolation").asText());
        settings.put("enable.auto.commit", command.get("auto_commit").asBoolean() && group != null);
        settings.put("auto.commit.interval.ms", 500);
        settings.put("reconnect.backoff.max.ms", 500);
        if (group != null) settings.put("group.id", group);
        if (!command.get("fetch_bytes").isNull()) settings.put("max.partition.fetch.bytes", command.get("fetch_bytes").asInt());
        if (command.has("member")) settings.putAll(memberSettings(command.get("member")));
        consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        waiting.clear();
        positions.clear();
        if (group != null) {
            String pattern = command.has("member") ? text(command.get("member"), "pattern") : null;
            if (pattern != null) Calls.subscribe(consumer, pattern);
            else consumer.subscribe(List.of(topic));
            return;
        }
        List<TopicPartition> places = new ArrayList<>();
        consumer.partitionsFor(topic).forEach(info -> places.add(new TopicPartition(topic, info.partition())));
        consumer.assign(places);
    }

    static Map<String, Object> memberSettings(JsonNode member) {
        Map<String, Object> settings = new HashMap<>();
        if (member.hasNonNull("instance")) settings.put("group.instance.id", member.get("instance").asText());
        if ("consumer".equals(text(member, "protocol"))) {
            settings.put("group.protocol", "consumer");
            if (member.hasNonNull("assignor")) settings.put("group.remote.assignor", member.get("assignor").asText());
            return settings;
        }
        Class<?> assignor = member.get("assignor").asText().equals("range") ? RangeAssignor.class : CooperativeStickyAssignor.class;
        settings.put("partition.assignment.strategy", assignor.getName());
        settings.put("session.timeout.ms", member.get("session_ms").asInt());
        settings.put("heartbeat.interval.ms", member.get("heartbeat_ms").asInt());
        return settings;
    }

    /** At most `left` records; what Kafka gave beyond them waits here, and is not committed. */
    JsonNode poll(double seconds) {
        if (waiting.isEmpty()) consumer.poll(Duration.ofMillis((long) (seconds * 1000))).forEach(waiting::add);
        ArrayNode messages = JSON.createArrayNode();
        for (; left > 0 && !waiting.isEmpty(); left--) {
            ConsumerRecord<String, String> record = waiting.remove();
            positions.put(new TopicPartition(topic, record.partition()), new OffsetAndMetadata(record.offset() + 1));
            ObjectNode message = messages.addObject();
            message.put("partition", record.partition()).put("offset", record.offset()).put("timestamp", record.timestamp());
            message.put("key", record.key()).put("value", record.value());
            ArrayNode headers = message.putArray("headers");
            for (Header header : record.headers()) {
                byte[] value = header.value();
                headers.addArray().add(header.key()).add(value == null ? null : new String(value, StandardCharsets.UTF_8));
            }
        }
        return messages;
    }

    JsonNode offsetForTime(JsonNode command) {
        TopicPartition place = place(command);
        Map<String, Object> settings = Map.of("bootstrap.servers", address);
        try (KafkaConsumer<String, String> asking =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            OffsetAndTimestamp found = asking.offsetsForTimes(Map.of(place, command.get("timestamp").asLong())).get(place);
            return found == null ? null : JSON.valueToTree(found.offset());
        }
    }

    static TopicPartition place(JsonNode command) {
        return new TopicPartition(command.get("topic").asText(), command.get("partition").asInt());
    }

    static String text(JsonNode node, String field) {
        return node.hasNonNull(field) ? node.get(field).asText() : null;
    }
}
