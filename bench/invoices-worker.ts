/** One step of bench/invoices.ts as a process: rates the month into a ledger, or bills it. */
import { join } from 'node:path'
import { z } from 'zod'
import { loadCatalogue } from '../src/catalogue/load-catalogue.ts'
import type { Directory, Partner } from '../src/core/accounts/accounts.ts'
import { fixedClock } from '../src/core/time/clock.ts'
import type { BillingParts } from '../src/invoicing/run/billing.ts'
import { runBilling } from '../src/invoicing/run/run-billing.ts'
import { createInvoiceLedger } from '../src/invoicing/ledger/clickhouse-invoice-ledger.ts'
import { openClickHouse } from '../src/ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../src/ledger/engine/migrate-clickhouse.ts'
import { migrateOperations } from '../src/postgres/migrate-operations.ts'
import { openOperations, type OperationsStore } from '../src/postgres/operations-store.ts'
import { BENCH_PARTY } from './bench-account.ts'
import { rateSyntheticFile } from './recovery-worker.ts'
import { syntheticDirectory, writeSyntheticFile } from './synthetic-month.ts'

const billTask = z.object({
  step: z.enum(['rate', 'bill']),
  folder: z.string(),
  recordsCount: z.int(),
  size: z.object({ accountsCount: z.int(), subscriptionsPerAccount: z.int() }),
})
export type BillTask = z.infer<typeof billTask>

const AFTER_THE_MONTH_MS = Date.parse('2026-11-02T08:00:00Z')
const SAMPLE_MS = 100

async function rateMonth({ folder, size, recordsCount }: BillTask): Promise<void> {
  const month = join(folder, 'month.csv')
  writeSyntheticFile(month, recordsCount, size)
  await using store = await openClickHouse({ folder: join(folder, 'ledger') })
  await migrateClickHouse(store)
  await rateSyntheticFile(store, { path: month, number: 1, size })
  await using operations = await openOperations({ folder: join(folder, 'operations') })
  await migrateOperations(operations)
  await insertDirectory(operations, benchDirectory(size))
}

async function billMonth({ folder, size }: BillTask): Promise<void> {
  await using store = await openClickHouse({ folder: join(folder, 'ledger') })
  await using operations = await openOperations({ folder: join(folder, 'operations') })
  const catalogue = await loadCatalogue('fixtures/catalogue')
  const parts: BillingParts = {
    operations,
    ledger: createInvoiceLedger(store),
    directory: benchDirectory(size),
    catalogue,
    catalogueKey: catalogue.hash.slice(0, 16),
    keepCatalogue: () => Promise.resolve(),
    catalogueOf: () => Promise.resolve(catalogue),
    clock: fixedClock(AFTER_THE_MONTH_MS),
    documentsFolder: join(folder, 'invoices'),
  }
  let peakBytes = 0
  const sampler = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }, SAMPLE_MS)
  const startedMs = performance.now()
  const before = process.cpuUsage()
  const run = await runBilling(parts, { period: '2026-10' })
  const seconds = (performance.now() - startedMs) / 1_000
  const { user, system } = process.cpuUsage(before) // Of all threads.
  clearInterval(sampler)
  const filesCount = run.invoices.reduce((sum, { files }) => sum + files.length, 0)
  process.stdout.write(
    JSON.stringify({
      invoicesCount: run.invoices.length,
      filesCount,
      seconds,
      processorSeconds: (user + system) / 1e6,
      peakMegabytes: peakBytes / 1e6,
    }),
  )
}

const LABELS = [
  'Receptie',
  'Francesca Ümit-Željković',
  'Buitendienst',
  'Wijkteam Oost, nachtdienst',
]

/** The synthetic directory with what stands on paper: a seller with a bank account, names, cost centres. */
function benchDirectory(size: BillTask['size']): Directory {
  const directory = syntheticDirectory(size)
  const partner: Partner = {
    partnerId: 'P1',
    party: { ...BENCH_PARTY, vatId: 'NL001234567B01', registrationNumber: '01234567' },
    iban: 'NL02ABNA0123456789',
    bic: 'ABNANL2A',
    mailFrom: 'bench@bench.example',
    language: 'nl',
    defaultPlans: {},
  }
  return {
    ...directory,
    partners: new Map([[partner.partnerId, partner]]),
    subscriptions: directory.subscriptions.map((each) => ({
      ...each,
      label: `${LABELS[each.index % LABELS.length] ?? ''} ${each.index}`,
      costCentre: String(1_000 + (each.index % 4) * 100),
    })),
  }
}

async function insertDirectory(store: OperationsStore, directory: Directory): Promise<void> {
  await store.execute(
    `INSERT INTO partners (partner_id, legal_name, street, postcode, city, country, vat_id,
       registration_number, iban, bic, mail_from, language)
     VALUES ('P1', 'Bench B.V.', '', '', '', 'NL', '', '', '', '', '', 'nl')`,
    [],
  )
  await store.execute(
    `INSERT INTO accounts (account_id, partner_id, legal_name, street, postcode, city,
       address_country, vat_id, registration_number, country, time_zone, anchor_day, language)
     SELECT account_id, 'P1', '', '', '', '', 'NL', '', '', 'NL', 'Europe/Amsterdam', 1, 'nl'
     FROM unnest($1::text[]) AS account_id`,
    [[...directory.accounts.keys()]],
  )
}

const task = billTask.parse(JSON.parse(process.argv[2] ?? ''))
await (task.step === 'rate' ? rateMonth(task) : billMonth(task))
