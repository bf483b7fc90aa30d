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

const answers = process.argv.slice(2).map((path) => {
  const text = readFileSync(path, 'utf8')
  return { icalJs: icalJs(text), nodeIcal: nodeIcalReads(text), tsIcs: tsIcs(text) }
})
process.stdout.write(JSON.stringify(answers))
