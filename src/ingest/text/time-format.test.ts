import { describe, expect, test } from 'vitest'
import { localClock } from './local-time.ts'
import { compileTimeFormats, timeFormatsOption } from './time-format.ts'
import { yearBefore, yearByName } from './year-of-file.ts'

const amsterdam = localClock('Europe/Amsterdam')

const at = (ms: number) => (Number.isNaN(ms) ? 'none' : new Date(ms).toISOString())
const read = (format: string, text: string) => at(compileTimeFormats([format], amsterdam)(text))

const arrived = (iso: string, text: string) =>
  at(compileTimeFormats(['MM/DD HH:mm'], amsterdam, yearBefore(Date.parse(iso)))(text))

const MORNING = '2026-10-05T08:00:05.000Z'

describe('a time is read as its format says', () => {
  test.each([
    ['ddd, DD MMM YYYY HH:mm:ss Z', 'Mon, 05 Oct 2026 08:00:05 +0000', MORNING],
    ['ddd, DD MMM YYYY HH:mm:ss Z', 'Tue, 05 Oct 2026 08:00:05 +0000', 'none'],
    [
      'HH:mm:ss.SSS UTC ddd MMM DD YYYY',
      '08:00:05.123 UTC Mon Oct 05 2026',
      '2026-10-05T08:00:05.123Z',
    ],
    ['HH:mm:ss.SSS UTC ddd MMM DD YYYY', '08:00:05.123 CET Mon Oct 05 2026', 'none'],
    ['dddd D MMMM YYYY HH:mm', 'maandag 5 oktober 2026 10:00', '2026-10-05T08:00:00.000Z'],
    ['D-MMM-YYYY HH:mm', '5-OKT-2026 10:00', '2026-10-05T08:00:00.000Z'],
    ['D-MMM-YYYY HH:mm', '5-Foo-2026 10:00', 'none'],
    ['M/D/YYYY h:mm A', '10/5/2026 8:00 AM', '2026-10-05T06:00:00.000Z'],
    ['M/D/YYYY h:mm A', '10/5/2026 12:00 AM', '2026-10-04T22:00:00.000Z'],
    ['M/D/YYYY h:mm A', '10/5/2026 12:30 pm', '2026-10-05T10:30:00.000Z'],
    ['M/D/YYYY h:mm A', '10/5/2026 13:30 AM', 'none'],
    ['M/D/YYYY h:mm A', '10/5/2026 8:00 XM', 'none'],
    ['MM/DD/YY hh:mma', '10/05/26 10:00p', '2026-10-05T20:00:00.000Z'],
    ['MM/DD/YYYY HH:mm:ss.S', '10/05/2026 10:00:05.5', '2026-10-05T08:00:05.500Z'],
    ['MM/DD/YYYY HH:mm:ss.S', '10/05/2026 10:00:05.55', 'none'],
    ['YYYY-MM-DD HH:mm:ss.f', '2026-10-05 10:00:05.0427955', '2026-10-05T08:00:05.042Z'],
    ['YYYYMMDDHHmmssSS', '2026100510000599', '2026-10-05T08:00:05.990Z'],
    ['YYYY-MM-DD[h]HH:mm', '2026-10-05h10:00', '2026-10-05T08:00:00.000Z'],
    ['YYYY-MM-DDTHH:mm:ssZ', '2026-10-05T10:00:05+02:00', MORNING],
    ['DD.MM.YYYY H.m.s', '05.10.2026 10.0.5', MORNING],
    ['YYYY-MM-DD HH:mm:ss', '0000-00-00 00:00:00', 'none'],
  ])('%s of %s', (format, text, expected) => {
    expect(read(format, text)).toBe(expected)
  })
})

describe('a format that cannot be read is refused, with the part that is not understood', () => {
  test.each([
    ['DD-MM-YYYY HH:MM', /"MM" and "MM" both give the month \(minutes are mm\)/],
    ['DD-MM-YYYY HH:mm:SS', /"SS" is the fraction, but there is no second; seconds are ss/],
    ['DD-MM-YYYY hh:mm', /"hh" is a clock of 12 hours: add A/],
    ['DD-MM-YYYY mm:ss', /"mm" is the minute, but there is no hour/],
    ['YYYY-DD-MM HH:mm q', /"q" is no part of a time/],
    ['YYYY-MMM-Do HH:mm', /"o" is no part of a time/],
    ['YYYY-MM-DD HH:mm CEST', /"C" is no part of a time/],
    ['ISO', /"I" is no part of a time/],
    ['MM/DD HH:mm', /"MM\/DD HH:mm": the year is missing/],
    ['YYYY HH:mm', /the month is missing/],
    ['YYYY-MM-DD [at HH:mm', /"\[" is not closed/],
    ['DD-MM-YYYY HH:mm Z UTC', /"Z" and "UTC" both give the offset/],
  ])('%s', (format, message) => {
    const problems = timeFormatsOption.safeParse(['iso', format]).error?.issues ?? []
    expect(problems.map((problem) => problem.message).join('\n')).toMatch(message)
  })

  test('a part that is understood is not refused', () => {
    expect(timeFormatsOption.parse('DD-MM-YYYY HH:mm')).toEqual(['DD-MM-YYYY HH:mm'])
  })
})

describe('a time without a year', () => {
  test.each([
    ['2026-10-06T00:00:00Z', '10/05 10:00', '2026-10-05T08:00:00.000Z'],
    ['2027-01-01T00:10:00Z', '12/31 23:59', '2026-12-31T22:59:00.000Z'],
    ['2027-01-01T00:10:00Z', '01/01 00:05', '2026-12-31T23:05:00.000Z'],
    ['2026-12-31T22:59:00Z', '01/01 00:01', '2026-12-31T23:01:00.000Z'],
    ['2026-12-31T22:59:00Z', '01/02 00:01', '2026-01-01T23:01:00.000Z'],
    ['2026-12-30T12:00:00Z', '12/31 13:00', '2026-12-31T12:00:00.000Z'],
    ['2026-12-30T12:00:00Z', '12/31 13:01', '2025-12-31T12:01:00.000Z'],
    ['2028-03-01T12:00:00Z', '02/29 12:00', '2028-02-29T11:00:00.000Z'],
    ['2029-02-01T12:00:00Z', '02/29 12:00', '2028-02-29T11:00:00.000Z'],
    ['2027-03-01T12:00:00Z', '02/29 12:00', 'none'],
  ])('of a file of %s, %s is %s', (arrival, text, expected) => {
    expect(arrived(arrival, text)).toBe(expected)
  })

  test.each([
    ['smdr-20261005.log', 'YYYYMMDD', '10/05 10:00', '2026-10-05T08:00:00.000Z'],
    ['smdr-20270101.log', 'YYYYMMDD', '12/31 23:00', '2026-12-31T22:00:00.000Z'],
    ['smdr-20261231235959.log', 'YYYYMMDD', '01/01 00:00', '2026-12-31T23:00:00.000Z'],
    ['05-10-2026.txt', 'DD-MM-YYYY', '10/05 10:00', '2026-10-05T08:00:00.000Z'],
    ['2026-12.txt', 'YYYY-MM', '01/01 00:00', '2026-12-31T23:00:00.000Z'],
    ['2026-01.txt', 'YYYY-MM', '12/31 10:00', '2025-12-31T09:00:00.000Z'],
    ['calls2026.txt', 'YYYY', '01/01 12:00', '2026-01-01T11:00:00.000Z'],
    ['calls2026.txt', 'YYYY', '12/31 12:00', '2026-12-31T11:00:00.000Z'],
    ['calls20261.txt', 'YYYY', '12/31 12:00', 'none'],
    ['smdr.log', 'YYYYMMDD', '10/05 10:00', 'none'],
  ])('by the name %s (%s), %s is %s', (name, format, text, expected) => {
    const readTime = compileTimeFormats(['MM/DD HH:mm'], amsterdam, yearByName(name, format))
    expect(at(readTime(text))).toBe(expected)
  })
})
