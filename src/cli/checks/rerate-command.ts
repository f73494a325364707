/** `tik rerate`: what would usage cost by today's catalogue and accounts, and correct it on request. */
import { Option, type Command } from 'commander'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import { systemClock } from '../../core/clock.ts'
import { TikError } from '../../core/errors.ts'
import type { LedgerRow } from '../../core/ledger-row.ts'
import { addMicros, microsToDecimal, negateMicros, ZERO_MICROS } from '../../core/money.ts'
import { dayFromIso, dayStartMs } from '../../core/period.ts'
import { createClickHouseLedger } from '../../ledger/clickhouse-ledger.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { RowCorrection } from '../../rating/correct-row.ts'
import { formatTable } from '../../core/text-table.ts'
import { recordCorrections } from '../../corrections/rerating/record-corrections.ts'
import { rerateAccount, type Rerating } from '../../corrections/rerating/rerate-account.ts'
import { archiveCatalogue } from '../../app/catalogue-archive.ts'
import { print, printJson, remark } from '../options.ts'
import { openStoresOf } from '../open-stores.ts'
import { catalogueKey, openReference } from '../../app/rating-parts.ts'
import { takeRatingRights, underLease } from '../../app/rating-rights.ts'

interface RerateOptions {
  readonly account: string
  readonly from: string
  readonly to: string
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
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--from <date>', 'first day of usage to correct, local to the account')
    .requiredOption('--to <date>', 'last day, inclusive')
    .option('--catalogue <folder>', 'another catalogue than the one of the data folder')
    .addOption(
      new Option('--order <order>', 'rate in the order of recording, or as it happened')
        .choices(['recorded', 'happened'])
        .default('recorded'),
    )
    .option('--confirm', 'append reversals and new rows; without it nothing is changed')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nAfter --confirm a second run finds no difference. It is refused while `tik run`, `tik ingest` or a replay' +
        '\nrates into the same ledger server. Exit status 1 when some usage cannot be rated.',
    )
    .action(rerate)
}

async function rerate(options: RerateOptions, command: Command): Promise<void> {
  await using stores = await openStoresOf(command, 'rerate', options.confirm ? 'record' : 'read')
  // Before anything is read: what is rated meanwhile would be missing in what is corrected.
  await using lease = options.confirm
    ? await takeRatingRights(stores, 'files', 'tik rerate')
    : undefined
  const reference = await openReference(stores)
  const catalogueFolder = options.catalogue ?? reference.catalogueFolder
  const catalogue =
    options.catalogue === undefined ? reference.catalogue : await loadCatalogue(catalogueFolder)
  const account = reference.directory.accounts.get(options.account)
  if (account === undefined)
    throw new TikError('not_found', `there is no account ${options.account}`)
  const store = createClickHouseLedger(stores.clickhouse)
  const ledger = lease === undefined ? store : underLease(store, lease)
  const rerating = rerateAccount({
    rows: await rowsOf(ledger, options.account),
    catalogue,
    directory: reference.directory,
    fromMs: dayStartMs(dayFromIso(options.from), account.timeZone),
    toMs: dayStartMs(dayFromIso(options.to) + 1, account.timeZone),
    order: options.order,
  })
  let run = 0
  if (options.confirm) {
    requireRatable(rerating)
    await archiveCatalogue(catalogue, catalogueFolder, stores.folder)
    run = await recordCorrections(ledger, rerating.corrections, {
      recordedMs: systemClock.nowMs(),
      catalogueHash: catalogueKey(catalogue),
      batchRowsMax: stores.config.batchRowsMax,
    })
  }
  if (options.json) printJson({ ...rerating, run })
  else describe(rerating, run)
  if (rerating.failures.length > 0) process.exitCode = 1
}

async function rowsOf(ledger: Ledger, accountId: string): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = []
  for await (const chunk of ledger.rows({ accountId })) rows.push(...chunk)
  return rows
}

function requireRatable({ failures }: Rerating): void {
  const [first] = failures
  if (first === undefined) return
  throw new TikError(
    'catalogue_invalid',
    `${failures.length} usages cannot be rated again, the first is ${first.entryId}: ${first.reason} (${first.detail})`,
    { hint: 'nothing was corrected; mend the catalogue or the accounts first' },
  )
}

function describe({ ratedCount, corrections, failures }: Rerating, run: number): void {
  if (corrections.length > 0) print(differencesTable(corrections.slice(0, DIFFERENCES_SHOWN_MAX)))
  if (corrections.length > DIFFERENCES_SHOWN_MAX) remark('… --json lists all of them')
  const total = corrections.reduce((sum, each) => addMicros(sum, differenceOf(each)), ZERO_MICROS)
  print(
    `${ratedCount} usages rated again, ${corrections.length} differ, ${microsToDecimal(total)} EUR in total.`,
  )
  if (failures.length > 0)
    print(`${failures.length} usages cannot be rated: ${failures[0]?.reason}`)
  if (run > 0) print(`Corrected: ${corrections.length} reversals and new rows in rerate/${run}.`)
  else if (corrections.length > 0) print('Nothing was changed; --confirm appends the corrections.')
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
      difference: microsToDecimal(differenceOf(each)),
    })),
  )
}

function differenceOf(each: RowCorrection) {
  return addMicros(each.chargeDifferenceMicros, each.informationChargeDifferenceMicros)
}

function amountOf(row: LedgerRow) {
  return addMicros(row.chargeMicros, row.informationChargeMicros)
}
