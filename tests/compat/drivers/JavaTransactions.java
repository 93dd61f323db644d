import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Driver of the Java client's transactions (3.x: TV1, 4.x: TV2); the commands are those of transactions.py. */
public class JavaTransactions {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String INSTANCE = "transformer";
    static final int SESSION_MS = 10_000;

    final String address;
    KafkaProducer<String, String> producer;

    JavaTransactions(String address) {
        this.address = address;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        JavaTransactions driver = new JavaTransactions(arguments[0]);
        ObjectNode hello = JSON.createObjectNode();
        hello.putObject("ok").put("client", "java").put("version", version());
        answers.println(hello);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            ObjectNode answer = JSON.createObjectNode();
            try {
                answer.set("ok", driver.answer(JSON.readTree(line)));
            } catch (Throwable error) {
                Throwable cause = apiError(error);
                ObjectNode problem = answer.putObject("error");
                problem.put("message", error + (cause == error ? "" : ", because of " + cause));
                if (cause instanceof ApiException) problem.put("code", Errors.forException(cause).code());
                else problem.putNull("code");
            }
            answers.println(answer);
        }
        System.exit(0); // without waiting for the clients to say goodbye
    }

    /** The innermost error with a code of Kafka's: a producer in an error state wraps what brought it there. */
    static Throwable apiError(Throwable error) {
        Throwable found = error;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApiException) found = cause;
        }
        return found;
    }

    static String version() throws Exception {
        Properties about = new Properties();
        about.load(KafkaProducer.class.getResourceAsStream("/kafka/kafka-version.properties"));
        return about.getProperty("version");
    }

    JsonNode answer(JsonNode command) throws Exception {
        switch (command.get("do").asText()) {
            case "init":
                init(command.get("id").asText(), command.get("timeout_ms").asInt());
                return null;
            case "begin":
                producer.beginTransaction();
                return null;
            case "send":
                return send(command.get("topic").asText(), command.get("messages"));
            case "send_offsets": {
                Map<TopicPartition, OffsetAndMetadata> places = new HashMap<>();
                command.get("offsets").fields().forEachRemaining(one -> places.put(
                    new TopicPartition(command.get("topic").asText(), Integer.parseInt(one.getKey())),
                    new OffsetAndMetadata(one.getValue().asLong())));
                producer.sendOffsetsToTransaction(places, new ConsumerGroupMetadata(command.get("group").asText()));
                return null;
            }
            case "commit":
                producer.commitTransaction();
                return null;
            case "abort":
                producer.abortTransaction();
                return null;
            case "read":
                return read(command);
            case "transform":
                transform(command);
                return null;
            default:
                throw new IllegalArgumentException("unknown command " + command.get("do").asText());
        }
    }

    void init(String id, int timeoutMs) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", address);
        settings.put("transactional.id", id);
        settings.put("transaction.timeout.ms", timeoutMs);
        settings.put("reconnect.backoff.max.ms", 500);
        producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
    }

    JsonNode send(String topic, JsonNode messages) throws Exception {
        List<Future<RecordMetadata>> futures = new ArrayList<>();
        for (JsonNode message : messages) {
            futures.add(producer.send(new ProducerRecord<>(topic, message.get(0).asInt(), null, message.get(1).asText())));
        }
        producer.flush();
        ArrayNode places = JSON.createArrayNode();
        for (Future<RecordMetadata> future : futures) {
            try {
                places.addArray().add(future.get().partition()).add(future.get().offset());
            } catch (ExecutionException error) {
                throw new KafkaException(error.getCause());
            }
        }
        return places;
    }

    KafkaConsumer<String, String> consumer(String group, boolean committed, int records) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", address);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", false);
        settings.put("isolation.level", committed ? "read_committed" : "read_uncommitted");
        settings.put("reconnect.backoff.max.ms", 500);
        if (group != null) {
            settings.put("group.id", group);
            settings.put("max.poll.records", records);
            settings.put("group.instance.id", INSTANCE);
            settings.put("session.timeout.ms", SESSION_MS);
        }
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    JsonNode read(JsonNode command) {
        String topic = command.get("topic").asText();
        ArrayNode seen = JSON.createArrayNode();
        try (KafkaConsumer<String, String> consumer = consumer(null, command.get("committed").asBoolean(), 0)) {
            List<TopicPartition> places = new ArrayList<>();
            for (int number = 0; number < command.get("partitions").asInt(); number++) places.add(new TopicPartition(topic, number));
            consumer.assign(places);
            while (seen.size() < command.get("count").asInt()) poll(consumer, 0.2, seen);
            poll(consumer, command.get("more_seconds").asDouble(), seen);
        }
        return seen;
    }

    static void poll(KafkaConsumer<String, String> consumer, double seconds, ArrayNode seen) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis((long) (seconds * 1000)))) {
            seen.addArray().add(record.partition()).add(record.offset()).add(record.value());
        }
    }

    void transform(JsonNode command) throws Exception {
        init(command.get("id").asText(), command.get("timeout_ms").asInt());
        KafkaConsumer<String, String> consumer = consumer(command.get("group").asText(), true, command.get("records").asInt());
        consumer.subscribe(List.of(command.get("source").asText()));
        while (true) {
            ArrayNode taken = JSON.createArrayNode();
            poll(consumer, 0.2, taken);
            if (taken.isEmpty()) continue;
            ArrayNode made = JSON.createArrayNode();
            for (JsonNode one : taken) made.addArray().add(one.get(0)).add("f(" + one.get(2).asText() + ")");
            producer.beginTransaction();
            send(command.get("target").asText(), made);
            Thread.sleep(command.get("work_ms").asInt());
            Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
            for (TopicPartition place : consumer.assignment()) positions.put(place, new OffsetAndMetadata(consumer.position(place)));
            producer.sendOffsetsToTransaction(positions, consumer.groupMetadata());
            producer.commitTransaction();
        }
    }
}
