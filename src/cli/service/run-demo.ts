/**
 * The main job, end to end, on an invented month: the same functions as the other commands, in the
 * order of a billing month. Every step finds what an earlier run did and goes on from there.
 */
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { fixedClock } from '../../core/time/clock.ts'
import type { Config } from '../../core/config/config.ts'
import { TikError } from '../../core/failures/errors.ts'
import { DEMO_PERIOD, writeDemoMonth, type DemoMonth } from '../../demo/make-month.ts'
import type { IngestedFile } from '../../files/ingest-files.ts'
import type { Finding } from '../../invoicing/run/billing.ts'
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
import { startProgress } from '../progress.ts'
import { SAMPLE_CATALOGUE_FOLDER } from '../../app/rating-parts.ts'
import { putStaff } from '../../app/access/people.ts'
import { operator } from '../../app/caller.ts'
import { openDesk, type Desk } from '../../app/desk.ts'
import type { Stores } from '../../app/stores.ts'
import { TERMINAL } from '../open-desk.ts'
import { fileTable, reasonLines } from '../files/tally-table.ts'
import { totalsTable } from '../usage/totals-table.ts'

export interface DemoSettings {
  readonly accountsCount: number
  readonly seed: number
}

/** Where the demo's calendar stands: the month is over; its usage comes in, and then it is billed. */
const DEMO_CLOCK = fixedClock(Date.parse('2026-11-02T08:00:00Z'))
const BILLING_CLOCK = fixedClock(Date.parse('2026-11-02T09:00:00Z'))
/** A run that was killed while mails left has claimed them for minutes; the next run comes later. */
const NEXT_RUN_CLOCK = fixedClock(Date.parse('2026-11-02T10:00:00Z'))
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
  claimFolder(desk, settings)
  copyCatalogue(desk)
  const month = await writeMonth(desk, settings)

  heading('Accounts')
  const imported = await importAccounts(desk, month.accountsFile, {
    dryRun: false,
    atMs: DEMO_CLOCK.nowMs(),
  })
  print(describeImport(imported))

  heading('CDR files, rated and recorded')
  const files = await ingestMonth(desk, month)
  print(fileTable(files))
  for (const line of reasonLines(files)) print(line)

  heading(`Usage of ${DEMO_PERIOD} by call type`)
  const period = parsePeriod(DEMO_PERIOD, {
    timeZone: 'Europe/Amsterdam',
    nowMs: DEMO_CLOCK.nowMs(),
  })
  const totals = await totalsOf(desk, 'call-type', { period })
  print(totalsTable(totals, 'call-type'))

  heading('Bundles and limits')
  const shown = settings.accountsCount <= ACCOUNTS_SHOWN_MAX ? undefined : ACCOUNTS_SHOWN_MAX
  print(await balancesText(desk, DEMO_PERIOD, shown))

  heading('Limit mails')
  const alerts = await sendAlerts(desk, DEMO_CLOCK)
  print(describeDispatch(alerts))

  heading(`Invoices of ${DEMO_PERIOD}`)
  const billing = await billPeriod(desk, { period: DEMO_PERIOD, onCheck: tellCheck }, BILLING_CLOCK)
  print(describeBilling(billing))
  const isBilledBefore = billing.runId === 0
  const mailed = await sendAlerts(desk, isBilledBefore ? NEXT_RUN_CLOCK : BILLING_CLOCK)
  if (mailed.sentCount > 0) print(`${mailed.sentCount} mails with invoices sent.`)

  const isUnchanged = files.every((file) => file.state === 'known') && isBilledBefore
  if (!isUnchanged) await putStaff(desk, DEMO_CLERK)
  print(nextSteps(desk, isUnchanged))
}

function tellCheck(check: readonly Finding[]): void {
  if (check.length > 0) print(describeCheck(check))
}

/** A demo never writes into a folder with other accounts, nor changes its size half way. */
function claimFolder(stores: Stores, settings: DemoSettings): void {
  const marker = join(stores.folder.path, 'demo.json')
  if (!existsSync(marker)) {
    if (existsSync(join(stores.folder.path, 'sources.yaml'))) {
      throw new TikError('usage_error', `${stores.folder.path} is in use, and not by a demo`, {
        hint: 'choose an empty folder with --dir',
      })
    }
    writeFileSync(`${marker}.part`, JSON.stringify(settings))
    renameSync(`${marker}.part`, marker)
    return
  }
  const stored = storedSettings.parse(JSON.parse(readFileSync(marker, 'utf8')))
  if (stored.accountsCount !== settings.accountsCount || stored.seed !== settings.seed) {
    throw new TikError(
      'usage_error',
      `${stores.folder.path} holds a demo of ${stored.accountsCount} accounts with seed ${stored.seed}`,
      { hint: 'run it with the same --accounts and --seed, or choose another folder with --dir' },
    )
  }
}

const storedSettings = z.object({ accountsCount: z.int(), seed: z.int() })

/** The sample catalogue, for the user to read and change; an edited one is left alone. */
function copyCatalogue(stores: Stores): void {
  const folder = join(stores.folder.path, 'catalogue')
  if (existsSync(folder)) return
  const staged = `${folder}.staged`
  rmSync(staged, { recursive: true, force: true })
  cpSync(SAMPLE_CATALOGUE_FOLDER, staged, { recursive: true })
  renameSync(staged, folder)
}

async function writeMonth(stores: Stores, settings: DemoSettings): Promise<DemoMonth> {
  const progress = startProgress('making the month', 100)
  try {
    return await Promise.resolve(
      writeDemoMonth({
        folder: stores.folder.path,
        seed: settings.seed,
        accounts: settings.accountsCount,
        period: DEMO_PERIOD,
        onDay: ({ days, of }) => progress.update((days * 100) / of, `day ${days} of ${of}`),
      }),
    )
  } finally {
    progress.stop()
  }
}

async function ingestMonth(desk: Desk, month: DemoMonth): Promise<IngestedFile[]> {
  const done: IngestedFile[] = []
  const bySource = Map.groupBy(month.files, (file) => file.sourceId)
  for (const [source, files] of bySource) {
    const paths = files.map((file) => file.path)
    for await (const file of ingestInto(desk, paths, { source, clock: DEMO_CLOCK })) done.push(file)
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
