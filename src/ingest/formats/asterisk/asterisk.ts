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
 * Legs: asterisk-legs.ts says what a row is by itself. With `trunks` the rows of a call, by linkedid, are
 *   judged together (asterisk-calls.ts), also over the end of a file. Rows leave in their order. Text: Latin-1 or UTF-8, doubled quotes, any line end;
 *   a line end always ends the row, so an unterminated quote costs one row (`truncated_record`).
 */
import { z } from 'zod'
import type { Cdr, UndecodedRecord } from '../../../core/usage/usage.ts'
import type { EmitRecord, FormatAdapter, RecordDecoder, SourceConfig } from '../../format.ts'
import { judgeAsteriskCall } from './asterisk-calls.ts'
import type { AsteriskLeg } from './asterisk-calls.ts'
import { legOptions } from './asterisk-legs.ts'
import { CDR_CSV_COLUMNS, createRowReader } from './asterisk-rows.ts'
import type { ColumnName } from './asterisk-rows.ts'
import { createAsteriskWindow } from './asterisk-window.ts'
import type { AsteriskLines } from './asterisk-window.ts'
import { createFieldScanner, UNTERMINATED_QUOTE } from '../../text/csv-fields.ts'
import type { FieldScanner } from '../../text/csv-fields.ts'
import { oversizedRecord, rejectedRecord } from '../decoded-record.ts'
import { carryOptions, mappingInvalid, parseOptions, textOptions } from '../format-options.ts'
import { createLeadingLines, leadingOptions, namesColumns } from '../../text/leading-lines.ts'
import { firstLineOf, LineSplitter } from '../../text/line-splitter.ts'
import type { LineSink } from '../../text/line-splitter.ts'
import type { LinkedRow } from '../linked-window.ts'
import { withLooseColumn } from '../mapped/loose-column.ts'
import { timeFormatsOption } from '../../text/time-format.ts'

const CDR_CSV_COUNTS: readonly number[] = [16, 17, 18, 21]
const NEEDED: readonly ColumnName[] = ['src', 'dst', 'start', 'billsec', 'disposition']
const CEL_EVENT = /^"?(?:CHAN_|LINKEDID_END|BRIDGE_|HANGUP|ANSWER"?,|APP_|PICKUP|PARK_|FORWARD)/

const HAS_DISPOSITION = /,"?(?:ANSWERED|NO ANSWER|BUSY|FAILED|CONGESTION|CANCEL)"?,/

const optionsSchema = z.strictObject({
  ...textOptions,
  ...carryOptions,
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
  product: 'voip',
  layoutOptions: ['columns', 'delimiter'],
  carriesOpen: true,
  judgesLegs: true,
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
  const names: readonly string[] = options.columns ?? CDR_CSV_COLUMNS
  const missing = NEEDED.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw mappingInvalid(source, [`options.columns: ${missing.join(', ')} must be among them`])
  }
  const fields = createFields(source, options)
  const rows = createLineReader(source, options, { names, fields })
  const isHeader = namesColumns(fields, names, ['disposition', 'billsec'])
  const isLeading = createLeadingLines(options.skipLines, isHeader)
  const splitter = new LineSplitter(options.encoding, 'skip-empty', isLeading)
  // Without trunks nothing tells which legs are the carrier's: each row stands alone.
  if (options.legs === 'linked' && options.trunks.length > 0) {
    return createAsteriskWindow(splitter, rows, options)
  }
  let rowNumber = 0
  const sinkTo = (emit: EmitRecord): LineSink => ({
    line(line, terminated) {
      rowNumber += 1
      emit(rows.alone(line, terminated, rowNumber))
    },
    oversized(head) {
      rowNumber += 1
      emit(oversizedRecord(head))
    },
  })
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

function createLineReader(
  source: SourceConfig,
  options: Options,
  { names, fields }: { readonly names: readonly string[]; readonly fields: FieldScanner },
): AsteriskLines {
  const counts = options.columns === undefined ? CDR_CSV_COUNTS : [options.columns.length]
  const reader = createRowReader(source, options, names)
  const text = (column: number) => fields.text(column)
  const [linkedIdAt, uniqueIdAt] = [names.indexOf('linkedid'), names.indexOf('uniqueid')]
  let widest = 0

  function problemOf(line: string, terminated: boolean): UndecodedRecord | undefined {
    const count = fields.scan(line)
    if (count === UNTERMINATED_QUOTE) {
      return rejectedRecord('truncated_record', 'a quote is not closed', line)
    }
    if (!terminated && (count < widest || !counts.includes(count))) {
      return rejectedRecord('truncated_record', `the last row ends after ${count} columns`, line)
    }
    if (!counts.includes(count)) {
      const expected = counts.join(', ')
      const detail = CEL_EVENT.test(line)
        ? 'an event of the CEL log, not a CDR'
        : `${count} columns, expected ${expected}`
      return rejectedRecord('malformed_record', detail, line)
    }
    widest = Math.max(widest, count)
    return undefined
  }

  function linkedRow(cdr: Cdr): LinkedRow<AsteriskLeg> {
    const alone = reader.alone(text, cdr)
    return { alone, facts: reader.legOf(text, cdr), isFixed: false, outcome: alone }
  }

  return {
    linkOf(line) {
      fields.scan(line)
      return text(linkedIdAt) || text(uniqueIdAt)
    },
    alone(line, terminated, rowNumber) {
      const cdr = problemOf(line, terminated) ?? reader.read(text, line, rowNumber)
      return cdr.status === 'cdr' ? reader.alone(text, cdr) : cdr
    },
    lone(line, rowNumber) {
      const cdr = problemOf(line, true) ?? reader.read(text, line, rowNumber)
      if (cdr.status !== 'cdr') return cdr
      if (reader.isMadeByPhone()) return reader.alone(text, cdr)
      const row = linkedRow(cdr)
      judgeAsteriskCall([row])
      return row.outcome
    },
    leg(line, terminated, rowNumber, key) {
      const cdr = problemOf(line, terminated) ?? reader.read(text, line, rowNumber, key)
      if (cdr.status === 'cdr') return linkedRow(cdr)
      return { alone: cdr, facts: undefined, isFixed: false, outcome: cdr }
    },
  }
}
