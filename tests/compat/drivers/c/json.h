/* The JSON of the line protocol: a line becomes a tree, an answer is written as it comes. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct Json {
    enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_TEXT, JSON_LIST, JSON_OBJECT } kind;
    double number;
    char *text; /* UTF-8, with a zero behind it */
    size_t size;
    char *name; /* of a member of an object */
    struct Json *first, *next;
} Json;

Json *json_read(const char *line); /* NULL if it is not JSON */
void json_free(Json *);

/* A member that is there and not null, else NULL. */
const Json *json_member(const Json *, const char *name);
/* Members that have to be there. */
const char *json_text(const Json *, const char *name);
int64_t json_integer(const Json *, const char *name);
double json_number(const Json *, const char *name);
bool json_is_true(const Json *, const char *name);
size_t json_length(const Json *list);

void json_write_text(FILE *, const char *text, size_t size); /* null for NULL */

#endif
