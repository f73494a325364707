/**
 * Any file of delimited columns, by the mapping in `options` (mapping-options.ts): the way to take in
 * a supplier whose format nobody has written an adapter for.
 *
 * Columns are named by the header (in any case) or by position, 1 for the first; columns that the
 * mapping does not name are not read. A row wider than its header (or `columnsCount`) is malformed, as
 * its columns have moved, unless `looseColumn` says which text may hold delimiters without quotes. A line end always ends a record, inside quotes too, so one lost
 * quote costs one record. A last line without a line end is complete when it has as many columns as
 * the widest before it; `finalLineEnd: required` calls every such line `truncated_record`.
 * `trailer` names a last line that is no record and may count the others: see `fileFacts`.
 * Keys, answered, rounding and time: record-mapping.ts. Encodings and line ends: line-splitter.ts.
 */
import type { DecodedRecord } from '../../../core/usage/usage.ts'
import { NO_FILE_FACTS } from '../../format.ts'
import type { FileFacts, FormatAdapter, RecordDecoder, SourceConfig } from '../../format.ts'
import { createFieldScanner, UNTERMINATED_QUOTE } from '../../text/csv-fields.ts'
import { oversizedRecord, rejectedRecord } from '../decoded-record.ts'
import { delimitedOptions, layoutOf, requirePositions, trimmed } from './delimited-layout.ts'
import type { DelimitedOptions, Layout } from './delimited-layout.ts'
import { wholeNumber } from '../../text/digits.ts'
import { parseOptions, requireKey } from '../format-options.ts'
import { LineSplitter } from '../../text/line-splitter.ts'
import type { LineSink } from '../../text/line-splitter.ts'
import { requireEffect } from './mapping-effects.ts'

export const delimitedAdapter: FormatAdapter = {
  name: 'delimited',
  product: 'voip',
  isOnlyDescribed: true,
  detect: () => 0, // Nothing tells a mapping but its maker.
  requireEffect: (source) => requireEffect(source, parseOptions(delimitedOptions, source)),
  createDecoder(source) {
    const options = parseOptions(delimitedOptions, source)
    requireKey(source, options)
    requirePositions(source, options)
    return createDelimitedDecoder(source, options)
  },
}

function createDelimitedDecoder(source: SourceConfig, options: DelimitedOptions): RecordDecoder {
  const splitter = new LineSplitter(options.encoding)
  const fields = createFieldScanner({ delimiter: options.delimiter, quote: options.quote })
  let linesToSkip = options.skipLines
  let layout: Layout | undefined = options.header ? undefined : layoutOf(source, options, fields, 0)
  let recordsCount = 0
  let widest = 0
  let declaredCount: number | undefined

  function decodeRecord(line: string, terminated: boolean, current: Layout): DecodedRecord {
    recordsCount += 1
    const count = current.fields.scan(line)
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
    if (count > current.columnsCount) {
      const detail = `${count} columns, but a row has ${current.columnsCount}: which is which?`
      return rejectedRecord('malformed_record', detail, line)
    }
    widest = Math.max(widest, count)
    if (current.unknown !== '') return rejectedRecord('missing_field', current.unknown, line)
    return current.decode(line, recordsCount)
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
        declaredCount = wholeNumber(trimmed(fields.text(trailer.countColumn - 1)))
      }
      return false
    }
    return true
  }

  function sinkTo(emit: (record: DecodedRecord) => void): LineSink {
    return {
      line(text, terminated) {
        if (!isRecord(text)) return
        if (layout === undefined) layout = layoutOf(source, options, fields, fields.scan(text))
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

function countFacts(recordsCount: number, declaredCount: number | undefined): FileFacts {
  if (declaredCount === recordsCount) return NO_FILE_FACTS
  const problem =
    declaredCount === undefined
      ? 'the trailer is missing'
      : `the trailer counts ${declaredCount} records, the file has ${recordsCount}`
  return { ...NO_FILE_FACTS, problems: [problem], mayCount: false }
}
