/** `tik rerate`: what would usage cost by today's catalogue and accounts, and correct it on request. */
import { Option, type Command } from 'commander'
import type { LedgerRow } from '../../core/usage/ledger-row.ts'
import {
  addMicros,
  microsToDecimal,
  negateMicros,
  ZERO_MICROS,
  type Micros,
} from '../../core/money/money.ts'
import type { RowCorrection } from '../../rating/correct-row.ts'
import { formatTable } from '../../core/text/text-table.ts'
import type { Rerating } from '../../corrections/rerating/rerate-account.ts'
import { rerateAccounts, type AccountRerating } from '../../app/corrections/rerate.ts'
import type { Desk } from '../../app/desk.ts'
import { TikError } from '../../core/failures/errors.ts'
import { print, printJson, remark } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { stopOnSignal } from '../stop-on-signal.ts'
import { correctionDifference } from '../../app/corrections/rerate-difference.ts'
import { summariseReratings } from '../../app/corrections/summarise-reratings.ts'
import { describeSummary } from './rerate-summary.ts'

interface RerateOptions {
  readonly account?: readonly string[]
  readonly all?: true
  readonly from?: string
  readonly to?: string
  readonly period?: string
  readonly callType?: string
  readonly rate?: string
  readonly plan?: string
  readonly catalogue?: string
  readonly order: 'recorded' | 'happened'
  readonly confirm?: true
  readonly json?: true
}

const DIFFERENCES_SHOWN_MAX = 20

export function addRerateCommand(program: Command): void {
  program
    .command('rerate')
    .description(
      'rate usage again by today’s catalogue and accounts: differences, and corrections with --confirm',
    )
    .option('--account <ids...>', 'one account, usage by usage, or several')
    .option('--all', 'all accounts, with sums by account and tariff')
    .option('--from <date>', 'first day of usage to correct, local to the account')
    .option('--to <date>', 'last day, inclusive')
    .option('--period <month>', 'instead of days: of each account its period that begins then')
    .option('--call-type <id>', 'only usage of this call type')
    .option('--rate <id>', 'only usage that this rate prices, before or after')
    .option('--plan <id>', 'only usage of subscriptions with this plan')
    .option('--catalogue <folder>', 'another catalogue than the one of the data folder')
    .addOption(
      new Option('--order <order>', 'rate in the order of recording, or as it happened')
        .choices(['recorded', 'happened'])
        .default('recorded'),
    )
    .option('--confirm', 'append reversals and new rows; without it nothing is changed')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_RERATE)
    .action(rerateUsage)
}

const AFTER_RERATE = `
After --confirm a second run finds no difference; one that was stopped is finished by running it again. It is
refused while \`tik run\`, \`tik ingest\` or a replay rates into the same ledger server. Usage after a termination that
was told late is taken back, and usage of a subscription that moved goes to its account of then. Usage that the
catalogue cannot price is listed with its amounts and stays as it is; the rest is corrected, and the exit status is 1.`

async function rerateUsage(options: RerateOptions, command: Command): Promise<void> {
  const { account, all, from, to, period, callType, rate: rateId, plan: planId } = options
  if ((account === undefined) === (all === undefined)) {
    throw new TikError('usage_error', 'whose usage? Say --account or --all')
  }
  const range =
    period === undefined ? from !== undefined && to !== undefined && { from, to } : { period }
  if (range === false || (period !== undefined && (from ?? to) !== undefined)) {
    throw new TikError('usage_error', 'which usage? Say --from and --to, or --period')
  }
  const confirm = options.confirm === true
  await using desk = await openDeskOf(command, 'rerate', confirm ? 'record' : 'read')
  const { catalogue, order } = options
  const signal = stopOnSignal('Stopping after the account under way …')
  const tariff = { callType, rateId, planId }
  const wish = { catalogue, order, confirm, range, tariff, signal, accounts: account }
  const reratings = rerateAccounts(desk, wish)
  const json = options.json === true
  const failuresCount =
    account?.length === 1
      ? await showOne(reratings, json)
      : await showMany(reratings, { desk, signal, json })
  if (failuresCount > 0 || signal.aborted) process.exitCode = 1
}

/** Returns how many usages could not be rated. */
async function showOne(reratings: AsyncIterable<AccountRerating>, json: boolean): Promise<number> {
  const [rerating] = await Array.fromAsync(reratings)
  if (rerating === undefined) return 0
  if (json) printJson(rerating)
  else describe(rerating, rerating.run)
  return rerating.failures.length
}

async function showMany(
  reratings: AsyncIterable<AccountRerating>,
  of: { readonly desk: Desk; readonly signal: AbortSignal; readonly json: boolean },
): Promise<number> {
  const progress = of.desk.talk.startProgress('accounts', 0)
  const sums = await summariseReratings(reratings, (count, accountId) =>
    progress.update(count, accountId),
  ).finally(() => progress.stop())
  const summary = { ...sums, interrupted: of.signal.aborted }
  if (of.json) {
    const [byAccount, byTariff] = [summary.byAccount, summary.byTariff].map((map) =>
      Object.fromEntries(map),
    )
    printJson({ ...summary, byAccount, byTariff })
  } else print(describeSummary(summary))
  return summary.failuresCount
}

function describe({ ratedCount, corrections, failures }: Rerating, run: number): void {
  if (corrections.length > 0) print(differencesTable(corrections.slice(0, DIFFERENCES_SHOWN_MAX)))
  if (corrections.length > DIFFERENCES_SHOWN_MAX) remark('… --json lists all of them')
  const total = corrections.reduce(
    (sum, each) => addMicros(sum, correctionDifference(each)),
    ZERO_MICROS,
  )
  print(
    `${ratedCount} usages rated again, ${corrections.length} differ, ${microsToDecimal(total)} EUR in total.`,
  )
  if (corrections.some(isMoved)) print(describeMoved(corrections))
  if (corrections.some(isTakenBack)) print(describeTakenBack(corrections))
  if (failures.length > 0) print(describeFailures(failures))
  if (run > 0) print(`Corrected: ${corrections.length} reversals and new rows in rerate/${run}.`)
  else if (corrections.length > 0) print('Nothing was changed; --confirm appends the corrections.')
}

/** By account that it goes to: its own rows may be other ones then, as its bundles are. */
function describeMoved(corrections: Rerating['corrections']): string {
  const byAccount = Map.groupBy(corrections.filter(isMoved), (one) => one.correction.accountId)
  return [...byAccount]
    .map(([accountId, some]) => {
      const froms = [...new Set(some.map(({ reversal }) => reversal.accountId))].join(', ')
      const total = sumOf(some.map(({ correction }) => amountOf(correction)))
      return `${some.length} usages move from ${froms} to ${accountId}, where they cost ${microsToDecimal(total)} EUR.`
    })
    .join('\n')
}

/** What nobody can be charged for any more, with what it cost. */
export function describeTakenBack(corrections: Rerating['corrections']): string {
  const byReason = Map.groupBy(corrections.filter(isTakenBack), (one) => one.correction.reason)
  return [...byReason]
    .map(([reason, some]) => {
      const total = sumOf(some.map(({ reversal }) => negateMicros(amountOf(reversal))))
      return `${some.length} usages are nobody’s any more (${reason}) and cost ${microsToDecimal(total)} EUR: they are taken back.`
    })
    .join('\n')
}

function isMoved({ reversal, correction }: RowCorrection): boolean {
  return reversal.accountId !== correction.accountId
}

function isTakenBack({ correction }: RowCorrection): boolean {
  return correction.outcome === 'rejected'
}

function sumOf(amounts: readonly Micros[]): Micros {
  return amounts.reduce(addMicros, ZERO_MICROS)
}

/** What cannot be rated goes on costing what it cost: with the amount, for whoever decides about it. */
function describeFailures(failures: Rerating['failures']): string {
  const byReason = [...Map.groupBy(failures, ({ reason }) => reason)].map(([reason, some]) => {
    const total = some.reduce((sum, each) => addMicros(sum, each.amountMicros), ZERO_MICROS)
    return `${some.length} usages cannot be rated (${reason}) and stay as they are: ${microsToDecimal(total)} EUR in total.`
  })
  const shown = failures
    .slice(0, DIFFERENCES_SHOWN_MAX)
    .map(({ entryId, startMs, amountMicros }) => {
      const start = new Date(startMs).toISOString().slice(0, 19).replace('T', ' ')
      return `  ${entryId}  ${start}  ${microsToDecimal(amountMicros)}`
    })
  const more = failures.length > shown.length ? ['  … --json lists all of them'] : []
  return [...byReason, ...shown, ...more].join('\n')
}

function differencesTable(corrections: readonly RowCorrection[]): string {
  return formatTable(
    [
      { key: 'entry', title: 'Entry' },
      { key: 'callType', title: 'Call type' },
      { key: 'start', title: 'Start (UTC)' },
      { key: 'old', title: 'Old', align: 'right' },
      { key: 'new', title: 'New', align: 'right' },
      { key: 'difference', title: 'Difference', align: 'right' },
    ],
    corrections.map((each) => ({
      entry: each.correction.corrects,
      callType: each.correction.callType,
      start: new Date(each.correction.startMs).toISOString().slice(0, 19).replace('T', ' '),
      old: microsToDecimal(negateMicros(amountOf(each.reversal))),
      new: microsToDecimal(amountOf(each.correction)),
      difference: microsToDecimal(correctionDifference(each)),
    })),
  )
}

function amountOf(row: LedgerRow) {
  return addMicros(row.chargeMicros, row.informationChargeMicros)
}
