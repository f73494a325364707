/**
 * Which failures really happened, read from logs and rows: an injected fault that had no effect
 * proves nothing.
 */
import type { LedgerRow } from '../../src/core/usage/ledger-row.ts'
import type { InjectedFaults } from './faults.ts'
import type { Installation } from './installation.ts'
import { TOKEN_WINDOW } from './lab.ts'
import type { ChaosProcess } from './process.ts'
import type { TopicContent } from './read-topic.ts'

export type Marks = Readonly<Record<string, number>>

export function marksOf(
  installation: Installation,
  faults: InjectedFaults,
  log: TopicContent,
  rows: readonly (readonly LedgerRow[])[],
): Marks {
  const { rating, mediation, alerts } = installation
  const workers = [...rating, ...mediation, ...alerts]
  const lines = (pattern: RegExp, of: readonly ChaosProcess[] = workers) =>
    of.reduce((sum, worker) => sum + countOf(worker.log(), pattern), 0)
  const starts = (of: readonly ChaosProcess[]) => lines(/"event":"stages_started"/g, of) - of.length
  const takenOver = faults.standstills.filter((one) => one.isTakenOver)
  const beforeInsert = takenOver.filter(({ place }) => place === 'stop before insert')
  return {
    'rating worker killed and started again': Math.max(0, starts(rating)),
    'mediation worker killed and started again': Math.max(0, starts(mediation)),
    'alerts worker killed and started again': Math.max(0, starts(alerts)),
    'worker killed at an insert': faults.standstills.filter((one) => one.wasKilled).length,
    'partitions taken over from a worker that stood still': takenOver.length,
    'the same, and it stood right before its insert': beforeInsert.length,
    'the same, and longer than the token window': beforeInsert.filter(
      ({ commitsMeanwhile }) => (commitsMeanwhile ?? 0) > TOKEN_WINDOW,
    ).length,
    'insert refused by the fence': lines(/"event":"partition_fenced"/g),
    'partition revoked': lines(/"event":"partition_revoked"/g),
    'stores killed': faults.counts['stores killed'] ?? 0,
    'ledger away for a worker': lines(/"event":"retry","part":"ledger"/g),
    'operations store away for a worker': lines(/"event":"(reference_failed|alerts_delayed)"/g),
    'reference data taken over by a rating worker': lines(/"event":"reference_replaced"/g, rating),
    'rating worker forgot its balances': lines(/"event":"balances_forgotten"/g, rating),
    'broker killed': faults.counts['broker killed'] ?? 0,
    'broker stalled': faults.counts['broker stalled'] ?? 0,
    'broker away for a worker': lines(/"event":"(stream_failed|kafka_client)"/g),
    ...marksOfRows(rows),
    'usage overtaken by a later one of its account': overtaken(log),
  }
}

function marksOfRows(rows: readonly (readonly LedgerRow[])[]) {
  const marks = {
    'record in the log twice, mediated twice': 0,
    'record sent twice by its source': 0,
    'record out of range': 0,
    'clock went back between two commits': 0,
    'month went back between two commits': 0,
  }
  const firstOrigins = new Map<string, string>()
  for (const partition of rows) {
    for (const row of partition) {
      if (row.reason === 'charge_out_of_range') marks['record out of range'] += 1
      const origin = `${row.origin}/${row.originRecord}`
      const first = firstOrigins.get(row.usageId)
      if (first === undefined) firstOrigins.set(row.usageId, origin)
      else if (first === origin) marks['record in the log twice, mediated twice'] += 1
      else marks['record sent twice by its source'] += 1
    }
    for (const [index, row] of partition.entries()) {
      const before = partition[index - 1]
      if (before === undefined || before.recordedMs <= row.recordedMs) continue
      marks['clock went back between two commits'] += 1
      if (monthOf(before.recordedMs) !== monthOf(row.recordedMs)) {
        marks['month went back between two commits'] += 1
      }
    }
  }
  return marks
}

function monthOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 7)
}

/** Sources number their records as they are made. */
function overtaken(log: TopicContent): number {
  let count = 0
  for (const messages of log.partitions) {
    const newest = new Map<string, number>()
    for (const { key, value } of messages) {
      const id = Number.parseInt(/^\[2,"mobile:(\d+)"/.exec(value.toString('utf8'))?.[1] ?? '', 10)
      if (id < (newest.get(key) ?? -1)) count += 1
      newest.set(key, Math.max(id, newest.get(key) ?? -1))
    }
  }
  return count
}

function countOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length
}
