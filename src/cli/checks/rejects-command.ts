/** `tik rejects`: what waits in suspense and why; rate it once more, or give it up. */
import type { Command } from 'commander'
import { TikError } from '../../core/failures/errors.ts'
import { addMicros, microsToDecimal, roundToCents } from '../../core/money/money.ts'
import { REJECT_REASONS, type RejectReason } from '../../core/failures/reasons.ts'
import { formatTable } from '../../core/text/text-table.ts'
import type { RejectGroup } from '../../corrections/suspense/list-rejects.ts'
import type { ReplayGroup } from '../../corrections/suspense/replay-report.ts'
import type { WriteOff } from '../../corrections/suspense/write-off-rejects.ts'
import { momentOf } from '../moment.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { replayInto } from '../../app/corrections/replay-into.ts'
import { waitingRecords, writeOffRecords } from '../../app/corrections/waiting-records.ts'
import { stopOnSignal } from '../stop-on-signal.ts'

export function addRejectsCommand(program: Command): void {
  const rejects = program.command('rejects').description('records that could not be rated')
  rejects
    .command('list')
    .description('rejected records by reason, with counts and samples')
    .option('--from <moment>', 'only usage that began then or later')
    .option('--to <moment>', 'only usage that began before then')
    .option('--account <ids...>', 'only of these accounts, or of nobody that is known')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_LIST)
    .action(list)
  rejects
    .command('replay')
    .description('rate what waits once more, after its cause was mended')
    .option('--reason <reasons...>', 'only what waits for these reasons')
    .option('--dry-run', 'say what would happen and what it would cost, record nothing')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_REPLAY)
    .action(replay)
  rejects
    .command('write-off')
    .argument('[entries...]', 'ledger entries that wait, e.g. files/3/17')
    .description('give up what cannot be mended, by name and with a reason')
    .option('--all-of <reason>', 'everything that waits for this reason, instead of entries')
    .requiredOption('--reason <text>', 'why, for whoever asks later')
    .requiredOption('--by <name>', 'who decided it')
    .option('--json', 'as JSON')
    .action(writeOff)
}

const AFTER_LIST = `
The worth is a rough figure, for looking into the large ones first: their quantity at the average charge
of rated usage of the last 92 days of the same product, kind and direction to numbers that begin alike,
bundles included. \`tik rejects replay --dry-run\` says what they would be charged now, to the digit.`

const AFTER_REPLAY = `
Reads each record again from the archived file, or from the topic that it came over, with the accounts,
the prices and sources.yaml of today. While \`tik run\` or \`tik ingest\` rates into the same ledger server
this is refused: it would not see what this takes from bundles. What can be rated, is a duplicate
or is nobody's usage leaves suspense by an entry that points at the rejected one. Can be stopped at any
moment; running it again adds nothing twice.

Exit status 1 when something still waits.`

interface ListOptions {
  readonly from?: string
  readonly to?: string
  readonly account?: readonly string[]
  readonly json?: true
}

async function list(options: ListOptions, command: Command): Promise<void> {
  const started = {
    fromMs: options.from === undefined ? Number.MIN_SAFE_INTEGER : momentOf(options.from),
    toMs: options.to === undefined ? Number.MAX_SAFE_INTEGER : momentOf(options.to),
  }
  await using desk = await openDeskOf(command, 'rejects list')
  const groups = await waitingRecords(desk, { started, accountIds: options.account })
  if (options.json) return printJson(groups.map(estimateInDecimals))
  if (groups.length === 0) print('Nothing waits: every record was rated or is nobody’s usage.')
  for (const group of groups) print(describe(group))
}

function describe(group: RejectGroup): string {
  const lines = [
    `${group.recordsCount}  ${group.reason}: ${group.meaning}`,
    `    from ${group.origins.join(', ')}`,
    `    came ${periodOf(group.firstRecordedMs, group.lastRecordedMs)}; usage of ${periodOf(group.firstStartMs, group.lastStartMs)}`,
    `    worth ${valueOf(group)}`,
    ...group.samples.map(
      ({ entryId, detail, raw }) => `    ${entryId}  ${detail}\n        ${printable(raw)}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}

function periodOf(firstMs: number, lastMs: number): string {
  const [first, last] = [firstMs, lastMs].map((ms) =>
    ms === 0 ? '-' : new Date(ms).toISOString().slice(0, 16).replace('T', ' '),
  )
  return first === last ? `${first}` : `${first} to ${last}`
}

function valueOf({ estimate, recordsCount }: RejectGroup): string {
  if (estimate === undefined) return '-'
  const value = microsToDecimal(roundToCents(estimate.valueMicros), 2)
  const known = estimate.recordsCount === recordsCount ? '' : ` (${estimate.recordsCount} of them)`
  return `about EUR ${value} ex VAT${known}, by what comparable usage was charged`
}

function estimateInDecimals({ estimate, ...group }: RejectGroup) {
  if (estimate === undefined) return { ...group, estimate: null }
  const { valueMicros, recordsCount } = estimate
  return { ...group, estimate: { value: microsToDecimal(valueMicros), recordsCount } }
}

/** A record may hold anything; a terminal must not act on it. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\u00a0-\uffff]/g, '·')
}

async function replay(
  options: { reason?: string[]; dryRun?: true; json?: true },
  command: Command,
): Promise<void> {
  const reasons = (options.reason ?? []).map(rejectReason)
  await using desk = await openDeskOf(command, 'rejects replay', options.dryRun ? 'read' : 'record')
  const groups = await replayInto(desk, {
    reasons,
    dryRun: options.dryRun === true,
    signal: stopOnSignal('Finishing the batch under way …'),
  })
  if (groups.some(({ still }) => still.length > 0)) process.exitCode = 1
  if (options.json) return printJson(groups.map(inDecimals))
  if (groups.length === 0) return print('Nothing waits.')
  print(replayTable(groups))
  for (const { reason, still } of groups) {
    for (const why of still) {
      print(`${why.count} of ${reason} wait on, ${why.reason}: ${printable(why.detail)}`)
    }
  }
  if (options.dryRun) print('This was a dry run: nothing was recorded.')
}

function replayTable(groups: readonly ReplayGroup[]): string {
  return formatTable(
    [
      { key: 'reason', title: 'Waited for' },
      { key: 'waiting', title: 'Records', align: 'right' },
      { key: 'rated', title: 'Now rated', align: 'right' },
      { key: 'charge', title: 'EUR ex VAT', align: 'right' },
      { key: 'duplicate', title: 'Duplicate', align: 'right' },
      { key: 'unbillable', title: 'Unbillable', align: 'right' },
      { key: 'still', title: 'Still wait', align: 'right' },
    ],
    groups.map((group) => ({
      reason: group.reason,
      waiting: String(group.waiting),
      rated: String(group.rated),
      charge: microsToDecimal(addMicros(group.chargeMicros, group.informationChargeMicros)),
      duplicate: String(group.duplicate),
      unbillable: String(group.unbillable),
      still: String(group.still.reduce((sum, { count }) => sum + count, 0)),
    })),
  )
}

function inDecimals({ chargeMicros, informationChargeMicros, ...counts }: ReplayGroup) {
  const charge = microsToDecimal(chargeMicros)
  return { ...counts, charge, informationCharge: microsToDecimal(informationChargeMicros) }
}

async function writeOff(
  entries: string[],
  options: { allOf?: string; reason: string; by: string; json?: true },
  command: Command,
): Promise<void> {
  const what = whatOf(entries, options.allOf)
  await using desk = await openDeskOf(command, 'rejects write-off', 'record')
  const count = await writeOffRecords(desk, { what, by: options.by, text: options.reason })
  if (options.json) return printJson({ writtenOff: count })
  print(count === 1 ? '1 record written off.' : `${count} records written off.`)
}

function whatOf(entries: readonly string[], allOf: string | undefined): WriteOff['what'] {
  if ((allOf === undefined) === (entries.length === 0)) {
    throw new TikError('usage_error', 'name the entries to write off, or --all-of one reason')
  }
  return allOf === undefined ? { entries } : { allOf: rejectReason(allOf) }
}

function rejectReason(name: string): RejectReason {
  if (isRejectReason(name)) return name
  throw new TikError('usage_error', `nothing is rejected for the reason ${name}`, {
    hint: `it is one of ${Object.keys(REJECT_REASONS).join(', ')}`,
  })
}

function isRejectReason(name: string): name is RejectReason {
  return Object.hasOwn(REJECT_REASONS, name)
}
