// Reads iCalendar from standard input with node-ical and writes what it understood as JSON, by UID.
import { readFileSync } from "node:fs";
import ical from "node-ical";

const data = ical.sync.parseICS(readFileSync(0, "utf8"));
const [from, to] = [new Date(process.argv[2]), new Date(process.argv[3])];
const text = (value) => (value && typeof value === "object" && "val" in value ? value.val : (value ?? ""));
const moment = (date) => {
  if (!date) return null;
  if (date.dateOnly) {
    const pad = (number) => String(number).padStart(2, "0");
    return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  }
  return date.toISOString();
};

const events = Object.values(data)
  .filter((each) => each.type === "VEVENT")
  .map((each) => ({
    uid: each.uid,
    summary: text(each.summary),
    description: text(each.description),
    location: text(each.location),
    status: each.status ?? "",
    sequence: Number(each.sequence ?? 0),
    start: moment(each.start),
    end: moment(each.end),
    occurrences: each.rrule
      ? ical.expandRecurringEvent(each, { from, to }).map((one) => ({
          start: moment(one.start),
          status: one.event?.status ?? "",
        }))
      : [],
  }));
process.stdout.write(JSON.stringify(events));
