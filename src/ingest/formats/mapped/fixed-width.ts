/**
 * Any text file whose columns stand at fixed positions, by the mapping in `options`
 * (mapping-options.ts). A column is `{ from: 1, length: 12 }`, counted in characters; blanks around
 * its text do not count. `after` and `until`: column-cuts.ts.
 *
 * One line is one record. A line that ends before the last mapped column does is malformed, unless
 * `shortLines: allowed` says that the source trims trailing blanks; a last line without a line end
 * that is shorter than the widest before it is `truncated_record`.
 * Keys, answered, rounding and time: record-mapping.ts. Encodings and line ends: line-splitter.ts
 * (set `encoding: latin1` where positions count bytes).
 */
import { z } from 'zod'
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import type { FormatAdapter, RecordDecoder, SourceConfig } from '../../format.ts'
import { createCutSlots, cutOptions } from './column-cuts.ts'
import { oversizedRecord, rejectedRecord } from '../decoded-record.ts'
import { parseOptions, requireKey } from '../format-options.ts'
import { LineSplitter } from '../../text/line-splitter.ts'
import type { LineSink } from '../../text/line-splitter.ts'
import { requireEffect } from './mapping-effects.ts'
import { mappingOptions, toSlots } from './mapping-options.ts'
import { createRecordMapper } from './record-mapping.ts'

const COLUMN_END_MAX = 65_536

const column = z.strictObject({
  from: z.int().min(1).max(COLUMN_END_MAX),
  length: z.int().min(1).max(COLUMN_END_MAX),
  ...cutOptions,
})
type Column = z.infer<typeof column>

const optionsSchema = mappingOptions(column, {
  shortLines: z.enum(['malformed', 'allowed']).default('malformed'),
})
type Options = z.infer<typeof optionsSchema>

export const fixedWidthAdapter: FormatAdapter = {
  name: 'fixed-width',
  product: 'voip',
  isOnlyDescribed: true,
  detect: () => 0, // Nothing tells a mapping but its maker.
  requireEffect: (source) => requireEffect(source, parseOptions(optionsSchema, source)),
  createDecoder(source) {
    const options = parseOptions(optionsSchema, source)
    requireKey(source, options)
    return createFixedWidthDecoder(source, options)
  },
}

function createFixedWidthDecoder(source: SourceConfig, options: Options): RecordDecoder {
  const splitter = new LineSplitter(options.encoding)
  const { columns, slots, cuts } = layoutOf(options)
  const lengthMin =
    options.shortLines === 'allowed'
      ? 0
      : Math.max(...columns.map(({ from, length }) => from - 1 + length))
  const mapRecord = createRecordMapper(source, options, slots)
  let line = ''
  let linesToSkip = options.skipLines
  let recordsCount = 0
  let widest = 0

  const read = cuts.reader((slot) => {
    const at = columns[slot]
    return at === undefined ? '' : line.slice(at.from - 1, at.from - 1 + at.length).trim()
  })

  function decodeRecord(text: string, terminated: boolean): DecodedRecord {
    recordsCount += 1
    line = text
    if (!terminated && text.length < Math.max(widest, lengthMin)) {
      return rejectedRecord('truncated_record', 'the last line is cut off', text)
    }
    if (text.length < lengthMin) {
      const detail = `${text.length} characters, ${lengthMin} are needed`
      return rejectedRecord('malformed_record', detail, text)
    }
    widest = Math.max(widest, text.length)
    return mapRecord(read, text, recordsCount)
  }

  function isRecord(text: string): boolean {
    if (linesToSkip > 0) {
      linesToSkip -= 1
      return false
    }
    return !options.commentPrefixes.some((prefix) => text.startsWith(prefix))
  }

  function sinkTo(emit: (record: DecodedRecord) => void): LineSink {
    return {
      line(text, terminated) {
        if (isRecord(text)) emit(decodeRecord(text, terminated))
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
  }
}

/** Each mapped column once, in the order in which the slots refer to them. */
function layoutOf(options: Options) {
  const columns: Column[] = []
  const cuts = createCutSlots()
  const slots = toSlots<Column>(options.columns, (at) => cuts.slotOf(columns.push(at) - 1, at))
  return { columns, slots, cuts }
}
