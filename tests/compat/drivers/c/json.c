#include "json.h"

#include <stdlib.h>
#include <string.h>

#include "driver.h"

static const char *blank(const char *at) {
    return at + strspn(at, " \t\r\n");
}

static unsigned hexadecimal(const char *at) {
    char digits[5] = {0};
    strncpy(digits, at, 4);
    return (unsigned)strtoul(digits, NULL, 16);
}

static char *put_utf8(char *to, unsigned point) {
    if (point < 0x80) {
        *to++ = (char)point;
    } else if (point < 0x800) {
        *to++ = (char)(0xc0 | point >> 6);
        *to++ = (char)(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        *to++ = (char)(0xe0 | point >> 12);
        *to++ = (char)(0x80 | (point >> 6 & 0x3f));
        *to++ = (char)(0x80 | (point & 0x3f));
    } else {
        *to++ = (char)(0xf0 | point >> 18);
        *to++ = (char)(0x80 | (point >> 12 & 0x3f));
        *to++ = (char)(0x80 | (point >> 6 & 0x3f));
        *to++ = (char)(0x80 | (point & 0x3f));
    }
    return to;
}

/* `at` stands behind the opening quote. */
static const char *read_text(const char *at, char **text, size_t *size) {
    static const char escapes[] = "b\bf\fn\nr\rt\t";
    const char *end = at;
    while (*end && *end != '"')
        end += *end == '\\' && end[1] ? 2 : 1;
    char *to = *text = malloc((size_t)(end - at) + 1); /* what is escaped gets shorter */
    for (; at < end; at++) {
        if (*at != '\\') {
            *to++ = *at;
        } else if (*++at == 'u') {
            unsigned point = hexadecimal(at + 1);
            at += 4;
            if (point >> 10 == 0x36 && at[1] == '\\' && at[2] == 'u') { /* the first of a pair */
                point = 0x10000 + ((point & 0x3ff) << 10) + (hexadecimal(at + 3) & 0x3ff);
                at += 6;
            }
            to = put_utf8(to, point);
        } else {
            const char *escape = strchr(escapes, *at);
            *to++ = escape && (escape - escapes) % 2 == 0 ? escape[1] : *at;
        }
    }
    *to = 0;
    *size = (size_t)(to - *text);
    return *end ? end + 1 : NULL;
}

static const char *read_value(const char *at, Json *value);

/* Values, with names in an object, up to the closing bracket. */
static const char *read_members(const char *at, Json *value, char closing) {
    Json **last = &value->first;
    at = blank(at);
    while (at && *at != closing) {
        Json *member = *last = calloc(1, sizeof *member);
        last = &member->next;
        if (closing == '}') {
            size_t size;
            at = *at == '"' ? read_text(at + 1, &member->name, &size) : NULL;
            at = at && *(at = blank(at)) == ':' ? at + 1 : NULL;
        }
        at = at ? read_value(at, member) : NULL;
        at = at ? blank(at) : NULL;
        if (at && *at == ',')
            at = blank(at + 1);
        else if (at && *at != closing)
            at = NULL;
    }
    return at ? at + 1 : NULL;
}

static const char *read_value(const char *at, Json *value) {
    static const struct {
        const char *word;
        int kind;
    } words[] = {{"null", JSON_NULL}, {"false", JSON_FALSE}, {"true", JSON_TRUE}};
    at = blank(at);
    if (*at == '"') {
        value->kind = JSON_TEXT;
        return read_text(at + 1, &value->text, &value->size);
    }
    if (*at == '[' || *at == '{') {
        value->kind = *at == '[' ? JSON_LIST : JSON_OBJECT;
        return read_members(at + 1, value, *at == '[' ? ']' : '}');
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(at, words[i].word, strlen(words[i].word)) == 0) {
            value->kind = words[i].kind;
            return at + strlen(words[i].word);
        }
    char *end;
    value->kind = JSON_NUMBER;
    value->number = strtod(at, &end);
    return end == at ? NULL : end;
}

Json *json_read(const char *line) {
    Json *value = calloc(1, sizeof *value);
    const char *end = read_value(line, value);
    if (end && !*blank(end))
        return value;
    json_free(value);
    return NULL;
}

void json_free(Json *value) {
    while (value) {
        Json *next = value->next;
        json_free(value->first);
        free(value->text);
        free(value->name);
        free(value);
        value = next;
    }
}

const Json *json_member(const Json *object, const char *name) {
    for (const Json *member = object->first; member; member = member->next)
        if (strcmp(member->name, name) == 0)
            return member->kind == JSON_NULL ? NULL : member;
    return NULL;
}

static const Json *needed(const Json *object, const char *name) {
    const Json *member = json_member(object, name);
    if (!member)
        fail(0, "the command has no %s", name);
    return member;
}

const char *json_text(const Json *object, const char *name) {
    return needed(object, name)->text;
}

double json_number(const Json *object, const char *name) {
    return needed(object, name)->number;
}

int64_t json_integer(const Json *object, const char *name) {
    return (int64_t)json_number(object, name);
}

bool json_is_true(const Json *object, const char *name) {
    return needed(object, name)->kind == JSON_TRUE;
}

size_t json_length(const Json *list) {
    size_t length = 0;
    for (const Json *one = list->first; one; one = one->next)
        length++;
    return length;
}

void json_write_text(FILE *out, const char *text, size_t size) {
    if (!text) {
        fputs("null", out);
        return;
    }
    putc('"', out);
    for (size_t i = 0; i < size; i++) {
        unsigned char one = (unsigned char)text[i];
        if (one == '"' || one == '\\')
            fprintf(out, "\\%c", one);
        else if (one < 0x20)
            fprintf(out, "\\u%04x", one);
        else
            putc(one, out);
    }
    putc('"', out);
}
