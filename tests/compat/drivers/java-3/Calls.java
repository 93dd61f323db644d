import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ConsumerGroupListing;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** Calls of JavaClient as kafka-clients 2.8 to 3.9 name them; java-4 has the names of today. */
class Calls {
    static Map<String, TopicDescription> describe(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).all().get();
    }

    static List<String> groups(Admin admin) throws Exception {
        List<String> groups = new ArrayList<>();
        for (ConsumerGroupListing listing : admin.listConsumerGroups().all().get()) groups.add(listing.groupId());
        return groups;
    }

    static String state(ConsumerGroupDescription group) {
        return group.state().toString();
    }

    /** The client looks the topics up by itself. */
    static void subscribe(KafkaConsumer<?, ?> consumer, String pattern) {
        consumer.subscribe(Pattern.compile(pattern));
    }

    static void closeAtOnce(KafkaConsumer<?, ?> consumer) {
        consumer.close(Duration.ZERO);
    }
}
