/**
 * Files that a sender numbered and that never came: a lost file is lost money, and only its number
 * says so. Files may come in any order; numbers begin again at 1 after the highest.
 */
import type { SourceFile } from '../ledger/source-files.ts'

export interface SequenceGap {
  readonly stream: string
  /** Numbers that are missing, both included; `from` is greater where the numbers began again. */
  readonly from: number
  readonly to: number
  readonly count: number
}

export interface SequenceReport {
  readonly gaps: readonly SequenceGap[]
  /** Numbers that came again with other content. */
  readonly repeated: readonly { readonly stream: string; readonly files: readonly string[] }[]
}

type SequencedFile = Pick<SourceFile, 'name' | 'number' | 'stream' | 'sequence' | 'sequenceMax'>

/** Of all files, or of the streams that are named. */
export function sequenceReport(
  files: readonly SequencedFile[],
  streams?: ReadonlySet<string>,
): SequenceReport {
  const numbered = files.filter(({ stream, sequence }) => stream !== '' && sequence >= 0)
  const byStream = Map.groupBy(
    numbered.toSorted((left, right) => left.number - right.number),
    ({ stream }) => stream,
  )
  const chosen = [...byStream].filter(([stream]) => streams?.has(stream) ?? true)
  return {
    gaps: chosen.flatMap(([stream, ofStream]) => gapsOf(stream, ofStream)),
    repeated: chosen.flatMap(([stream, ofStream]) => repeatedOf(stream, ofStream)),
  }
}

function gapsOf(stream: string, files: readonly SequencedFile[]): SequenceGap[] {
  const cycle = files[0]?.sequenceMax ?? 0
  const counts = [...countedOn(files).keys()].sort((left, right) => left - right)
  return counts.flatMap((count, index) => {
    const next = counts[index + 1]
    if (next === undefined || next === count + 1) return []
    const from = inCycle(count + 1, cycle)
    return [{ stream, from, to: inCycle(next - 1, cycle), count: next - count - 1 }]
  })
}

function repeatedOf(stream: string, files: readonly SequencedFile[]) {
  const sameNumber = [...countedOn(files).values()].filter((those) => those.length > 1)
  return sameNumber.map((those) => ({ stream, files: those.map(({ name }) => name) }))
}

/** Files by a number that goes on after the highest one: each is as near as can be to the last. */
function countedOn(files: readonly SequencedFile[]): Map<number, SequencedFile[]> {
  const counted = new Map<number, SequencedFile[]>()
  let highest: number | undefined
  for (const file of files) {
    const { sequence, sequenceMax: cycle } = file
    const cycles =
      highest === undefined || cycle <= 0 ? 0 : Math.round((highest - sequence) / cycle)
    const count = sequence + cycles * Math.max(cycle, 0)
    counted.set(count, [...(counted.get(count) ?? []), file])
    highest = Math.max(highest ?? count, count)
  }
  return counted
}

function inCycle(count: number, cycle: number): number {
  return cycle > 0 ? ((((count - 1) % cycle) + cycle) % cycle) + 1 : count
}
