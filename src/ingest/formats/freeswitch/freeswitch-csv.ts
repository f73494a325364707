/**
 * FreeSWITCH mod_cdr_csv: one quoted row a leg, in the order of a template of cdr_csv.conf.
 *
 * Columns: `template` names one of the templates that FreeSWITCH ships (`example`), or `columns` gives
 *   the channel variables in order. Master.csv and the file of each account code hold the same rows:
 *   read one of them; rows that come twice have the same key and are found duplicate.
 * Key: uuid, unique by contract: a row that is written again after a retry with another cause is a
 *   conflict for a person to decide, not a second charge.
 * Answered: answer_stamp (or answer_epoch) is there and not 0; otherwise the quantity is 0.
 * Rounding: billsec as printed, a difference of whole epochs (docs/decisions/0131).
 * Time: *_epoch columns (UTC) where the template has them; else *_stamp, local time of the source; a
 *   stamp that came twice in autumn is the first. The start of an answered call is its answer.
 * Legs: `legs = a` writes the caller's leg alone. A template with `direction` tells the other legs
 *   (outbound, as the exchange sees them): they are internal_leg, as the caller's row carries the call.
 *   Calls from `incomingContexts` are incoming.
 * Text: UTF-8 or Latin-1; quotes inside values are not escaped by FreeSWITCH (csv-fields.ts).
 */
import { z } from 'zod'
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import type { FormatAdapter, RecordDecoder, SourceConfig } from '../../format.ts'
import { createFieldScanner, UNTERMINATED_QUOTE } from '../../text/csv-fields.ts'
import { DURATION_SECONDS_MAX, oversizedRecord } from '../decoded-record.ts'
import { rejectedRecord, unbillableRecord, unusableRecord } from '../decoded-record.ts'
import { wholeNumber } from '../../text/digits.ts'
import { localClockOf, mappingInvalid, parseOptions, textOptions } from '../format-options.ts'
import { FREESWITCH_TEMPLATES } from './freeswitch-templates.ts'
import { createLeadingLines, leadingOptions, namesColumns } from '../../text/leading-lines.ts'
import { firstLineOf, LineSplitter } from '../../text/line-splitter.ts'
import type { LineSink } from '../../text/line-splitter.ts'
import { compileTimeFormats } from '../../text/time-format.ts'

const optionsSchema = z.strictObject({
  ...textOptions,
  ...leadingOptions,
  template: z.enum(['example', 'snom', 'linksys', 'asterisk', 'opencdrrate']).default('example'),
  columns: z.array(z.string()).min(1).optional(),
  /** Contexts that calls from outside enter. */
  incomingContexts: z.array(z.string().min(1)).default(['public']),
})
type Options = z.infer<typeof optionsSchema>

const NEEDED = ['uuid', 'destination_number', 'billsec']
const UUID = /"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"/
const HANGUP_CAUSE = /,"[A-Z]+(?:_[A-Z]+)+",/

export const freeswitchCsvAdapter: FormatAdapter = {
  name: 'freeswitch-csv',
  product: 'voip',
  layoutOptions: ['columns', 'template'],
  detect(head) {
    const first = firstLineOf(head)
    if (!UUID.test(first) || !HANGUP_CAUSE.test(first)) return 0
    const count = createFieldScanner({ delimiter: ',', quote: '"' }).scan(first)
    return count === FREESWITCH_TEMPLATES.example.length ? 0.9 : 0.5
  },
  createDecoder(source) {
    const options = parseOptions(optionsSchema, source)
    const columns: readonly string[] = options.columns ?? FREESWITCH_TEMPLATES[options.template]
    const missing = NEEDED.filter((name) => !columns.includes(name))
    if (!columns.some((name) => /^(?:start|answer)_(?:stamp|epoch)$/.test(name))) {
      missing.push('start_stamp')
    }
    if (missing.length > 0) {
      throw mappingInvalid(source, [`options.columns: ${missing.join(', ')} must be among them`])
    }
    return createFreeswitchDecoder(source, options, columns)
  },
}

function createFreeswitchDecoder(
  source: SourceConfig,
  options: Options,
  columns: readonly string[],
): RecordDecoder {
  const fields = createFieldScanner({ delimiter: ',', quote: '"' })
  const isHeader = namesColumns(fields, columns, ['uuid', 'billsec'])
  const isLeading = createLeadingLines(options.skipLines, isHeader)
  const splitter = new LineSplitter(options.encoding, 'skip-empty', isLeading)
  const decodeRow = createRowDecoder(source, options, columns)
  const read = (column: number) => fields.text(column)

  function decodeLine(line: string, terminated: boolean): DecodedRecord {
    const count = fields.scan(line)
    if (count === UNTERMINATED_QUOTE || (!terminated && count < columns.length)) {
      return rejectedRecord('truncated_record', 'the row is cut off', line)
    }
    if (count !== columns.length) {
      const detail = `${count} columns, the template has ${columns.length}`
      return rejectedRecord('malformed_record', detail, line)
    }
    return decodeRow(read, line)
  }

  function sinkTo(emit: (record: DecodedRecord) => void): LineSink {
    return {
      line: (text, terminated) => emit(decodeLine(text, terminated)),
      oversized: (head) => emit(oversizedRecord(head)),
    }
  }

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end: (emit) => splitter.end(sinkTo(emit)),
  }
}

function createRowDecoder(
  source: SourceConfig,
  options: Options,
  columns: readonly string[],
): (read: (column: number) => string, line: string) => DecodedRecord {
  const at = (name: string) => columns.indexOf(name)
  const readEvent = createEventReader(source, columns)
  const incoming = new Set(options.incomingContexts)
  const callerAt = at('caller_id_number') === -1 ? at('ani') : at('caller_id_number')
  const [uuidAt, calledAt, billsecAt] = [at('uuid'), at('destination_number'), at('billsec')]
  const [directionAt, contextAt, accountAt] = [at('direction'), at('context'), at('accountcode')]

  return (read, line) => {
    const recordKey = read(uuidAt)
    if (recordKey === '') return rejectedRecord('missing_field', 'uuid is empty', line)
    if (read(directionAt) === 'outbound') {
      return unbillableRecord('internal_leg', 'the leg to the called party', line)
    }
    const answeredMs = readEvent('answer', read)
    const startedMs = readEvent('start', read)
    const startMs = answeredMs ?? startedMs
    // Asked first: a call that never was up has no times and no seconds.
    const isAnswered = answeredMs !== undefined
    if (startMs === undefined) {
      const detail = 'neither start nor answer is known'
      return unusableRecord(isAnswered, { reason: 'missing_field', detail }, line)
    }
    if (Number.isNaN(startMs) || Number.isNaN(startedMs ?? 0)) {
      const detail = `start or answer in ${source.timeZone}`
      return unusableRecord(isAnswered, { reason: 'invalid_time', detail }, line)
    }
    const billedSeconds = isAnswered ? wholeNumber(read(billsecAt)) : 0
    if (!(billedSeconds <= DURATION_SECONDS_MAX)) {
      return rejectedRecord('invalid_quantity', `billsec "${read(billsecAt)}"`, line)
    }
    const receiver = read(calledAt)
    if (receiver === '') return unbillableRecord('no_number', 'nobody was dialled', line)
    const isIncoming = incoming.has(read(contextAt))
    const sender = read(callerAt)
    return {
      status: 'cdr',
      raw: line,
      recordKey,
      kind: 'voice',
      direction: isIncoming ? 'in' : 'out',
      servedNumber: isIncoming ? receiver : sender,
      imsi: '',
      iccid: '',
      trunk: read(accountAt),
      sender,
      receiver,
      startMs,
      durationSeconds: billedSeconds,
      volumeUpBytes: 0,
      volumeDownBytes: 0,
      count: 1,
      visitedNetwork: '',
      sessionKey: '',
      partNumber: 0,
    } satisfies Cdr
  }
}

/** When the call started or was answered: undefined when it was not, NaN when that is no time. */
function createEventReader(
  source: SourceConfig,
  columns: readonly string[],
): (event: 'start' | 'answer', read: (column: number) => string) => number | undefined {
  const clock = localClockOf(source)
  const readStamp = compileTimeFormats(['YYYY-MM-DD HH:mm:ss'], clock)
  const readEpoch = compileTimeFormats(['epoch'], clock)
  const places = {
    start: { epoch: columns.indexOf('start_epoch'), stamp: columns.indexOf('start_stamp') },
    answer: { epoch: columns.indexOf('answer_epoch'), stamp: columns.indexOf('answer_stamp') },
  }
  return (event, read) => {
    const { epoch, stamp } = places[event]
    const epochText = read(epoch)
    if (epochText !== '') return epochText === '0' ? undefined : readEpoch(epochText)
    const stampText = read(stamp)
    const isNever = stampText === '' || stampText.startsWith('0000-00-00') // As databases say it.
    return isNever ? undefined : readStamp(stampText)
  }
}
