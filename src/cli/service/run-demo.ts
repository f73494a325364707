/**
 * The main job, end to end, on invented months: the same functions as the other commands, in the order of
 * a billing month, and month by month. Every step finds what an earlier run did and goes on from there. The
 * last month is the story that is told; of those before it a line is said.
 */
import assert from 'node:assert/strict'
import { basename } from 'node:path'
import { fixedClock, type Clock } from '../../core/time/clock.ts'
import type { Config } from '../../core/config/config.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { DEMO_PERIOD } from '../../demo/make-month.ts'
import type { NamedMonth } from '../../demo/make-months.ts'
import type { IngestedFile } from '../../files/ingest-files.ts'
import type { Finding } from '../../invoicing/run/billing.ts'
import { dayFromIso, dayToIso, monthAfter } from '../../core/time/period.ts'
import { parsePeriod } from '../../reports/period-filter.ts'
import { totalsOf } from '../../app/usage/usage-reports.ts'
import { importAccounts } from '../../app/directory/import-accounts.ts'
import { describeImport } from '../directory/accounts-command.ts'
import { describeDispatch } from '../billing/alerts-command.ts'
import { sendAlerts } from '../../app/alerts/send-alerts.ts'
import { billPeriod } from '../../app/billing/bill-period.ts'
import { describeBilling, describeCheck } from '../billing/billing-report-text.ts'
import { balancesText } from '../usage/balances-command.ts'
import { ingestInto } from '../../app/files/ingest-into.ts'
import { print } from '../options.ts'
import { takenFiles } from '../../app/files/taken-files.ts'
import { prepareDemoFolder, type DemoSettings } from './demo-folder.ts'
import { putStaff } from '../../app/access/people.ts'
import { operator } from '../../app/caller.ts'
import { openDesk, type Desk } from '../../app/desk.ts'
import type { Stores } from '../../app/stores.ts'
import { TERMINAL } from '../open-desk.ts'
import { fileTable, reasonLines } from '../files/tally-table.ts'
import { totalsTable } from '../usage/totals-table.ts'

/** Where the demo's calendar stands for a month: it is over; its usage comes in, and then it is billed. */
interface MonthClocks {
  readonly arrival: Clock
  readonly billing: Clock
  /** A run that was killed while mails left has claimed them for minutes; the next run comes later. */
  readonly nextRun: Clock
}
/** Who signs in to the demo's door: the provider's clerk, and a customer. */
const DEMO_CLERK = {
  staffId: 'clerk',
  partnerId: '',
  name: 'Billing clerk',
  email: 'clerk@tik.example',
  language: 'en',
  roles: ['billing-operations'],
} as const
const DEMO_CUSTOMER = 'sarah'
/** Accounts whose bundles are printed; a bigger month has too many to read. */
const ACCOUNTS_SHOWN_MAX = 3

export async function runDemo(config: Config, settings: DemoSettings): Promise<void> {
  await using desk = await openDesk(config, 'demo', {
    caller: operator('tik demo'),
    use: 'bill',
    talk: TERMINAL,
  })
  const months = prepareDemoFolder(desk, settings)
  const [first] = months
  const last = months.at(-1)
  assert(first !== undefined && last !== undefined)

  heading('Accounts')
  const imported = await importAccounts(desk, last.accountsFile, {
    dryRun: false,
    atMs: Date.parse(`${first.period}-01T08:00:00Z`),
  })
  print(describeImport(imported))

  const changes: boolean[] = []
  if (months.length > 1) heading('Months before')
  const begun = await lastBegun(desk, months)
  for (const [index, month] of months.slice(0, -1).entries()) {
    changes.push(await runMonthBefore(desk, month, index < begun))
  }
  changes.push(await runLastMonth(desk, last, settings))
  const isUnchanged = !changes.includes(true)
  if (!isUnchanged) await putStaff(desk, DEMO_CLERK)
  print(nextSteps(desk, isUnchanged))
}

/**
 * Returns whether anything was new. Where the month after has begun this one is over, and nothing is looked at
 * again: what came since would be warned of at a time before it.
 */
async function runMonthBefore(desk: Desk, month: NamedMonth, isOver: boolean): Promise<boolean> {
  if (isOver) {
    print(`${month.period}: done before`)
    return false
  }
  const { arrival, billing, nextRun } = clocksOf(month)
  const files = await ingestMonth(desk, month, arrival)
  const limits = await sendAlerts(desk, arrival)
  const { runId, invoices, totals } = await billPeriod(desk, { period: month.period }, billing)
  const mailed = await sendAlerts(desk, runId === 0 ? nextRun : billing)
  const recordsCount = month.files.reduce((sum, file) => sum + file.recordsCount, 0)
  const net = microsToDecimal(totals.netMicros, 2)
  const billed = runId === 0 ? 'billed before' : `${invoices.length} invoices of EUR ${net} ex VAT`
  const mailsCount = limits.sentCount + mailed.sentCount
  print(`${month.period}: ${recordsCount} records, ${billed}, ${mailsCount} mails sent`)
  return runId !== 0 || files.some((file) => file.state !== 'known')
}

/** The same, told as it goes. */
async function runLastMonth(
  desk: Desk,
  month: NamedMonth,
  { accountsCount }: DemoSettings,
): Promise<boolean> {
  const clocks = clocksOf(month)
  heading('CDR files, rated and recorded')
  const files = await ingestMonth(desk, month, clocks.arrival)
  print(fileTable(files))
  for (const line of reasonLines(files)) print(line)

  heading(`Usage of ${DEMO_PERIOD} by call type`)
  const period = parsePeriod(DEMO_PERIOD, {
    timeZone: 'Europe/Amsterdam',
    nowMs: clocks.arrival.nowMs(),
  })
  const totals = await totalsOf(desk, 'call-type', { period })
  print(totalsTable(totals, 'call-type'))

  heading('Bundles and limits')
  const shown = accountsCount <= ACCOUNTS_SHOWN_MAX ? undefined : ACCOUNTS_SHOWN_MAX
  print(await balancesText(desk, DEMO_PERIOD, shown))

  heading('Limit mails')
  print(describeDispatch(await sendAlerts(desk, clocks.arrival)))

  heading(`Invoices of ${DEMO_PERIOD}`)
  const billing = await billPeriod(
    desk,
    { period: DEMO_PERIOD, onCheck: tellCheck },
    clocks.billing,
  )
  print(describeBilling(billing))
  const isBilledBefore = billing.runId === 0
  const mailed = await sendAlerts(desk, isBilledBefore ? clocks.nextRun : clocks.billing)
  if (mailed.sentCount > 0) print(`${mailed.sentCount} mails with invoices sent.`)
  return !isBilledBefore || files.some((file) => file.state !== 'known')
}

/** Of the months of which a file was taken in, the last; -1 of none. */
async function lastBegun(desk: Desk, months: readonly NamedMonth[]): Promise<number> {
  const taken = new Set((await takenFiles(desk)).files.map(({ name }) => name))
  return months.findLastIndex(({ files }) => files.some(({ path }) => taken.has(basename(path))))
}

/** The second of the month after. */
function clocksOf({ period }: NamedMonth): MonthClocks {
  const nextDay = dayToIso(monthAfter(dayFromIso(`${period}-01`)) + 1)
  const at = (hour: string): Clock => fixedClock(Date.parse(`${nextDay}T${hour}:00:00Z`))
  return { arrival: at('08'), billing: at('09'), nextRun: at('10') }
}

function tellCheck(check: readonly Finding[]): void {
  if (check.length > 0) print(describeCheck(check))
}

async function ingestMonth(desk: Desk, month: NamedMonth, clock: Clock): Promise<IngestedFile[]> {
  const done: IngestedFile[] = []
  const bySource = Map.groupBy(month.files, (file) => file.sourceId)
  for (const [source, files] of bySource) {
    const paths = files.map((file) => file.path)
    for await (const file of ingestInto(desk, paths, { source, clock })) done.push(file)
  }
  return done
}

function heading(text: string): void {
  print(`\n${text}\n${'═'.repeat(text.length)}`)
}

function nextSteps(stores: Stores, isUnchanged: boolean): string {
  const folder = stores.folder.path
  const dir = ` --dir ${folder}`
  return `
${isUnchanged ? 'Everything was there already: nothing was changed.' : 'Done.'} All of it is in ${folder}:
  cdr/         the CDR files as they came, and archive/ the copies that were rated
  catalogue/   prices, zones, call types; accounts.yaml and sources.yaml beside it
  mails/       the limit mails, one .eml each
  invoices/    PDFs and CDR files

Try next:
  tik details --period ${DEMO_PERIOD} --amount '>1'${dir}
  tik explain files/1/10${dir}
  tik balances --account noordzee --period ${DEMO_PERIOD}${dir}
  tik rejects list${dir}
  tik verify${dir}
  tik serve --sign-in staff:${DEMO_CLERK.staffId} --sign-in user:${DEMO_CUSTOMER}${dir}`
}
