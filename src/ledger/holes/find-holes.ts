/**
 * What the ledger lacks: rows and files that were recorded and are not there any more. Each log
 * partition is contiguous from offset 0, so its count must be its last offset and one; where more is
 * known about its end (a finished file, a cut-off, alerts that were read), it must go that far.
 */
import {
  ADJUSTMENT_LOG,
  CORRECTION_LOGS,
  FILES_LOG,
  type LogPartition,
} from '../../core/usage/ledger-row.ts'

/** A partition had at least this many rows once; `from` says who knows. */
export interface KnownPosition extends LogPartition {
  readonly nextOffset: number
}

export interface RecordedPosition extends LogPartition {
  readonly lastOffset: number
  readonly rowsCount: number
}

export interface RecordedFile {
  readonly number: number
  readonly registered: boolean
  readonly finished: boolean
  /** 0 until it is finished. */
  readonly recordsCount: number
}

/** Rows that a person gave up when the ledger was rebuilt. */
export interface AcceptedLoss extends LogPartition {
  readonly firstOffset: number
  readonly nextOffset: number
}

export interface RecordedState {
  readonly positions: readonly RecordedPosition[]
  readonly files: readonly RecordedFile[]
  readonly known: readonly KnownPosition[]
  readonly accepted: readonly AcceptedLoss[]
}

export interface LedgerHole extends LogPartition {
  /** `rows`: some or all of a partition; `list`: the file is not in the list of files. */
  readonly kind: 'rows' | 'list'
  /** How many rows are known to be missing; 0 = nobody knows. */
  readonly missingCount: number
  /** How many there must have been, at least. */
  readonly expectedCount: number
  /**
   * Only the end of a partition is missing whose source goes on by itself from where the ledger ends:
   * an unfinished file, a topic. What is recorded next fills it.
   */
  readonly heals: boolean
}

/** Logs that tik numbers itself: runs and files are 1, 2, 3, … */
export const NUMBERED_LOGS: ReadonlySet<string> = new Set([
  FILES_LOG,
  ADJUSTMENT_LOG,
  ...CORRECTION_LOGS,
])

/** In log order. Empty when everything that was recorded is there. */
export function findHoles(state: RecordedState): LedgerHole[] {
  const partitions = collect(state)
  return [
    ...[...partitions.values()].flatMap((partition) => holeOf(partition)),
    ...absentPartitions(partitions),
    ...unlistedFiles(partitions, state.files),
  ].sort(inLogOrder)
}

interface Partition extends LogPartition {
  lastOffset: number
  rowsCount: number
  acceptedCount: number
  /** What it must reach, as far as others know. */
  nextOffset: number
  finished: boolean
}

function collect({ positions, files, known, accepted }: RecordedState): Map<string, Partition> {
  const found = new Map<string, Partition>()
  const at = ({ source, partition }: LogPartition): Partition => {
    const key = `${source}/${partition}`
    const entry = found.get(key) ?? { source, partition, ...NOTHING }
    found.set(key, entry)
    return entry
  }
  for (const { lastOffset, rowsCount, ...log } of positions) {
    Object.assign(at(log), { lastOffset, rowsCount, nextOffset: lastOffset + 1 })
  }
  for (const { number, recordsCount, finished } of files) {
    if (!finished) continue
    const entry = at({ source: FILES_LOG, partition: number })
    entry.finished = true
    entry.nextOffset = Math.max(entry.nextOffset, recordsCount)
  }
  for (const each of [...known, ...accepted]) {
    const entry = at(each)
    entry.nextOffset = Math.max(entry.nextOffset, each.nextOffset)
  }
  for (const each of accepted) at(each).acceptedCount += each.nextOffset - each.firstOffset
  return found
}

const NOTHING = { lastOffset: -1, rowsCount: 0, acceptedCount: 0, nextOffset: 0, finished: false }

function holeOf(entry: Partition): LedgerHole[] {
  const { source, partition, lastOffset, rowsCount, acceptedCount, nextOffset } = entry
  const missingCount = nextOffset - rowsCount - acceptedCount
  if (missingCount <= 0) return []
  const isTail = rowsCount === lastOffset + 1
  const goesOn = source === FILES_LOG ? !entry.finished : !NUMBERED_LOGS.has(source)
  const heals = isTail && goesOn
  return [{ source, partition, kind: 'rows', missingCount, expectedCount: nextOffset, heals }]
}

/** A run of corrections of which nothing is left, while there is a later one. */
function absentPartitions(partitions: ReadonlyMap<string, Partition>): LedgerHole[] {
  const present = [...partitions.values()].filter(({ source }) => source !== FILES_LOG)
  return [ADJUSTMENT_LOG, ...CORRECTION_LOGS].flatMap((source) => {
    const numbers = present.filter((each) => each.source === source).map((each) => each.partition)
    return missingNumbers(numbers).map((partition) => ({
      source,
      partition,
      kind: 'rows' as const,
      missingCount: 0,
      expectedCount: 0,
      heals: false,
    }))
  })
}

function unlistedFiles(
  partitions: ReadonlyMap<string, Partition>,
  files: readonly RecordedFile[],
): LedgerHole[] {
  const listed = files.filter(({ registered }) => registered).map(({ number }) => number)
  const ofRows = [...partitions.values()]
    .filter(({ source }) => source === FILES_LOG)
    .map(({ partition }) => partition)
  const highest = [...ofRows, ...files.map(({ number }) => number)].reduce(greater, 0)
  return missingNumbers(listed, highest).map((partition) => ({
    source: FILES_LOG,
    partition,
    kind: 'list',
    missingCount: 0,
    expectedCount: 0,
    heals: false,
  }))
}

/** Of 1 to the highest, those that are not there. */
function missingNumbers(
  numbers: readonly number[],
  highest = numbers.reduce(greater, 0),
): number[] {
  const present = new Set(numbers)
  const missing: number[] = []
  for (let number = 1; number <= highest; number += 1) {
    if (!present.has(number)) missing.push(number)
  }
  return missing
}

const greater = (left: number, right: number): number => Math.max(left, right)

function inLogOrder(left: LedgerHole, right: LedgerHole): number {
  return left.source.localeCompare(right.source) || left.partition - right.partition
}
