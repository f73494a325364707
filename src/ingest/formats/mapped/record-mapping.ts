/**
 * From named columns of a text record to a CDR, as a mapping file says: the part that delimited and
 * fixed-width files share. The format finds the text of a column; this gives it meaning and units.
 *
 * Key: `columns.id` names the columns that identify a record: the same id again is a duplicate.
 *   `columns.key` names columns that nearly do: repeats within the file are numbered and all count.
 *   With neither, the key is the file's identity and the record's number.
 * Answered: with `columns.answered`, a value outside `answeredValues` makes the quantity 0; where the
 *   time or the duration of such a call cannot be used it is `not_answered`.
 * Rounding: parts of a second as `durationRounding` says (up), parts of a byte up.
 * Time: `time.formats` (time-format.ts) in `time.zone`: the source's zone, or UTC. A time that came
 *   twice in autumn is the first; one that was skipped in spring is `invalid_time`.
 */
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import type { SourceConfig } from '../../format.ts'
import { rejectedRecord, unbillableRecord, unusableRecord } from '../decoded-record.ts'
import { createFileRowKeys } from '../file-rows.ts'
import type { FileRowOptions } from '../file-rows.ts'
import { wholeNumber } from '../../text/digits.ts'
import { localClockOf } from '../format-options.ts'
import { localClock } from '../../text/local-time.ts'
import { compileMeasure } from './mapped-quantities.ts'
import type { MappingOptions } from './mapping-options.ts'
import { createOccurrenceCounter } from '../occurrence-counter.ts'
import { recordAmount } from '../../text/record-amount.ts'
import { compileTimeFormats } from '../../text/time-format.ts'
import { compileValues } from './value-patterns.ts'
import { yearBefore, yearByName } from '../../text/year-of-file.ts'
import type { YearRule } from '../../text/year-of-file.ts'

/** Text of a column by its slot, as the format found it; '' for slot -1. */
export type ReadColumn = (slot: number) => string

/** What stands in which slot; -1 where the mapping names no column. */
export interface MappedSlots {
  readonly id: readonly number[]
  readonly key: readonly number[]
  readonly start: readonly number[]
  readonly kind: number
  readonly direction: number
  readonly served: number
  readonly imsi: number
  readonly iccid: number
  readonly trunk: number
  readonly sender: number
  readonly receiver: number
  readonly duration: number
  readonly volume: number
  readonly volumeUp: number
  readonly volumeDown: number
  readonly count: number
  readonly visitedNetwork: number
  readonly sessionKey: number
  readonly partNumber: number
  readonly answered: number
  readonly answeredAt: number
  readonly amount: number
  readonly currency: number
}

export type RecordMapper = (read: ReadColumn, raw: string, recordNumber: number) => DecodedRecord

export function createRecordMapper(
  source: SourceConfig,
  options: MappingOptions,
  slots: MappedSlots,
): RecordMapper {
  const clock = options.time.zone === 'UTC' ? localClock('UTC') : localClockOf(source)
  const readTime = compileTimeFormats(options.time.formats, clock, yearRuleOf(options))
  const measure = compileMeasure(options, slots)
  const measured = { durationSeconds: 0, volumeUpBytes: 0, volumeDownBytes: 0, count: 1 }
  const keyOf = createKeyReader(slots, options)
  const kindOf = compileValues(options.kinds)
  const directionOf = compileValues(options.directions)
  const isAnsweredIn = createAnswerReader(options, slots)
  const networkOf = createNetworkReader(options)
  const amountOf = createAmountReader(options, slots)
  const [startSlot = -1, startTimeSlot = -1] = slots.start

  return function mapRecord(read, raw, recordNumber) {
    const recordKey = keyOf(read, recordNumber)
    if (recordKey === '') return rejectedRecord('missing_field', 'the record key is empty', raw)

    const kind = slots.kind === -1 ? options.kind : kindOf(read(slots.kind))
    if (kind === 'ignore') {
      return unbillableRecord('control_record', `kind "${read(slots.kind)}"`, raw)
    }
    // Asked first: what did not happen has no answer time and no duration.
    const isAnswered = isAnsweredIn(read)
    if (kind === undefined) {
      return unusableRecord(isAnswered, unmapped('kinds', read(slots.kind)), raw)
    }
    const direction =
      slots.direction === -1 ? options.direction : directionOf(read(slots.direction))
    if (direction === undefined) {
      return unusableRecord(isAnswered, unmapped('directions', read(slots.direction)), raw)
    }

    const startText =
      startTimeSlot === -1 ? read(startSlot) : `${read(startSlot)} ${read(startTimeSlot)}`
    const startMs = readTime(startText)
    if (Number.isNaN(startMs)) {
      return unusableRecord(isAnswered, startProblem(startText, source.timeZone), raw)
    }
    const problem = measure(read, kind, measured)
    if (problem !== undefined) return unusableRecord(isAnswered, problem, raw)
    const sender = numberOf(read(slots.sender))
    const receiver = numberOf(read(slots.receiver))
    const ownOf = (way: Cdr['direction']): string => (way === 'in' ? receiver : sender)
    return {
      status: 'cdr',
      raw,
      recordKey,
      kind,
      direction,
      servedNumber: slots.served === -1 ? ownOf(direction) : numberOf(read(slots.served)),
      imsi: read(slots.imsi),
      iccid: read(slots.iccid),
      trunk: read(slots.trunk),
      sender,
      receiver,
      startMs,
      durationSeconds: isAnswered ? measured.durationSeconds : 0,
      volumeUpBytes: isAnswered ? measured.volumeUpBytes : 0,
      volumeDownBytes: isAnswered ? measured.volumeDownBytes : 0,
      count: isAnswered ? measured.count : 0,
      visitedNetwork: slots.visitedNetwork === -1 ? '' : networkOf(read(slots.visitedNetwork)),
      sessionKey: read(slots.sessionKey),
      partNumber: slots.partNumber === -1 ? 0 : partNumberOf(read(slots.partNumber)),
      ...amountOf(read),
    } satisfies Cdr
  }
}

/** Without a column for it a record says nothing of an amount. */
function createAmountReader(
  { currency, decimalMark }: MappingOptions,
  slots: MappedSlots,
): (read: ReadColumn) => Pick<Cdr, 'amount'> {
  if (slots.amount === -1) return () => NO_AMOUNT
  return (read) => {
    const written = slots.currency === -1 ? currency : read(slots.currency)
    return { amount: recordAmount(read(slots.amount), written, decimalMark) }
  }
}

const NO_AMOUNT = {}

/** What is no number says nothing about an order; mediation refuses one that is too large. */
function partNumberOf(text: string): number {
  const isTooLong = text.length > 15 && /^\d+$/.test(text)
  return isTooLong ? Infinity : wholeNumber(text) || 0
}

function startProblem(text: string, timeZone: string) {
  if (text.trim() === '') return { reason: 'missing_field', detail: 'start is empty' } as const
  return { reason: 'invalid_time', detail: `start "${text}" in ${timeZone}` } as const
}

function unmapped(option: 'kinds' | 'directions', value: string) {
  const detail = `"${value}" is not in options.${option}`
  return { reason: 'malformed_record', detail } as const
}

function yearRuleOf({ time, fileName, fileArrivedMs }: MappingOptions): YearRule | undefined {
  if (time.yearFrom === undefined) return undefined
  if (time.yearFrom === 'arrival') return yearBefore(fileArrivedMs ?? Number.NaN)
  return yearByName(fileName ?? '', time.yearFrom.fileName)
}

function createAnswerReader(
  options: MappingOptions,
  slots: MappedSlots,
): (read: ReadColumn) => boolean {
  const { answered, answeredAt } = slots
  const isNamed = compileValues(
    Object.fromEntries(options.answeredValues.map((key) => [key, true])),
  )
  if (answered === -1 && answeredAt === -1) return () => true
  return (read) =>
    (answered === -1 || isNamed(read(answered)) === true) &&
    (answeredAt === -1 || !NO_TIME.test(read(answeredAt)))
}

/** What databases write for a time that never was: nothing, NULL, \N, zeros, or the epoch. */
const NO_TIME = /^(?:null|\\n|[-0:./ TZ]*|1970-01-01.*)$/i

/** A number behind a name, `Jan <201>` or `"Jan" <sip:201@example.net>`, is what stands in brackets. */
function numberOf(text: string): string {
  if (text.charCodeAt(text.length - 1) !== CLOSING_BRACKET) return text
  const open = text.lastIndexOf('<')
  return open === -1 ? text : text.slice(open + 1, -1).trim()
}

const CLOSING_BRACKET = 62

function createKeyReader(
  slots: MappedSlots,
  options: FileRowOptions,
): (read: ReadColumn, recordNumber: number) => string {
  if (slots.id.length > 0) return (read) => joinedKey(read, slots.id)
  if (slots.key.length > 0) {
    const occurrences = createOccurrenceCounter()
    return (read) => {
      const key = joinedKey(read, slots.key)
      return key === '' ? '' : occurrences.numbered(key)
    }
  }
  const rowKeyOf = createFileRowKeys(options)
  return (_read, recordNumber) => rowKeyOf(recordNumber) ?? ''
}

/** Parts joined by '|' (doubled inside a part, so that two keys never join to one); '' if all empty. */
function joinedKey(read: ReadColumn, slots: readonly number[]): string {
  if (slots.length === 1) return read(slots[0] ?? -1)
  let key = ''
  let isEmpty = true
  for (const slot of slots) {
    const part = read(slot)
    if (part !== '') isEmpty = false
    const separator = key === '' && slot === slots[0] ? '' : '|'
    key += separator + (part.includes('|') ? part.replaceAll('|', '||') : part)
  }
  return isEmpty ? '' : key
}

function createNetworkReader(options: MappingOptions): (text: string) => string {
  const home = new Set(options.homeNetworks)
  return (text) => {
    if (text === '' || home.has(text)) return ''
    if (options.visitedNetworkKind === 'tadig') return `TADIG:${text}`
    const network = /^\d{5,6}$/.test(text) ? `${text.slice(0, 3)}-${text.slice(3)}` : text
    return home.has(network) ? '' : network
  }
}
