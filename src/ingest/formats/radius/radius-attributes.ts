/**
 * The attributes of one accounting record as text, and what they mean: status, session, counters, time.
 */
import { wholeNumber } from '../../text/digits.ts'
import type { LocalClock } from '../../text/local-time.ts'
import { compileTimeFormats } from '../../text/time-format.ts'
import { offsetMs } from '../../text/time-parts.ts'

export type AccountingStatus = 'start' | 'interim' | 'stop' | 'restart'

export interface AccountingRecord {
  readonly status: AccountingStatus
  /** Who sent it: the address or name of the gateway. */
  readonly nas: string
  /** The session, unique among all gateways; '' for a restart. */
  readonly session: string
  /** When it happened; NaN when that cannot be read. */
  readonly atMs: number
  /** Counters since the start of the session; NaN when unreadable, -1 when absent. */
  readonly sessionSeconds: number
  readonly inputBytes: number
  readonly outputBytes: number
  /** Its gateway counts how often 32 bits of octets wrapped. */
  readonly hasGigawords: boolean
  readonly read: (attribute: string) => string
}

const STATUSES: ReadonlyMap<string, AccountingStatus> = new Map([
  ['Start', 'start'],
  ['1', 'start'],
  ['Stop', 'stop'],
  ['2', 'stop'],
  ['Interim-Update', 'interim'],
  ['Alive', 'interim'],
  ['3', 'interim'],
  ['Accounting-On', 'restart'],
  ['7', 'restart'],
  ['Accounting-Off', 'restart'],
  ['8', 'restart'],
])

const ATTRIBUTE_NAME = /^[A-Za-z0-9][\w.-]*$/
/** What `=` may have before it: `:=`, `+=` and `==`. */
const OPERATOR_LETTERS = ':+='
const GIGAWORD_BYTES = 4_294_967_296

/** Reads `Name = value` into the map; false when the line is no attribute. The first value wins. */
export function readAttribute(line: string, into: Map<string, string>): boolean {
  const equals = line.indexOf('=')
  if (equals === -1) return false
  const isLong = equals > 0 && OPERATOR_LETTERS.includes(line.charAt(equals - 1))
  const isDouble = line.charAt(equals + 1) === '='
  const name = line.slice(0, isLong ? equals - 1 : equals).trim()
  if (!ATTRIBUTE_NAME.test(name)) return false
  const value = line.slice(equals + (isDouble && !isLong ? 2 : 1)).trim()
  // FreeRADIUS 4 writes Vendor-Specific.3GPP.IMSI for 3GPP-IMSI.
  const plain = name.startsWith('Vendor-Specific.') ? name.slice(16).replaceAll('.', '-') : name
  if (!into.has(plain)) into.set(plain, unquoted(value))
  return true
}

function unquoted(value: string): string {
  const quote = value.charAt(0)
  if ((quote !== '"' && quote !== "'") || !value.endsWith(quote) || value.length < 2) return value
  const inner = value.slice(1, -1)
  return inner.includes('\\') ? inner.replaceAll(/\\(.)/g, '$1') : inner
}

/** undefined when the attributes are of no accounting record. */
export function toAccounting(
  attributes: ReadonlyMap<string, string>,
  header: string,
  readers: EventTimeReaders,
): AccountingRecord | undefined {
  const read = (attribute: string) => attributes.get(attribute) ?? ''
  const status = STATUSES.get(read('Acct-Status-Type'))
  if (status === undefined) return undefined
  const nas = firstOf(read('NAS-Identifier'), read('NAS-IP-Address'), read('NAS-IPv6-Address'))
  const sessionId = read('Acct-Session-Id')
  return {
    status,
    nas,
    session: firstOf(read('Acct-Unique-Session-Id'), sessionId === '' ? '' : `${nas}/${sessionId}`),
    atMs: eventTime(read, header, readers),
    sessionSeconds: countOf(read('Acct-Session-Time')),
    inputBytes: counter(read('Acct-Input-Octets'), read('Acct-Input-Gigawords')),
    outputBytes: counter(read('Acct-Output-Octets'), read('Acct-Output-Gigawords')),
    hasGigawords: read('Acct-Input-Gigawords') + read('Acct-Output-Gigawords') !== '',
    read,
  }
}

function countOf(text: string): number {
  return text === '' ? -1 : wholeNumber(text)
}

/** Octet counters have 32 bits; the gigawords count how often they wrapped. */
function counter(octets: string, gigawords: string): number {
  if (octets === '') return -1
  const wraps = gigawords === '' ? 0 : wholeNumber(gigawords)
  return wraps * GIGAWORD_BYTES + wholeNumber(octets)
}

function firstOf(...texts: readonly string[]): string {
  return texts.find((text) => text !== '') ?? ''
}

export interface EventTimeReaders {
  /** Event-Timestamp: epoch seconds, RFC 3339, or `Feb  1 2015 08:28:58 CET`. */
  readonly event: (text: string) => number
  /** The line before a record in a detail file: `Tue Sep 13 16:24:27 2011`, local time. */
  readonly header: (text: string) => number
}

/** The event's own time, else when it was received less how long it was under way. */
function eventTime(
  read: (attribute: string) => string,
  header: string,
  readers: EventTimeReaders,
): number {
  const own = read('Event-Timestamp')
  if (own !== '') return readers.event(own)
  const received = read('Timestamp')
  const receivedMs = received === '' ? readers.header(header) : readers.event(received)
  const delay = read('Acct-Delay-Time')
  return receivedMs - (delay === '' ? 0 : wholeNumber(delay) * 1_000)
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const EVENT_TIME = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{4}) (\d{2}:\d{2}:\d{2}) ([A-Z]{1,5})$/
const HEADER_TIME =
  /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2}) (?:[A-Z]{1,5} )?(\d{4})$/

/** `zones`: abbreviation → offset such as '+0700'; an abbreviation that is not there is no time. */
export function createEventTimeReaders(
  clock: LocalClock,
  zones: Readonly<Record<string, string>>,
): EventTimeReaders {
  const readNumeric = compileTimeFormats(['epoch', 'iso'], clock)
  const readLocal = compileTimeFormats(['YYYY-MM-DD HH:mm:ss'], clock)
  const readStamp = compileTimeFormats(['iso'], clock)
  return {
    event(text) {
      const parts = EVENT_TIME.exec(text)
      if (parts === null) return readNumeric(text)
      const [, month = '', day = '', year = '', time = '', zone = ''] = parts
      const offset = zones[zone]
      if (offset === undefined || Number.isNaN(offsetMs(offset))) return Number.NaN
      return readStamp(`${isoDate(year, month, day)}T${time}${offset}`)
    },
    header(text) {
      const parts = HEADER_TIME.exec(text.trim())
      if (parts === null) return Number.NaN
      const [, month = '', day = '', time = '', year = ''] = parts
      return readLocal(`${isoDate(year, month, day)} ${time}`)
    },
  }
}

function isoDate(year: string, month: string, day: string): string {
  const number = String(MONTHS.indexOf(month) + 1)
  return `${year}-${number.padStart(2, '0')}-${day.padStart(2, '0')}`
}
