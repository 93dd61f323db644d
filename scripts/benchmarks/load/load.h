/* What the parts of the load generator share. */
#ifndef LOAD_H
#define LOAD_H

#include "librdkafka.h"
#include <stdnoreturn.h>

noreturn void die(const char *format, ...);
double now(void);                                    /* seconds of a clock that only goes forward */
const char *text(const char *name);                  /* the argument name=..., which must be there */
long number(const char *name);
rd_kafka_t *client(int type);                        /* with bootstrap=... and every -X; a consumer commits nothing */
void fill(char *payload, size_t size, unsigned seed); /* with what looks like JSON */
void print_samples(const double *seconds, size_t count);
void on_delivery(rd_kafka_t *, const rd_kafka_message_t *, void *);
extern int delivered;                                /* reports so far; a failed delivery ends the program */

enum { WAIT_MS = 60000, MOST_SAMPLES = 20000 };

int produce(void);
int consume(void);
int sync_produce(void);
int end_to_end(void);
int connections(void);
int mock(void);

#endif
