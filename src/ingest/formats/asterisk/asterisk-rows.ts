/** One row of Asterisk: its key, its times and seconds, and the leg that it describes. */
import type { Cdr, DecodedRecord, UndecodedRecord } from '../../../core/usage/usage.ts'
import type { SourceConfig } from '../../format.ts'
import type { AsteriskLeg } from './asterisk-calls.ts'
import { createLegReader } from './asterisk-legs.ts'
import type { LegColumns, LegOptions } from './asterisk-legs.ts'
import { DURATION_SECONDS_MAX, rejectedRecord, unusableRecord } from '../decoded-record.ts'
import { wholeNumber } from '../../text/digits.ts'
import { createFileRowKeys } from '../file-rows.ts'
import type { FileRowOptions } from '../file-rows.ts'
import { localClockOf } from '../format-options.ts'
import { createOccurrenceCounter } from '../occurrence-counter.ts'
import { compileTimeFormats } from '../../text/time-format.ts'
import type { TimeReader } from '../../text/time-format.ts'

/** Order of cdr-csv, from cdr/cdr_csv.c of Asterisk. */
export const CDR_CSV_COLUMNS = [
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
export type ColumnName = (typeof CDR_CSV_COLUMNS)[number]

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
type ReadColumn = (column: number) => string

export interface RowReader {
  /** The row as usage, whatever its legs are. `key` is that of a row that came in an earlier file. */
  read(text: ReadColumn, line: string, rowNumber: number, key?: string): Cdr | UndecodedRecord
  /** The row read last when nothing else is known of its call. */
  alone(text: ReadColumn, cdr: Cdr): DecodedRecord
  /** Of the row read last: neither a trunk nor a Local half made the call. */
  isMadeByPhone(): boolean
  /** What the row read last says of the call's legs. */
  legOf(text: ReadColumn, cdr: Cdr): AsteriskLeg
}

export interface RowOptions extends LegOptions, FileRowOptions {
  readonly timeFormat: readonly string[]
}

export function createRowReader(
  source: SourceConfig,
  options: RowOptions,
  names: readonly string[],
): RowReader {
  const at = (name: ColumnName) => names.indexOf(name)
  const [accountAt, srcAt, dstAt] = [at('accountcode'), at('src'), at('dst')]
  const [uniqueIdAt, linkedIdAt] = [at('uniqueid'), at('linkedid')]
  const columns = legColumnsOf(at)
  const legs = createLegReader(options, columns)
  const keyOf = createKeyReader(names, options)
  /** Of the row read last. */
  const use: RowUse = { isAnswered: false, startMs: 0, billedSeconds: 0 }
  const readUse = createUseReader(source, options, at, use)
  let channel = ''
  let dstChannel = ''

  const read: RowReader['read'] = (text, line, rowNumber, key) => {
    // First of all, so that a row that is rejected does not shift the numbers of the rows after it.
    const recordKey = key ?? keyOf(text, rowNumber)
    if (recordKey === undefined) {
      const detail = 'no uniqueid, and the file has no identity'
      return rejectedRecord('missing_field', detail, line)
    }
    const problem = readUse(text, line)
    if (problem !== undefined) return problem

    channel = text(columns.channel)
    dstChannel = text(columns.dstChannel)
    const leg = legs.legOf(text, channel, dstChannel)
    return {
      status: 'cdr',
      raw: line,
      recordKey,
      kind: 'voice',
      direction: leg.direction,
      servedNumber: leg.servedNumber,
      imsi: '',
      iccid: '',
      trunk: text(accountAt),
      sender: text(srcAt),
      receiver: leg.receiver,
      startMs: use.startMs,
      durationSeconds: use.isAnswered ? use.billedSeconds : 0,
      volumeUpBytes: 0,
      volumeDownBytes: 0,
      count: 1,
      visitedNetwork: '',
      sessionKey: '',
      partNumber: 0,
      overTrunk: leg.overTrunk,
    } satisfies Cdr
  }

  const isFirstChannel = (text: ReadColumn) =>
    text(linkedIdAt) === '' || text(linkedIdAt) === text(uniqueIdAt)
  const isMadeByPhone = () => !channel.startsWith('Local/') && !legs.isTrunk(channel)

  return {
    read,
    alone: (text, cdr) => legs.unusable(text, cdr, channel, dstChannel) ?? cdr,
    isMadeByPhone,
    legOf(text, cdr) {
      return {
        cdr,
        from: legs.isTrunk(channel) ? channel : '',
        to: legs.isTrunk(dstChannel) ? dstChannel : '',
        isFromPhone: isMadeByPhone(),
        isAnswered: use.isAnswered,
        beganCall: isFirstChannel(text) || legs.isIncomingContext(text(columns.context)),
        dst: text(dstAt),
      }
    },
  }
}

function legColumnsOf(at: (name: ColumnName) => number): LegColumns {
  return {
    src: at('src'),
    dst: at('dst'),
    context: at('dcontext'),
    channel: at('channel'),
    dstChannel: at('dstchannel'),
    lastApp: at('lastapp'),
    lastData: at('lastdata'),
  }
}

interface RowUse {
  isAnswered: boolean
  startMs: number
  billedSeconds: number
}

/** Fills `use` of a row; what it returns is why that cannot be. */
function createUseReader(
  source: SourceConfig,
  options: RowOptions,
  at: (name: ColumnName) => number,
  use: RowUse,
): (text: ReadColumn, line: string) => UndecodedRecord | undefined {
  const [startAt, answerAt, uniqueIdAt] = [at('start'), at('answer'), at('uniqueid')]
  const [durationAt, billsecAt, dispositionAt] = [at('duration'), at('billsec'), at('disposition')]
  const readTime = compileTimeFormats(options.timeFormat, localClockOf(source))
  const startOf = createStartReader(readTime, [startAt, answerAt, uniqueIdAt])

  return (text, line) => {
    const disposition = text(dispositionAt)
    if (!DISPOSITIONS.has(disposition)) {
      return rejectedRecord('malformed_record', `unknown disposition "${disposition}"`, line)
    }
    // Asked first: what did not happen has no answer time and no seconds.
    const isAnswered = disposition === 'ANSWERED'
    use.isAnswered = isAnswered
    use.billedSeconds = wholeNumber(text(billsecAt))
    const heldSeconds = durationAt === -1 ? use.billedSeconds : wholeNumber(text(durationAt))
    const problem = quantityProblem(use.billedSeconds, heldSeconds)
    if (problem !== '') {
      return unusableRecord(isAnswered, { reason: 'invalid_quantity', detail: problem }, line)
    }
    use.startMs = startOf(text, isAnswered)
    if (!Number.isNaN(use.startMs)) return undefined
    const detail = `start "${text(startAt)}", answer "${text(answerAt)}" in ${source.timeZone}`
    return unusableRecord(isAnswered, { reason: 'invalid_time', detail }, line)
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
