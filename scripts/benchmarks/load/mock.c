/* mock: librdkafka's own mock cluster as a process. It prints its address, makes a topic for each line
   `NAME PARTITIONS` on stdin and answers `ok`; it ends with its stdin. */
#include "load.h"
#include <stdio.h>

int mock(void) {
    char name[256];
    int partitions;
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(client(RD_KAFKA_PRODUCER), 1);
    if (!cluster)
        die("no mock cluster");
    printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
    fflush(stdout);
    while (scanf("%255s %d", name, &partitions) == 2) {
        int error = rd_kafka_mock_topic_create(cluster, name, partitions, 1);
        printf("%s\n", error ? rd_kafka_err2str(error) : "ok");
        fflush(stdout);
    }
    return 0;
}
