import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.SubscriptionPattern;

/** Calls of JavaClient that Kafka 4 renamed; java-3 has them as they were before. */
class Calls {
    static Map<String, TopicDescription> describe(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get();
    }

    static List<String> groups(Admin admin) throws Exception {
        List<String> groups = new ArrayList<>();
        for (GroupListing listing : admin.listGroups().all().get()) groups.add(listing.groupId());
        return groups;
    }

    static String state(ConsumerGroupDescription group) {
        return group.groupState().toString();
    }

    static void subscribe(KafkaConsumer<?, ?> consumer, String pattern) {
        consumer.subscribe(new SubscriptionPattern(pattern));
    }

    static void closeAtOnce(KafkaConsumer<?, ?> consumer) {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }
}
