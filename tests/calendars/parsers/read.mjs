// Reads iCalendar from standard input with ical.js and writes what it understood as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const instant = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString());

const components = calendar.getAllSubcomponents("vevent");
const isChange = (component) => component.hasProperty("recurrence-id");

const events = components.filter((component) => !isChange(component)).map((component) => {
  const changes = components.filter(isChange).map((change) => new ICAL.Event(change));
  const event = new ICAL.Event(component, { exceptions: changes });
  const value = (name) => component.getFirstPropertyValue(name);
  const organizer = component.getFirstProperty("organizer");
  const occurrences = [];
  const changed = {};
  if (event.isRecurring()) {
    const iterator = event.iterator();
    for (let next = iterator.next(); next && occurrences.length < 60; next = iterator.next()) {
      const { item, startDate } = event.getOccurrenceDetails(next);
      occurrences.push(instant(startDate));
      if (item !== event) changed[instant(next)] = [instant(startDate), instant(item.endDate), item.component.getFirstPropertyValue("status"), item.summary];
    }
  }
  return {
    uid: event.uid,
    sequence: event.sequence,
    summary: event.summary,
    description: event.description,
    location: event.location,
    start: instant(event.startDate),
    end: instant(event.endDate),
    zone: event.startDate.zone?.tzid ?? null,
    status: value("status"),
    url: value("url"),
    geo: value("geo"),
    organizer: organizer.getFirstValue(),
    organizerName: organizer.getParameter("cn"),
    categories: component.getFirstProperty("categories")?.getValues() ?? [],
    occurrences,
    changed,
  };
});
process.stdout.write(JSON.stringify(events));
