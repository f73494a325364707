/**
 * Our own format: usage as JSON lines, one object a line, for sources that can be taught and for
 * `tik rate`. Fields are those of a `Cdr` (src/core/usage/usage.ts), with `id` for its record key:
 *
 *   {"id":"a1","kind":"voice","direction":"out","sender":"+31201234567","receiver":"+31612345678",
 *    "start":"2026-10-05T09:00:00+02:00","durationSeconds":61}
 *
 * Key: `id`, unique by contract: the same id again is a duplicate, or a conflict if it says otherwise.
 * Quantities are whole numbers; what the kind is rated by must be there (durationSeconds for voice, a
 * volume for data); `count` is 1 by default, and a call that was not answered has 0 seconds.
 * Time: `start` in RFC 3339; without an offset it is local time of the source (an hour that comes twice
 * is the first); or `startMs`, UTC epoch milliseconds.
 * Text is UTF-8. Fields that are not known are not read. A last line that is cut is `truncated_record`.
 */
import { z } from 'zod'
import { DIRECTIONS, USAGE_KINDS } from '../../../core/usage/usage.ts'
import type { Cdr, DecodedRecord, Direction, UsageKind } from '../../../core/usage/usage.ts'
import type { FormatAdapter, RecordDecoder, SourceConfig } from '../../format.ts'
import { COUNT_MAX, countMaxOf, DURATION_SECONDS_MAX, VOLUME_BYTES_MAX } from '../decoded-record.ts'
import { oversizedRecord, rejectedRecord } from '../decoded-record.ts'
import { localClockOf, parseOptions, textOptions } from '../format-options.ts'
import { countOf, parseJsonObject, textOf } from '../../text/json-fields.ts'
import type { JsonObject } from '../../text/json-fields.ts'
import { firstLineOf, LineSplitter } from '../../text/line-splitter.ts'
import type { LineSink } from '../../text/line-splitter.ts'
import { recordAmount } from '../../text/record-amount.ts'
import { compileTimeFormats } from '../../text/time-format.ts'
import type { TimeReader } from '../../text/time-format.ts'

const optionsSchema = z.strictObject(textOptions)

const KINDS: ReadonlyMap<unknown, UsageKind> = new Map(
  USAGE_KINDS.filter((kind) => kind !== 'none').map((kind) => [kind, kind]),
)
const WAYS: ReadonlyMap<unknown, Direction> = new Map(
  DIRECTIONS.filter((way) => way !== 'none').map((way) => [way, way]),
)

export const usageAdapter: FormatAdapter = {
  name: 'usage',
  product: 'voip',
  detect(head) {
    const first = firstLineOf(head)
    return /^\{.*"id"\s*:/.test(first) && /"kind"\s*:/.test(first) ? 0.9 : 0
  },
  createDecoder(source) {
    const options = parseOptions(optionsSchema, source)
    return createUsageDecoder(source, new LineSplitter(options.encoding))
  },
}

function createUsageDecoder(source: SourceConfig, splitter: LineSplitter): RecordDecoder {
  const readTime = compileTimeFormats(['iso'], localClockOf(source))

  function sinkTo(emit: (record: DecodedRecord) => void): LineSink {
    return {
      line: (text, terminated) => emit(decodeUsage(text, terminated, readTime)),
      oversized: (head) => emit(oversizedRecord(head)),
    }
  }

  return {
    push: (chunk, emit) => splitter.push(chunk, sinkTo(emit)),
    end: (emit) => splitter.end(sinkTo(emit)),
  }
}

function decodeUsage(line: string, terminated: boolean, readTime: TimeReader): DecodedRecord {
  const fields = parseJsonObject(line)
  if (fields === undefined) {
    return terminated
      ? rejectedRecord('malformed_record', 'no JSON object', line)
      : rejectedRecord('truncated_record', 'the last line is cut off', line)
  }
  const recordKey = textOf(fields['id'])
  if (recordKey === '') return rejectedRecord('missing_field', 'id is missing or no text', line)
  const kind = KINDS.get(fields['kind'])
  if (kind === undefined) return rejectedRecord('malformed_record', 'kind is not known', line)
  const direction = WAYS.get(fields['direction'] ?? 'out')
  if (direction === undefined) {
    return rejectedRecord('malformed_record', 'direction is not known', line)
  }
  const startMs = startOf(fields, readTime)
  if (startMs === undefined) return rejectedRecord('missing_field', 'start is missing', line)
  if (Number.isNaN(startMs)) return rejectedRecord('invalid_time', 'start is no time', line)
  const missing = missingQuantity(kind, fields)
  if (missing !== '') return rejectedRecord('missing_field', missing, line)

  const sender = textOf(fields['sender'])
  const receiver = textOf(fields['receiver'])
  const cdr: Cdr = {
    status: 'cdr',
    raw: line,
    recordKey,
    kind,
    direction,
    servedNumber: textOf(fields['servedNumber'] ?? (direction === 'in' ? receiver : sender)),
    imsi: textOf(fields['imsi']),
    iccid: textOf(fields['iccid']),
    trunk: textOf(fields['trunk']),
    sender,
    receiver,
    startMs,
    durationSeconds: countOf(fields['durationSeconds'], DURATION_SECONDS_MAX, 0),
    volumeUpBytes: countOf(fields['volumeUpBytes'], VOLUME_BYTES_MAX, 0),
    volumeDownBytes: countOf(fields['volumeDownBytes'], VOLUME_BYTES_MAX, 0),
    count: countOf(fields['count'], countMaxOf(kind), 1),
    visitedNetwork: textOf(fields['visitedNetwork']),
    sessionKey: textOf(fields['sessionKey']),
    partNumber: countOf(fields['partNumber'], COUNT_MAX, 0),
    ...amountOf(fields),
  }
  const sum = cdr.durationSeconds + cdr.volumeUpBytes + cdr.volumeDownBytes
  if (Number.isNaN(sum + cdr.count + cdr.partNumber)) {
    return rejectedRecord('invalid_quantity', 'a quantity is no whole number in its range', line)
  }
  return cdr
}

/** Text, so that it stays exact; EUR where no currency is named. */
function amountOf({ amount, currency }: JsonObject): Pick<Cdr, 'amount'> {
  if (amount === undefined) return {}
  const text = typeof amount === 'string' ? amount : JSON.stringify(amount)
  return { amount: recordAmount(text, typeof currency === 'string' ? currency : 'EUR') }
}

/** undefined when there is none, NaN when it is no time. */
function startOf(fields: JsonObject, readTime: TimeReader): number | undefined {
  const { start, startMs } = fields
  if (typeof start === 'string') return readTime(start)
  if (typeof startMs === 'number') return countOf(startMs, 7_258_118_400_000, Number.NaN)
  return start === undefined && startMs === undefined ? undefined : Number.NaN
}

function missingQuantity(kind: UsageKind, fields: JsonObject): string {
  if (kind === 'voice') {
    return fields['durationSeconds'] === undefined ? 'durationSeconds is missing' : ''
  }
  if (kind !== 'data') return ''
  const hasVolume = fields['volumeUpBytes'] !== undefined || fields['volumeDownBytes'] !== undefined
  return hasVolume ? '' : 'volumeUpBytes and volumeDownBytes are missing'
}
