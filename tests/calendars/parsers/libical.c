/* Reads iCalendar from standard input with libical and writes what it understood as JSON, one object a VEVENT. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void text(const char *name, const char *value)
{
    printf("\"%s\":\"", name);
    for (const unsigned char *at = (const unsigned char *)(value ? value : ""); *at; at++) {
        if (*at == '"' || *at == '\\')
            printf("\\%c", *at);
        else if (*at < 0x20)
            printf("\\u%04x", *at);
        else
            putchar(*at);
    }
    printf("\"");
}

static void moment(const char *name, struct icaltimetype at)
{
    char words[40] = "";
    if (icaltime_is_null_time(at)) {
        printf("\"%s\":null", name);
        return;
    }
    if (at.is_date) {
        snprintf(words, sizeof words, "%04d-%02d-%02d", at.year, at.month, at.day);
    } else {
        time_t seconds = icaltime_as_timet_with_zone(at, at.zone ? at.zone : icaltimezone_get_utc_timezone());
        struct tm utc;
        gmtime_r(&seconds, &utc);
        strftime(words, sizeof words, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
    }
    text(name, words);
}

static void occurrence(icalcomponent *component, struct icaltime_span *span, void *data)
{
    int *count = data;
    struct tm utc;
    char words[40];
    (void)component;
    time_t seconds = span->start;
    gmtime_r(&seconds, &utc);
    strftime(words, sizeof words, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
    printf("%s\"%s\"", (*count)++ ? "," : "", words);
}

int main(int argc, char **argv)
{
    size_t size = 0, room = 1 << 20;
    char *input = malloc(room);
    for (size_t got; (got = fread(input + size, 1, room - size - 1, stdin)) > 0;) {
        size += got;
        if (room - size < 2)
            input = realloc(input, room *= 2);
    }
    input[size] = 0;
    if (argc != 3)
        return 2;
    icalcomponent *calendar = icalparser_parse_string(input);
    if (!calendar)
        return 1;
    struct icaltimetype from = icaltime_from_string(argv[1]), to = icaltime_from_string(argv[2]);
    int first = 1;
    printf("[");
    for (icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        icalproperty *status = icalcomponent_get_first_property(event, ICAL_STATUS_PROPERTY);
        int count = 0, errors = 0;
        printf("%s{", first ? "" : ",");
        first = 0;
        text("uid", icalcomponent_get_uid(event)); printf(",");
        text("summary", icalcomponent_get_summary(event)); printf(",");
        text("description", icalcomponent_get_description(event)); printf(",");
        text("location", icalcomponent_get_location(event)); printf(",");
        text("status", status ? icalproperty_get_value_as_string(status) : ""); printf(",");
        moment("start", icalcomponent_get_dtstart(event)); printf(",");
        moment("end", icalcomponent_get_dtend(event)); printf(",");
        moment("recurrence_id", icalcomponent_get_recurrenceid(event)); printf(",");
        printf("\"sequence\":%d,\"errors\":[", icalcomponent_get_sequence(event));
        for (icalproperty *error = icalcomponent_get_first_property(event, ICAL_XLICERROR_PROPERTY); error;
             error = icalcomponent_get_next_property(event, ICAL_XLICERROR_PROPERTY)) {
            printf("%s{", errors++ ? "," : "");
            text("text", icalproperty_get_xlicerror(error));
            printf("}");
        }
        printf("],\"occurrences\":[");
        if (icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY))
            icalcomponent_foreach_recurrence(event, from, to, occurrence, &count);
        printf("]}");
    }
    printf("]\n");
    icalcomponent_free(calendar);
    free(input);
    return 0;
}
