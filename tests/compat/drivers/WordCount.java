import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Produced;

/**
 * The word count of Kafka Streams; the commands are those of word_count.py. The words of a line go through a repartition
 * topic, the counts through a changelog, and nothing is cached. An error that Streams does not get over by itself ends it.
 */
public class WordCount {
    static final ObjectMapper JSON = new ObjectMapper();
    static final Duration STOP = Duration.ofSeconds(60);

    final String address;
    KafkaStreams streams;

    WordCount(String address) {
        this.address = address;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        WordCount driver = new WordCount(arguments[0]);
        ObjectNode hello = JSON.createObjectNode();
        hello.putObject("ok").put("client", "kafka-streams").put("version", version());
        answers.println(hello);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            ObjectNode answer = JSON.createObjectNode();
            try {
                driver.answer(JSON.readTree(line));
                answer.putNull("ok");
            } catch (Throwable error) {
                answer.putObject("error").put("message", error.toString()).putNull("code");
            }
            answers.println(answer);
        }
        System.exit(0);
    }

    static String version() throws Exception {
        Properties about = new Properties();
        about.load(KafkaStreams.class.getResourceAsStream("/kafka/kafka-streams-version.properties"));
        return about.getProperty("version");
    }

    void answer(JsonNode command) throws Exception {
        switch (command.get("do").asText()) {
            case "start" -> start(command);
            case "stop" -> stop();
            default -> throw new IllegalArgumentException("unknown command " + command.get("do").asText());
        }
    }

    /** Return when it has its partitions. */
    void start(JsonNode command) throws Exception {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream(command.get("input").asText())
            .flatMapValues(line -> List.of(line.split(" ")))
            .groupBy((key, word) -> word, Grouped.as("words"))
            .count()
            .toStream()
            .mapValues(count -> Long.toString(count))
            .to(command.get("output").asText(), Produced.with(Serdes.String(), Serdes.String()));
        streams = new KafkaStreams(builder.build(), settings(command));
        CountDownLatch running = new CountDownLatch(1);
        streams.setStateListener((state, before) -> {
            if (state == KafkaStreams.State.RUNNING) running.countDown();
        });
        streams.setUncaughtExceptionHandler(error -> {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
            return SHUTDOWN_CLIENT;
        });
        streams.start();
        running.await();
    }

    void stop() {
        if (!streams.close(STOP)) throw new IllegalStateException("not stopped within " + STOP);
    }

    Properties settings(JsonNode command) {
        boolean exactlyOnce = command.get("exactly_once").asBoolean();
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, address);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, command.get("application").asText());
        settings.put(StreamsConfig.STATE_DIR_CONFIG, command.get("directory").asText());
        settings.put(
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            exactlyOnce ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, command.path("threads").asInt(2));
        settings.put(StreamsConfig.consumerPrefix("session.timeout.ms"), 6000);
        settings.put(StreamsConfig.consumerPrefix("heartbeat.interval.ms"), 1000);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        settings.put("reconnect.backoff.max.ms", 500);
        return settings;
    }
}
