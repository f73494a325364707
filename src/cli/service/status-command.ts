/** `tik status`: where every stage stands, what waits, and what does not answer. */
import type { Command } from 'commander'
import { addMicros, microsToDecimal, roundToCents, ZERO_MICROS } from '../../core/money/money.ts'
import { formatTable } from '../../core/text/text-table.ts'
import { RECENT_MS } from '../../status/ledger-status.ts'
import type { LedgerPartition } from '../../status/ledger-status.ts'
import type { InstallationStatus } from '../../app/service/status-of.ts'
import type { StatusReport } from '../../status/status-report.ts'
import type { StagePartition } from '../../status/stream-status.ts'
import { openDeskOf } from '../open-desk.ts'
import { print, printJson, remark } from '../options.ts'

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('where every stage and partition stands, what waits to go out, and rejects')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_HELP)
    .action(status)
}

const AFTER_HELP = `
Behind is what stands in the log and not yet in the ledger (rating) or in the topic usage (mediation).
A running stage tells more about itself on /metrics and /readyz.

Exit status 1 when Kafka is configured and does not answer. With embedded stores it can only look while
no other command has the data folder.`

async function status(options: { json?: true }, command: Command): Promise<void> {
  await using desk = await openDeskOf(command, 'status')
  const { statusOf } = await import('../../app/service/status-of.ts')
  const { nowMs, ...report } = await statusOf(desk)
  if (report.stream.state === 'not reachable') process.exitCode = 1
  if (options.json) {
    const alertPositions = Object.fromEntries(report.operations.alertPositions)
    return printJson({ ...report, operations: { ...report.operations, alertPositions } })
  }
  print(describe(report, nowMs))
  if (report.stream.state === 'not reachable')
    remark(`Kafka does not answer: ${report.stream.reason}`)
}

function describe(report: Omit<InstallationStatus, 'nowMs'>, nowMs: number): string {
  const blocks = [
    streamBlock(report, nowMs),
    logsLine(report),
    ledgerLine(report),
    [outboxLine(report, nowMs), ...limitMailLines(report), ...eInvoiceLines(report)].join('\n'),
  ]
  return [...blocks, rejectLines(report)].filter((block) => block !== '').join('\n\n')
}

function streamBlock({ stream }: StatusReport, nowMs: number): string {
  if (stream.state === 'not configured') {
    return 'Kafka: not configured (TIK_KAFKA_BROKERS); records come as files.'
  }
  if (stream.state === 'not reachable') return 'Kafka: configured, but it does not answer.'
  return stream.partitions.length === 0
    ? 'Kafka: it answers, and has no topics of tik; `tik migrate` creates them.'
    : partitionsTable(stream.partitions, nowMs)
}

function partitionsTable(partitions: readonly StagePartition[], nowMs: number): string {
  return formatTable(
    [
      { key: 'stage', title: 'Stage' },
      { key: 'topic', title: 'Topic' },
      { key: 'partition', title: 'Partition', align: 'right' },
      { key: 'end', title: 'Log ends', align: 'right' },
      { key: 'next', title: 'Done to', align: 'right' },
      { key: 'behind', title: 'Behind', align: 'right' },
      { key: 'commit', title: 'Last commit' },
    ],
    partitions.map((one) => ({
      stage: one.stage,
      topic: one.topic,
      partition: String(one.partition),
      end: String(one.endOffset),
      next: String(one.nextOffset),
      behind: String(one.lagCount),
      commit: one.stage === 'rating' ? moment(one.lastCommitMs, nowMs) : '',
    })),
  )
}

function logsLine({ ledger }: StatusReport): string {
  const bySource = Map.groupBy(ledger.partitions, ({ logSource }) => logSource)
  const logs = [...bySource].map(
    ([source, list]) => `${source} ${rowsOf(list)} rows in ${list.length} partitions`,
  )
  return `Ledger: ${logs.length === 0 ? 'empty' : logs.join(', ')}`
}

function rowsOf(partitions: readonly LedgerPartition[]): number {
  return partitions.reduce((count, { rowsCount }) => count + rowsCount, 0)
}

function ledgerLine({ ledger, operations }: StatusReport): string {
  return (
    `Accounts: ${operations.accountsCount} with ${operations.subscriptionsCount} subscriptions; ` +
    `${ledger.accountsCount} used something in open periods, ${ledger.balancesCount} balances`
  )
}

function outboxLine({ operations, alertsLagCount }: StatusReport, nowMs: number): string {
  const { mailsQueuedCount, mailsFailedCount, oldestMailMs } = operations
  const oldest = oldestMailMs === undefined ? '' : ` (oldest ${moment(oldestMailMs, nowMs)})`
  return (
    `Alerts: ${alertsLagCount} ledger rows not read yet\n` +
    `Outbox: ${mailsQueuedCount} mails wait${oldest}, ${mailsFailedCount} failed, ` +
    `${operations.webhooksQueuedCount} webhooks and ${operations.eventsQueuedCount} events wait`
  )
}

function limitMailLines({ limitMails }: Pick<InstallationStatus, 'limitMails'>): string[] {
  const count = limitMails.reduce((sum, each) => sum + each.count, 0)
  const accounts = new Set(limitMails.map(({ accountId }) => accountId))
  if (count === 0) return []
  return [
    `Limit mails: ${count} for ${accounts.size} accounts wait; \`tik alerts send\` sends them`,
  ]
}

function eInvoiceLines({ eInvoices }: Pick<InstallationStatus, 'eInvoices'>): string[] {
  const [oldest] = eInvoices
  if (oldest === undefined) return []
  const count = eInvoices.reduce((sum, each) => sum + each.count, 0)
  const since = new Date(oldest.sinceMs).toISOString().slice(0, 10)
  return [
    `E-invoices: ${count} not accepted, the oldest since ${since}; \`tik bill delivery --period ${oldest.period}\` shows them`,
  ]
}

/** The same counts and estimates as `tik rejects list`. */
function rejectLines({ rejects }: Pick<InstallationStatus, 'rejects'>): string {
  if (rejects.length === 0) return 'Rejected records: none waits'
  const lines = rejects.map(
    ({ reason, meaning, recordsCount }) =>
      `${String(recordsCount).padStart(8)}  ${reason}: ${meaning}`,
  )
  const worth = rejects.flatMap(({ estimate }) => (estimate === undefined ? [] : [estimate]))
  const sum = worth.reduce((total, each) => addMicros(total, each.valueMicros), ZERO_MICROS)
  const about =
    worth.length === 0 ? '' : `, about EUR ${microsToDecimal(roundToCents(sum), 2)} ex VAT`
  return [`Rejected records that wait (\`tik rejects list\`)${about}:`, ...lines].join('\n')
}

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

/** `2026-11-22 14:03:10 (12 s ago)`, in UTC. */
function moment(ms: number, nowMs: number): string {
  if (ms === 0) return `none within ${RECENT_MS / (24 * 60 * MINUTE_MS)} days`
  const text = new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  const agoMs = nowMs - ms
  if (agoMs >= 60 * MINUTE_MS || agoMs < 0) return text
  const ago =
    agoMs < MINUTE_MS
      ? `${Math.floor(agoMs / SECOND_MS)} s`
      : `${Math.floor(agoMs / MINUTE_MS)} min`
  return `${text} (${ago} ago)`
}
