/**
 * Any file of delimited columns, by the mapping in `options` (mapping-options.ts): the way to take in
 * a supplier whose format nobody has written an adapter for.
 *
 * Columns are named by the header (in any case) or by position, 1 for the first; columns that the
 * mapping does not name are not read. A line end always ends a record, inside quotes too, so one lost
 * quote costs one record. A last line without a line end is complete when it has as many columns as
 * the widest before it; `finalLineEnd: required` calls every such line `truncated_record`.
 * `trailer` names a last line that is no record and may count the others: see `fileFacts`.
 * Keys, answered, rounding and time: record-mapping.ts. Encodings and line ends: line-splitter.ts.
 */
import { z } from 'zod'
import type { DecodedRecord } from '../../core/usage.ts'
import { NO_FILE_FACTS } from '../format.ts'
import type { FileFacts, FormatAdapter, RecordDecoder, SourceConfig } from '../format.ts'
import { createFieldScanner, UNTERMINATED_QUOTE } from './csv-fields.ts'
import type { FieldScanner } from './csv-fields.ts'
import { oversizedRecord, rejectedRecord } from './decoded-record.ts'
import { wholeNumber } from './digits.ts'
import { mappingInvalid, parseOptions, requireKey } from './format-options.ts'
import { LineSplitter } from './line-splitter.ts'
import type { LineSink } from './line-splitter.ts'
import { mappingOptions, toSlots } from './mapping-options.ts'
import { createRecordMapper } from './record-mapping.ts'
import type { MappedSlots, RecordMapper } from './record-mapping.ts'

/** A header name, or a position from 1. */
const column = z.union([z.string().min(1), z.int().min(1).max(1_024)])
type Column = z.infer<typeof column>

const optionsSchema = mappingOptions(column, {
  delimiter: z.string().length(1).default(','),
  quote: z.union([z.literal(''), z.string().length(1)]).default('"'),
  header: z.boolean().default(true),
  finalLineEnd: z.enum(['optional', 'required']).default('optional'),
  trailer: z
    .strictObject({
      prefix: z.string().min(1),
      /** Position of the trailer's column that holds the count of records. */
      countColumn: z.int().min(1).max(1_024).optional(),
    })
    .optional(),
})
type Options = z.infer<typeof optionsSchema>

export const delimitedAdapter: FormatAdapter = {
  name: 'delimited',
  detect: () => 0, // Nothing tells a mapping but its maker.
  createDecoder(source) {
    const options = parseOptions(optionsSchema, source)
    requireKey(source, options)
    if (!options.header) requirePositions(source, options)
    return createDelimitedDecoder(source, options)
  },
}

function requirePositions(source: SourceConfig, options: Options): void {
  const named = Object.entries(options.columns)
    .filter(([, columns]) => [columns].flat().some((one) => typeof one === 'string'))
    .map(([field]) => `options.columns.${field}: a name, but options.header is false`)
  if (named.length > 0) throw mappingInvalid(source, named)
}

function createDelimitedDecoder(source: SourceConfig, options: Options): RecordDecoder {
  const splitter = new LineSplitter(options.encoding)
  const fields = createFieldScanner({ delimiter: options.delimiter, quote: options.quote })
  const read = (slot: number) => trimmed(fields.text(slot))
  let linesToSkip = options.skipLines
  let layout: Layout | undefined = options.header ? undefined : layoutOf(source, options, undefined)
  let recordsCount = 0
  let widest = 0
  let declaredCount: number | undefined

  function decodeRecord(line: string, terminated: boolean, current: Layout): DecodedRecord {
    recordsCount += 1
    const count = fields.scan(line)
    if (count === UNTERMINATED_QUOTE) {
      return rejectedRecord('truncated_record', 'a quote is not closed', line)
    }
    if (!terminated && (options.finalLineEnd === 'required' || count < widest)) {
      return rejectedRecord('truncated_record', 'the last line is cut off', line)
    }
    if (count < current.columnsMin) {
      const detail = `${count} columns, column ${current.columnsMin} is needed`
      return rejectedRecord('malformed_record', detail, line)
    }
    widest = Math.max(widest, count)
    if (current.unknown !== '') return rejectedRecord('missing_field', current.unknown, line)
    return current.map(read, line, recordsCount)
  }

  function isRecord(line: string): boolean {
    if (linesToSkip > 0) {
      linesToSkip -= 1
      return false
    }
    if (options.commentPrefixes.some((prefix) => line.startsWith(prefix))) return false
    const { trailer } = options
    if (trailer !== undefined && line.startsWith(trailer.prefix)) {
      fields.scan(line)
      if (trailer.countColumn !== undefined) {
        declaredCount = wholeNumber(read(trailer.countColumn - 1))
      }
      return false
    }
    return true
  }

  function sinkTo(emit: (record: DecodedRecord) => void): LineSink {
    return {
      line(text, terminated) {
        if (!isRecord(text)) return
        if (layout === undefined) layout = layoutOf(source, options, headerOf(text, fields))
        else emit(decodeRecord(text, terminated, layout))
      },
      oversized(head) {
        recordsCount += 1
        emit(oversizedRecord(head))
      },
    }
  }

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end: (emit) => splitter.end(sinkTo(emit)),
    ...(options.trailer?.countColumn === undefined
      ? {}
      : { fileFacts: () => countFacts(recordsCount, declaredCount) }),
  }
}

interface Layout {
  readonly map: RecordMapper
  readonly columnsMin: number
  /** Columns that the mapping names and the header does not have; '' if none. */
  readonly unknown: string
}

function layoutOf(
  source: SourceConfig,
  options: Options,
  header: ReadonlyMap<string, number> | undefined,
): Layout {
  const unknown: string[] = []
  const slots = toSlots<Column>(options.columns, (named) => {
    if (typeof named === 'number') return named - 1
    const slot = header?.get(named.trim().toLowerCase())
    if (slot === undefined) unknown.push(named)
    return slot ?? -1
  })
  return {
    map: createRecordMapper(source, options, slots),
    columnsMin: highestSlot(slots) + 1,
    unknown: unknown.length === 0 ? '' : `the header has no column ${unknown.join(', ')}`,
  }
}

function highestSlot(slots: MappedSlots): number {
  return Math.max(...Object.values(slots).flat())
}

function headerOf(line: string, fields: FieldScanner): ReadonlyMap<string, number> {
  const names = new Map<string, number>()
  const count = fields.scan(line)
  for (let slot = 0; slot < count; slot += 1) {
    const name = fields.text(slot).trim().toLowerCase()
    if (!names.has(name)) names.set(name, slot)
  }
  return names
}

function trimmed(text: string): string {
  const isPadded = text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32
  return isPadded ? text.trim() : text
}

function countFacts(recordsCount: number, declaredCount: number | undefined): FileFacts {
  if (declaredCount === recordsCount) return NO_FILE_FACTS
  const problem =
    declaredCount === undefined
      ? 'the trailer is missing'
      : `the trailer counts ${declaredCount} records, the file has ${recordsCount}`
  return { ...NO_FILE_FACTS, problems: [problem], mayCount: false }
}
