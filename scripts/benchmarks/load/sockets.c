/* connections: plain sockets that send the same requests again and again, a given number unanswered on each. The file
   requests=... holds whole frames; a connection goes through them in turn. Answers must have the size of the first. */
#include "load.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST_FRAMES = 10000, MOST_IN_FLIGHT = 64, SCRATCH = 1 << 20, STUCK_MS = 30000 };

typedef struct {
    int socket, asks_to_write;
    long to_send;              /* frames that may be sent now */
    size_t frame, sent;        /* the frame that is next or being sent, and how much of it has gone */
    double began[MOST_IN_FLIGHT];
    long begun, answered;      /* frames */
    unsigned char head[4];
    size_t head_size, body_left;
} connection_t;

static struct { char *bytes; size_t size; } frames[MOST_FRAMES];
static size_t frame_count;
static int poller;
static long in_flight, answers, odd_answers, first_size = -1;
static double *samples;
static size_t samples_size, samples_room;

static size_t size_of(const unsigned char *head) {
    return (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
}

static void read_frames(const char *path) {
    FILE *file = fopen(path, "rb");
    unsigned char head[4];
    if (!file)
        die("cannot read %s", path);
    while (fread(head, 1, 4, file) == 4) {
        size_t size = size_of(head);
        if (frame_count == MOST_FRAMES)
            die("more than %d frames", MOST_FRAMES);
        frames[frame_count].size = size + 4;
        frames[frame_count].bytes = malloc(size + 4);
        memcpy(frames[frame_count].bytes, head, 4);
        if (fread(frames[frame_count++].bytes + 4, 1, size, file) != size)
            die("half a frame in %s", path);
    }
    fclose(file);
    if (!frame_count)
        die("no frame in %s", path);
}

static int dial(const char *bootstrap) {
    char host[64];
    const char *colon = strrchr(bootstrap, ':');
    if (!colon || (size_t)(colon - bootstrap) >= sizeof host)
        die("bootstrap wants HOST:PORT");
    snprintf(host, sizeof host, "%.*s", (int)(colon - bootstrap), bootstrap);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1))};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        die("%s is not an IPv4 address", host);
    int handle = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (handle < 0 || connect(handle, (struct sockaddr *)&address, sizeof address) != 0)
        die("connect: %s", strerror(errno));
    setsockopt(handle, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(handle, F_SETFL, O_NONBLOCK);
    return handle;
}

static void ask_to_write(connection_t *one, int wanted) {
    if (one->asks_to_write == wanted)
        return;
    struct epoll_event event = {.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.ptr = one};
    epoll_ctl(poller, EPOLL_CTL_MOD, one->socket, &event);
    one->asks_to_write = wanted;
}

static void write_some(connection_t *one) {
    while (one->to_send > 0) {
        if (one->sent == 0)
            one->began[one->begun++ % MOST_IN_FLIGHT] = now();
        const char *rest = frames[one->frame].bytes + one->sent;
        ssize_t size = send(one->socket, rest, frames[one->frame].size - one->sent, MSG_NOSIGNAL);
        if (size < 0 && errno != EAGAIN)
            die("send: %s", strerror(errno));
        if (size < 0) {
            if (one->sent == 0)
                one->begun--;
            break;
        }
        one->sent += (size_t)size;
        if (one->sent == frames[one->frame].size) {
            one->frame = (one->frame + 1) % frame_count;
            one->sent = 0;
            one->to_send--;
        }
    }
    ask_to_write(one, one->to_send > 0);
}

static void note_answer(connection_t *one) {
    if (samples_size == samples_room)
        samples = realloc(samples, (samples_room = samples_room ? 2 * samples_room : 1 << 16) * sizeof *samples);
    samples[samples_size++] = now() - one->began[one->answered++ % MOST_IN_FLIGHT];
    answers++;
    one->to_send++;
}

static void take(connection_t *one, const unsigned char *bytes, size_t size) {
    while (size > 0) {
        size_t part;
        if (one->head_size < 4) {
            one->head[one->head_size++] = *bytes;
            part = 1;
            if (one->head_size == 4) {
                one->body_left = size_of(one->head);
                if (first_size < 0)
                    first_size = (long)one->body_left;
                odd_answers += (long)one->body_left != first_size;
            }
        } else {
            part = size < one->body_left ? size : one->body_left;
            one->body_left -= part;
        }
        bytes += part;
        size -= part;
        if (one->head_size == 4 && one->body_left == 0) {
            one->head_size = 0;
            note_answer(one);
        }
    }
}

static void read_some(connection_t *one) {
    static unsigned char scratch[SCRATCH];
    ssize_t size = recv(one->socket, scratch, sizeof scratch, 0);
    if (size == 0)
        die("the broker closed the connection");
    if (size < 0 && errno != EAGAIN)
        die("recv: %s", strerror(errno));
    if (size > 0)
        take(one, scratch, (size_t)size);
}

int connections(void) {
    long count = number("connections");
    double duration = (double)number("seconds");
    in_flight = number("in-flight");
    if (in_flight < 1 || in_flight > MOST_IN_FLIGHT)
        die("in-flight: 1 to %d", MOST_IN_FLIGHT);
    read_frames(text("requests"));
    poller = epoll_create1(0);
    connection_t *all = calloc((size_t)count, sizeof *all);
    for (long one = 0; one < count; one++) {
        all[one].socket = dial(text("bootstrap"));
        all[one].to_send = in_flight;
        all[one].frame = (size_t)one % frame_count;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[one]};
        epoll_ctl(poller, EPOLL_CTL_ADD, all[one].socket, &event);
    }
    double began = now(), end = began + duration;
    for (long one = 0; one < count; one++)
        write_some(&all[one]);
    struct epoll_event events[256];
    while (now() < end) {
        int ready = epoll_wait(poller, events, 256, STUCK_MS);
        if (ready == 0)
            die("no answer for %d s", STUCK_MS / 1000);
        for (int one = 0; one < ready; one++) {
            if (events[one].events & ~(unsigned)EPOLLOUT)
                read_some(events[one].data.ptr);
            write_some(events[one].data.ptr);
        }
    }
    printf("{\"seconds\": %.6f, \"answers\": %ld, \"odd_answers\": %ld, ", now() - began, answers, odd_answers);
    print_samples(samples, samples_size);
    printf("}\n");
    return 0;
}
