/** How a file ended, as a table for people: one line a file, reasons below. */
import type { IngestedFile } from '../../files/ingest-files.ts'
import type { SequenceReport } from '../../files/sequence-gaps.ts'
import { REJECT_REASONS, UNBILLABLE_REASONS } from '../../core/failures/reasons.ts'
import { formatTable } from '../../core/text/text-table.ts'

export function fileTable(files: readonly IngestedFile[]): string {
  const rows = files.map((file) => ({
    file: file.name,
    format: file.format,
    state: STATES[file.state],
    records: String(file.records),
    rated: String(file.tally?.rated ?? 0),
    duplicate: String(file.tally?.duplicate ?? 0),
    rejected: String(file.tally?.rejected ?? 0),
    unbillable: String(file.tally?.unbillable ?? 0),
  }))
  return formatTable(
    [
      { key: 'file', title: 'File' },
      { key: 'format', title: 'Format' },
      { key: 'state', title: '' },
      { key: 'records', title: 'Records', align: 'right' },
      { key: 'rated', title: 'Rated', align: 'right' },
      { key: 'duplicate', title: 'Duplicate', align: 'right' },
      { key: 'rejected', title: 'Rejected', align: 'right' },
      { key: 'unbillable', title: 'Unbillable', align: 'right' },
    ],
    rows,
  )
}

/** Why files were refused, a line each. */
export function problemLines(files: readonly IngestedFile[]): string[] {
  return files.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))
}

/** What waits for a later file, a line for each source, as it is after its last file. */
export function openLines(files: readonly IngestedFile[]): string[] {
  const bySource = new Map(files.map(({ sourceId, open }) => [sourceId, open]))
  return [...bySource].flatMap(([sourceId, open]) => {
    if (open === undefined || open.count === 0) return []
    const since =
      open.sinceMs === 0 ? '' : `, the first since ${new Date(open.sinceMs).toISOString()}`
    return [`${sourceId}: ${open.count} calls or sessions wait for a later file${since}`]
  })
}

/** More than a person reads. */
const SEQUENCE_LINES_MAX = 20

/** Numbers that are missing, and numbers that came twice. */
export function sequenceLines({ gaps, repeated }: SequenceReport): string[] {
  const missing = gaps.map(({ stream, from, to, count }) => {
    const which =
      count === 1 ? `${from} is missing` : `${from} to ${to} are missing (${count} files)`
    return `${stream}: ${which}`
  })
  const twice = repeated.map(
    ({ stream, files }) => `${stream}: ${files.join(' and ')} have one number and other content`,
  )
  const lines = [...missing, ...twice]
  const rest = lines.length - SEQUENCE_LINES_MAX
  return rest <= 0 ? lines : [...lines.slice(0, SEQUENCE_LINES_MAX), `… and ${rest} more`]
}

/** Reasons with their counts, most frequent first. */
export function reasonLines(files: readonly IngestedFile[]): string[] {
  const counts = new Map<string, number>()
  for (const file of files) {
    for (const [reason, count] of file.tally?.byReason ?? []) {
      counts.set(reason, (counts.get(reason) ?? 0) + count)
    }
  }
  const sentences: Readonly<Record<string, string>> = { ...REJECT_REASONS, ...UNBILLABLE_REASONS }
  return [...counts]
    .sort(([, left], [, right]) => right - left)
    .map(([reason, count]) => `${String(count).padStart(8)}  ${reason}: ${sentences[reason] ?? ''}`)
}

const STATES = {
  ingested: 'new',
  resumed: 'resumed',
  known: 'known already',
  refused: 'refused',
  unfinished: 'unfinished',
} as const
