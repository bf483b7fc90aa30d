// Reads calendar files with foreign readers and prints what they saw, one JSON object a file.
import { readFileSync } from 'node:fs'
import ICAL from 'ical.js'
import nodeIcal from 'node-ical'
import { convertIcsCalendar } from 'ts-ics'

const day = (year, month, date) => [year, month, date].map((part) => String(part).padStart(2, '0')).join('-')

function icalJs(text) {
  const root = new ICAL.Component(ICAL.parse(text))
  const moment = (time) => (time.isDate ? day(time.year, time.month, time.day) : time.toJSDate().toISOString())
  return {
    method: root.getFirstPropertyValue('method'),
    name: root.getFirstPropertyValue('x-wr-calname'),
    refresh: root.getFirstPropertyValue('refresh-interval')?.toString() ?? null,
    events: root.getAllSubcomponents('vevent').map((component) => {
      const event = new ICAL.Event(component)
      const organizer = component.getFirstProperty('organizer')
      return {
        uid: event.uid,
        sequence: event.sequence,
        summary: event.summary,
        description: event.description,
        location: event.location,
        status: component.getFirstPropertyValue('status'),
        stamp: moment(component.getFirstPropertyValue('dtstamp')),
        start: moment(event.startDate),
        end: moment(event.endDate),
        organizer: organizer && [organizer.getParameter('cn') ?? null, organizer.getFirstValue()],
        attendees: event.attendees.map((attendee) => [
          attendee.getParameter('cn') ?? null,
          attendee.getFirstValue(),
          attendee.getParameter('partstat'),
          attendee.getParameter('rsvp'),
        ]),
        categories: component.getFirstProperty('categories')?.getValues() ?? [],
      }
    }),
  }
}

function nodeIcalReads(text) {
  const found = Object.values(nodeIcal.sync.parseICS(text))
  const plain = (value) => (value && typeof value === 'object' && 'val' in value ? value.val : value)
  const moment = (time) =>
    time.dateOnly ? day(time.getFullYear(), time.getMonth() + 1, time.getDate()) : time.toISOString()
  return {
    events: found
      .filter((entry) => entry.type === 'VEVENT')
      .map((event) => ({
        uid: event.uid,
        method: event.method ?? null,
        sequence: Number(event.sequence),
        summary: plain(event.summary),
        description: plain(event.description) ?? null,
        location: plain(event.location) ?? null,
        status: event.status,
        start: moment(event.start),
        end: moment(event.end),
        attendee: event.attendee ? [event.attendee.params.CN ?? null, event.attendee.val] : null,
      })),
  }
}

function tsIcs(text) {
  const read = convertIcsCalendar(undefined, text)
  const moment = (time) => (time.type === 'DATE' ? time.date.toISOString().slice(0, 10) : time.date.toISOString())
  return {
    method: read.method ?? null,
    events: (read.events ?? []).map((event) => ({
      uid: event.uid,
      sequence: event.sequence ?? 0,
      summary: event.summary,
      description: event.description ?? null,
      location: event.location ?? null,
      status: event.status ?? null,
      start: moment(event.start),
      end: moment(event.end),
      attendees: (event.attendees ?? []).map((attendee) => [attendee.name ?? null, attendee.email]),
    })),
  }
}

// The dates of what repeats: [start, end] of each, in order.
const pair = (start, end) => [start.toISOString(), end.toISOString()]
const sorted = (found) => found.sort((one, other) => (one[0] < other[0] ? -1 : 1))

function icalJsDates(text) {
  const root = new ICAL.Component(ICAL.parse(text))
  for (const zone of root.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone)
  const events = root.getAllSubcomponents('vevent').map((component) => new ICAL.Event(component))
  const whole = events.find((event) => event.isRecurring())
  if (!whole) return []
  for (const event of events) if (event.isRecurrenceException()) whole.relateException(event)
  const found = []
  const iterator = whole.iterator()
  for (let next = iterator.next(); next; next = iterator.next()) {
    const { startDate, endDate } = whole.getOccurrenceDetails(next)
    found.push(pair(startDate.toJSDate(), endDate.toJSDate()))
  }
  return sorted(found)
}

function nodeIcalDates(text) {
  const whole = Object.values(nodeIcal.sync.parseICS(text)).find((event) => event.rrule)
  if (!whole) return []
  const options = { from: new Date('2026-01-01'), to: new Date('2033-01-01') }
  return sorted(nodeIcal.expandRecurringEvent(whole, options).map(({ start, end }) => pair(start, end)))
}

// ts-ics repeats by UTC and not by the clock on the wall: it can tell the rule, and which dates are dropped or moved.
function tsIcsSeries(text) {
  const events = convertIcsCalendar(undefined, text).events ?? []
  const whole = events.find((event) => event.recurrenceRule)
  if (!whole) return null
  const { frequency, count, interval, byDay } = whole.recurrenceRule
  const moved = events.filter((event) => event.recurrenceId)
  return {
    rule: [frequency, count, interval ?? 1, (byDay ?? []).map(({ day, occurrence }) => [occurrence, day])],
    dropped: (whole.exceptionDates ?? []).map((day) => day.date.toISOString()),
    moved: moved.map((event) => [event.recurrenceId.value.date.toISOString(), event.start.date.toISOString()]),
  }
}

const answers = process.argv.slice(2).map((path) => {
  const text = readFileSync(path, 'utf8')
  const dates = { 'ical.js': icalJsDates(text), 'node-ical': nodeIcalDates(text) }
  return { icalJs: icalJs(text), nodeIcal: nodeIcalReads(text), tsIcs: tsIcs(text), dates, tsIcsSeries: tsIcsSeries(text) }
})
process.stdout.write(JSON.stringify(answers))
