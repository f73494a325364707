/** The files that were taken in, in the order of the log, and the numbers that are missing between them. */
import { sequenceReport, type SequenceReport } from '../../files/sequence-gaps.ts'
import { listSourceFiles, type SourceFile } from '../../ledger/source-files.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'

export async function takenFiles(
  desk: Desk,
  sourceId?: string,
): Promise<{ files: SourceFile[]; sequences: SequenceReport }> {
  requireOperator(desk.caller)
  const known = await listSourceFiles(desk.clickhouse)
  const files = known.filter((file) => sourceId === undefined || file.sourceId === sourceId)
  return { files, sequences: sequenceReport(files) }
}

/** What is missing in the sequences that files just taken in are of. */
export async function sequencesOf(
  desk: Desk,
  fileNumbers: ReadonlySet<number>,
): Promise<SequenceReport> {
  const known = await listSourceFiles(desk.clickhouse)
  const streams = known.filter(({ number }) => fileNumbers.has(number)).map((file) => file.stream)
  return sequenceReport(known, new Set(streams))
}
