/** The options of delimited files, and which column of a row is which. */
import { z } from 'zod'
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import type { SourceConfig } from '../../format.ts'
import { createCutSlots, cutOptions } from './column-cuts.ts'
import { FIELDS_MAX } from '../../text/csv-fields.ts'
import type { FieldScanner } from '../../text/csv-fields.ts'
import { mappingInvalid } from '../format-options.ts'
import { withLooseColumn } from './loose-column.ts'
import { mappingOptions, toSlots } from './mapping-options.ts'
import { createRecordMapper } from './record-mapping.ts'

/** A header name, or a position from 1. */
const place = z.union([z.string().min(1), z.int().min(1).max(FIELDS_MAX)])
/** One of them, or a part of its text. */
const column = z.union([place, z.strictObject({ column: place, ...cutOptions })])
type Place = z.infer<typeof place>
type Column = z.infer<typeof column>

export const delimitedOptions = mappingOptions(column, {
  delimiter: z.string().length(1).default(','),
  quote: z.union([z.literal(''), z.string().length(1)]).default('"'),
  header: z.boolean().default(true),
  /** Columns of every row, where the header does not say it. */
  columnsCount: z.int().min(1).max(FIELDS_MAX).optional(),
  /** The one column whose text may hold the delimiter without quotes: a name, a remark. */
  looseColumn: place.optional(),
  finalLineEnd: z.enum(['optional', 'required']).default('optional'),
  trailer: z
    .strictObject({
      prefix: z.string().min(1),
      /** Position of the trailer's column that holds the count of records. */
      countColumn: z.int().min(1).max(FIELDS_MAX).optional(),
    })
    .optional(),
})
export type DelimitedOptions = z.infer<typeof delimitedOptions>

/** How the rows of a file are laid out, known once its header is. */
export interface Layout {
  readonly columnsMin: number
  /** Infinity where nobody says how many columns a row has. */
  readonly columnsCount: number
  /** Scans rows, of which `decode` then makes the record. */
  readonly fields: FieldScanner
  /** Columns that the mapping names and the header does not have; '' if none. */
  readonly unknown: string
  decode(line: string, recordNumber: number): DecodedRecord
}

/** `headerCount` is 0 without a header, whose line `fields` has scanned otherwise. */
export function layoutOf(
  source: SourceConfig,
  options: DelimitedOptions,
  fields: FieldScanner,
  headerCount: number,
): Layout {
  const header = namesIn(fields, headerCount)
  const unknown: string[] = []
  const slotAt = (at: Place): number => {
    if (typeof at === 'number') return at - 1
    const slot = header.get(at.trim().toLowerCase())
    if (slot === undefined) unknown.push(at)
    return slot ?? -1
  }
  const cuts = createCutSlots()
  const slots = toSlots<Column>(options.columns, (at) =>
    cuts.slotOf(slotAt(placeOf(at)), typeof at === 'object' ? at : {}),
  )
  const looseSlot = options.looseColumn === undefined ? -1 : slotAt(options.looseColumn)
  const columnsCount = options.columnsCount ?? (headerCount > 0 ? headerCount : Infinity)
  const { delimiter } = options
  const row =
    looseSlot === -1
      ? fields
      : withLooseColumn(fields, { column: looseSlot, columnsCount, delimiter })
  const read = cuts.reader((slot) => trimmed(row.text(slot)))
  const map = createRecordMapper(source, options, slots)
  return {
    columnsMin:
      Math.max(
        ...Object.values(slots)
          .flat()
          .map((slot) => cuts.wholeSlot(slot)),
      ) + 1,
    columnsCount,
    fields: row,
    unknown: unknown.length === 0 ? '' : `the header has no column ${unknown.join(', ')}`,
    decode: (line, recordNumber) => map(read, line, recordNumber),
  }
}

function namesIn(fields: FieldScanner, count: number): ReadonlyMap<string, number> {
  const names = new Map<string, number>()
  for (let slot = 0; slot < count; slot += 1) {
    const name = fields.text(slot).trim().toLowerCase()
    if (!names.has(name)) names.set(name, slot)
  }
  return names
}

/** Throws for names where there is no header, and for positions that a row does not have. */
export function requirePositions(source: SourceConfig, options: DelimitedOptions): void {
  const { header, columnsCount, looseColumn } = options
  const problems: string[] = []
  if (looseColumn !== undefined && !header && columnsCount === undefined) {
    problems.push('options.looseColumn: needs columnsCount, as options.header is false')
  }
  const named = { ...options.columns, looseColumn }
  for (const [field, columns] of Object.entries(named)) {
    const path = field === 'looseColumn' ? field : `columns.${field}`
    for (const at of [columns ?? []].flat().map(placeOf)) {
      if (typeof at === 'string' && !header) {
        problems.push(`options.${path}: a name, but options.header is false`)
      } else if (typeof at === 'number' && at > (columnsCount ?? FIELDS_MAX)) {
        problems.push(`options.${path}: ${at}, but columnsCount is ${columnsCount}`)
      }
    }
  }
  if (problems.length > 0) throw mappingInvalid(source, problems)
}

function placeOf(at: Column): Place {
  return typeof at === 'object' ? at.column : at
}

export function trimmed(text: string): string {
  const isPadded = text.charCodeAt(0) <= 32 || text.charCodeAt(text.length - 1) <= 32
  return isPadded ? text.trim() : text
}
