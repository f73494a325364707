/**
 * Asterisk cdr-csv (Master.csv) and cdr_custom files: one row a leg; a header is recognised by its
 * names where a row has disposition and billsec.
 *
 * Columns: 16, 17 (uniqueid), 18 (userfield) or 21 (peeraccount, linkedid, sequence), told by their
 *   count, row by row; any other order by `options.columns`.
 * Key: uniqueid/linkedid/sequence, unique by contract, so a row that comes twice is a duplicate.
 *   Without sequence: uniqueid/dstchannel with an occurrence index, since every leg that rings has the
 *   same uniqueid. Without uniqueid: file identity and row number.
 * Answered: disposition ANSWERED only; its quantity is billsec, which may be 0. Every other
 *   disposition has quantity 0, whatever billsec says (rows with NO ANSWER and billsec 30 exist), and
 *   is `not_answered` where the rest cannot be used: a database writes `0000-00-00 00:00:00`, `NULL`
 *   or 1970 for the answer that never came.
 * Rounding: billsec as printed: whole seconds, truncated by Asterisk, or rounded up by it with
 *   `initiatedseconds`. It is never recomputed from the printed times, which differ by a second.
 * Time: local, in the source's zone (usegmtime: set the zone to UTC). A time that came twice in autumn
 *   is the first one that is not before the channel was made (the epoch in uniqueid); without uniqueid
 *   the first. The start of an answered call is its answer.
 * Legs: asterisk-legs.ts says which are billable. Text: Latin-1 or UTF-8, doubled quotes, any line end;
 *   a line end always ends the row, so an unterminated quote costs one row (`truncated_record`).
 */
import { z } from 'zod'
import type { Cdr, DecodedRecord } from '../../core/usage.ts'
import type { FormatAdapter, RecordDecoder, SourceConfig } from '../format.ts'
import { createLegClassifier, legOptions } from './asterisk-legs.ts'
import { createFieldScanner, UNTERMINATED_QUOTE } from './csv-fields.ts'
import type { FieldScanner } from './csv-fields.ts'
import { DURATION_SECONDS_MAX, oversizedRecord } from './decoded-record.ts'
import { rejectedRecord, unusableRecord } from './decoded-record.ts'
import { wholeNumber } from './digits.ts'
import { createFileRowKeys } from './file-rows.ts'
import type { FileRowOptions } from './file-rows.ts'
import { localClockOf, mappingInvalid, parseOptions, textOptions } from './format-options.ts'
import { createLeadingLines, leadingOptions, namesColumns } from './leading-lines.ts'
import { firstLineOf, LineSplitter } from './line-splitter.ts'
import type { LineSink } from './line-splitter.ts'
import { withLooseColumn } from './loose-column.ts'
import { createOccurrenceCounter } from './occurrence-counter.ts'
import { compileTimeFormats, timeFormatsOption } from './time-format.ts'
import type { TimeReader } from './time-format.ts'

/** Order of cdr-csv, from cdr/cdr_csv.c of Asterisk. */
const CDR_CSV_COLUMNS = [
  'accountcode',
  'src',
  'dst',
  'dcontext',
  'clid',
  'channel',
  'dstchannel',
  'lastapp',
  'lastdata',
  'start',
  'answer',
  'end',
  'duration',
  'billsec',
  'disposition',
  'amaflags',
  'uniqueid',
  'userfield',
  'peeraccount',
  'linkedid',
  'sequence',
] as const
type ColumnName = (typeof CDR_CSV_COLUMNS)[number]

const CDR_CSV_COUNTS: readonly number[] = [16, 17, 18, 21]
const NEEDED: readonly ColumnName[] = ['src', 'dst', 'start', 'billsec', 'disposition']
const DISPOSITIONS: ReadonlySet<string> = new Set([
  'ANSWERED',
  'NO ANSWER',
  'NOANSWER',
  'BUSY',
  'FAILED',
  'CONGESTION',
  'CANCEL',
  'CANCELED',
])
const CEL_EVENT = /^"?(?:CHAN_|LINKEDID_END|BRIDGE_|HANGUP|ANSWER"?,|APP_|PICKUP|PARK_|FORWARD)/

const HAS_DISPOSITION = /,"?(?:ANSWERED|NO ANSWER|BUSY|FAILED|CONGESTION|CANCEL)"?,/

const optionsSchema = z.strictObject({
  ...textOptions,
  ...leadingOptions,
  ...legOptions,
  /** cdr_custom: what stands in each column; '' or any other name is a column that is not read. */
  columns: z.array(z.string()).min(1).optional(),
  delimiter: z.string().length(1).default(','),
  /** The one of `columns` whose text may hold the delimiter without quotes, such as lastdata. */
  looseColumn: z.string().optional(),
  timeFormat: timeFormatsOption.default(['YYYY-MM-DD HH:mm:ss']),
})

type Options = z.infer<typeof optionsSchema>

export const asteriskAdapter: FormatAdapter = {
  name: 'asterisk',
  detect(head) {
    const first = firstLineOf(head)
    if (CEL_EVENT.test(first) || !HAS_DISPOSITION.test(first)) return 0
    const count = createFieldScanner({ delimiter: ',', quote: '"' }).scan(first)
    if (count === UNTERMINATED_QUOTE) return 0.5
    return CDR_CSV_COUNTS.includes(count) ? 0.95 : 0
  },
  createDecoder(source) {
    return createAsteriskDecoder(source)
  },
}

function createAsteriskDecoder(source: SourceConfig): RecordDecoder {
  const options = parseOptions(optionsSchema, source)
  const names = options.columns ?? CDR_CSV_COLUMNS
  const missing = NEEDED.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw mappingInvalid(source, [`options.columns: ${missing.join(', ')} must be among them`])
  }
  const counts = options.columns === undefined ? CDR_CSV_COUNTS : [options.columns.length]
  const decodeRow = createRowDecoder(source, options, names)
  const fields = createFields(source, options)
  const isHeader = namesColumns(fields, names, ['disposition', 'billsec'])
  const isLeading = createLeadingLines(options.skipLines, isHeader)
  const splitter = new LineSplitter(options.encoding, 'skip-empty', isLeading)
  const readField = (column: number) => fields.text(column)
  let rowNumber = 0
  let widest = 0

  function decodeLine(line: string, terminated: boolean): DecodedRecord {
    rowNumber += 1
    const count = fields.scan(line)
    if (count === UNTERMINATED_QUOTE) {
      return rejectedRecord('truncated_record', 'a quote is not closed', line)
    }
    if (!terminated && (count < widest || !counts.includes(count))) {
      return rejectedRecord('truncated_record', `the last row ends after ${count} columns`, line)
    }
    if (!counts.includes(count)) {
      const isCel = CEL_EVENT.test(line)
      const expected = counts.join(', ')
      const detail = isCel
        ? 'an event of the CEL log, not a CDR'
        : `${count} columns, expected ${expected}`
      return rejectedRecord('malformed_record', detail, line)
    }
    widest = Math.max(widest, count)
    return decodeRow(readField, line, rowNumber)
  }

  function sinkTo(emit: (record: DecodedRecord) => void): LineSink {
    return {
      line: (text, terminated) => emit(decodeLine(text, terminated)),
      oversized(head) {
        rowNumber += 1
        emit(oversizedRecord(head))
      },
    }
  }

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end: (emit) => splitter.end(sinkTo(emit)),
  }
}

function createFields(source: SourceConfig, options: Options): FieldScanner {
  const { delimiter, looseColumn, columns } = options
  const fields = createFieldScanner({ delimiter, quote: '"' })
  if (looseColumn === undefined) return fields
  const column = columns?.indexOf(looseColumn) ?? -1
  if (columns === undefined || column === -1) {
    throw mappingInvalid(source, [
      `options.looseColumn: "${looseColumn}" is not in options.columns`,
    ])
  }
  return withLooseColumn(fields, { column, columnsCount: columns.length, delimiter })
}

type RowDecoder = (
  text: (column: number) => string,
  line: string,
  rowNumber: number,
) => DecodedRecord

function createRowDecoder(
  source: SourceConfig,
  options: Options,
  names: readonly string[],
): RowDecoder {
  const at = (name: ColumnName) => names.indexOf(name)
  const [accountAt, srcAt, dstAt] = [at('accountcode'), at('src'), at('dst')]
  const [startAt, answerAt] = [at('start'), at('answer')]
  const [durationAt, billsecAt, dispositionAt] = [at('duration'), at('billsec'), at('disposition')]
  const readTime = compileTimeFormats(options.timeFormat, localClockOf(source))
  const startOf = createStartReader(readTime, [startAt, answerAt, at('uniqueid')])
  const classify = createLegClassifier(options, {
    dst: dstAt,
    context: at('dcontext'),
    channel: at('channel'),
    dstChannel: at('dstchannel'),
    lastApp: at('lastapp'),
    lastData: at('lastdata'),
  })
  const keyOf = createKeyReader(names, options)

  return function decodeRow(text, line, rowNumber) {
    // First of all, so that a row that is rejected does not shift the numbers of the rows after it.
    const recordKey = keyOf(text, rowNumber)
    if (recordKey === undefined) {
      const detail = 'no uniqueid, and the file has no identity'
      return rejectedRecord('missing_field', detail, line)
    }
    const disposition = text(dispositionAt)
    if (!DISPOSITIONS.has(disposition)) {
      return rejectedRecord('malformed_record', `unknown disposition "${disposition}"`, line)
    }
    // Asked first: what did not happen has no answer time and no seconds.
    const isAnswered = disposition === 'ANSWERED'
    const billedSeconds = wholeNumber(text(billsecAt))
    const heldSeconds = durationAt === -1 ? billedSeconds : wholeNumber(text(durationAt))
    const problem = quantityProblem(billedSeconds, heldSeconds)
    if (problem !== '') {
      return unusableRecord(isAnswered, { reason: 'invalid_quantity', detail: problem }, line)
    }

    const startMs = startOf(text, isAnswered)
    if (Number.isNaN(startMs)) {
      const detail = `start "${text(startAt)}", answer "${text(answerAt)}" in ${source.timeZone}`
      return unusableRecord(isAnswered, { reason: 'invalid_time', detail }, line)
    }

    const leg = classify(text, line)
    if ('status' in leg) return leg
    const src = text(srcAt)
    return {
      status: 'cdr',
      raw: line,
      recordKey,
      kind: 'voice',
      direction: leg.direction,
      servedNumber: leg.direction === 'in' ? leg.receiver : src,
      imsi: '',
      iccid: '',
      trunk: text(accountAt),
      sender: src,
      receiver: leg.receiver,
      startMs,
      durationSeconds: isAnswered ? billedSeconds : 0,
      volumeUpBytes: 0,
      volumeDownBytes: 0,
      count: 1,
      visitedNetwork: '',
      sessionKey: '',
      partNumber: 0,
      overTrunk: leg.overTrunk,
    } satisfies Cdr
  }
}

/** The answer, or the start where there is none; NaN when that is no time. */
function createStartReader(
  readTime: TimeReader,
  [startAt, answerAt, uniqueIdAt]: readonly [number, number, number],
): (text: (column: number) => string, isAnswered: boolean) => number {
  return (text, isAnswered) => {
    const createdMs = uniqueIdAt === -1 ? -Infinity : creationMs(text(uniqueIdAt))
    const startedMs = readTime(text(startAt), createdMs)
    const answerText = answerAt === -1 ? '' : text(answerAt)
    if (answerText === '' || Number.isNaN(startedMs)) return startedMs
    const answeredMs = readTime(answerText, startedMs)
    return !isAnswered && answeredMs < startedMs ? Number.NaN : answeredMs
  }
}

/** billsec may exceed duration by the second that rounding up adds; more is a contradiction. */
function quantityProblem(billedSeconds: number, heldSeconds: number): string {
  if (!(billedSeconds <= DURATION_SECONDS_MAX)) return 'billsec is no number of seconds'
  if (!(heldSeconds <= DURATION_SECONDS_MAX)) return 'duration is no number of seconds'
  if (billedSeconds <= heldSeconds + 1) return ''
  return `billsec ${billedSeconds} exceeds duration ${heldSeconds}`
}

/** Epoch of `[systemname-]epoch.sequence`, in milliseconds; -Infinity when it is none. */
function creationMs(uniqueId: string): number {
  const dot = uniqueId.lastIndexOf('.')
  const epoch = wholeNumber(uniqueId.slice(uniqueId.lastIndexOf('-', dot) + 1, dot))
  return Number.isNaN(epoch) ? -Infinity : epoch * 1_000
}

function createKeyReader(
  names: readonly string[],
  options: FileRowOptions,
): (text: (column: number) => string, rowNumber: number) => string | undefined {
  const uniqueIdAt = names.indexOf('uniqueid')
  const linkedIdAt = names.indexOf('linkedid')
  const sequenceAt = names.indexOf('sequence')
  const dstChannelAt = names.indexOf('dstchannel')
  const occurrences = createOccurrenceCounter()
  const rowKeyOf = createFileRowKeys(options)
  return (text, rowNumber) => {
    const uniqueId = text(uniqueIdAt)
    if (uniqueId !== '') {
      const sequence = text(sequenceAt)
      if (sequence !== '') return `${uniqueId}/${text(linkedIdAt)}/${sequence}`
      return occurrences.numbered(`${uniqueId}/${text(dstChannelAt)}`)
    }
    return rowKeyOf(rowNumber)
  }
}
