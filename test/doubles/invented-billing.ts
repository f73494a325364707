/**
 * A small world to bill, for tests: the invented partner with two accounts, in real stores in a
 * temporary folder, and a way to record usage in the ledger.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account, Directory, User } from '../../src/core/accounts/accounts.ts'
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import type { Clock } from '../../src/core/time/clock.ts'
import { openClickHouse, type ClickHouseStore } from '../../src/ledger/engine/clickhouse-store.ts'
import { migrateClickHouse } from '../../src/ledger/engine/migrate-clickhouse.ts'
import { openTestOperations } from './test-operations.ts'
import type { OperationsStore } from '../../src/postgres/operations-store.ts'
import type { BillingParts } from '../../src/invoicing/run/billing.ts'
import { createInvoiceLedger } from '../../src/invoicing/ledger/clickhouse-invoice-ledger.ts'
import { inventedRequest } from './invented-request.ts'

export interface InventedBilling extends AsyncDisposable {
  readonly parts: BillingParts
  readonly clickhouse: ClickHouseStore
  readonly folder: string
  /** Moves the clock. */
  setNow(iso: string): void
  /** The parts with another catalogue, which is kept like the first. */
  withCatalogue(catalogueKey: string, catalogue: Catalogue): BillingParts
  record(...rows: InventedRow[]): Promise<void>
  /** Empties ledger, archive and clock, so that tests can share what is slow to open. */
  reset(): Promise<void>
}

export interface InventedRow {
  readonly partition: number
  readonly offset: number
  readonly accountId: string
  readonly subscriptionId: string
  /** Local date; the hour is noon in UTC. */
  readonly date: string
  readonly charge: string
  readonly callType?: string
  readonly outcome?: 'rated' | 'rejected'
}

const STARTS_AT = '2026-11-02T08:00:00Z'
export const INVENTED_ACCOUNTS = ['duinzicht', 'zandbank', 'zeegras'] as const

export async function openInventedBilling(): Promise<InventedBilling> {
  await using opening = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'tik-billing-'))
  opening.defer(() => rmSync(folder, { recursive: true, force: true }))
  const operations = opening.use(await openTestOperations()).store
  const clickhouse = opening.use(await openClickHouse({ folder: join(folder, 'ledger') }))
  await migrateClickHouse(clickhouse)
  const directory = inventedDirectory()
  await insertDirectory(operations, directory)
  let nowMs = Date.parse(STARTS_AT)
  const clock: Clock = { nowMs: () => nowMs }
  const catalogue = inventedRequest({ subscriptionsCount: 0 }).catalogue
  const kept = new Map([['invented', catalogue]])
  const opened = opening.move()
  const parts: BillingParts = {
    operations,
    ledger: createInvoiceLedger(clickhouse),
    directory,
    catalogue,
    catalogueKey: 'invented',
    keepCatalogue: () => Promise.resolve(),
    catalogueOf: async (key) => kept.get(key) ?? Promise.reject(new Error(`no catalogue ${key}`)),
    clock,
    documentsFolder: join(folder, 'invoices'),
  }
  return {
    parts,
    withCatalogue: (catalogueKey, changed) => {
      kept.set(catalogueKey, changed)
      return { ...parts, catalogueKey, catalogue: changed }
    },
    clickhouse,
    folder,
    setNow: (iso) => {
      nowMs = Date.parse(iso)
    },
    record: async (...rows) => {
      for (const row of rows) await insertRow(clickhouse, row)
    },
    reset: async () => {
      nowMs = Date.parse(STARTS_AT)
      await clickhouse.command('TRUNCATE TABLE usage_ledger')
      await operations.execute(
        `TRUNCATE invoices, invoice_lines, invoice_recurring_items, invoice_one_off_charges,
           invoice_documents, invoice_number_series, billing_runs, billing_cut_offs,
           account_closed_periods, e_invoice_deliveries, mails, payments, bank_entries, debit_batches CASCADE`,
      )
      rmSync(join(folder, 'invoices'), { recursive: true, force: true })
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Each account has two subscriptions, `<account>-0` and `<account>-1`, of the mobile plan. */
function inventedDirectory(): Directory {
  const { partner, account, subscriptions } = inventedRequest({ subscriptionsCount: 2 })
  const accounts = INVENTED_ACCOUNTS.map((accountId): Account => ({ ...account, accountId }))
  const users = INVENTED_ACCOUNTS.map((accountId): User => ({
    userId: `user-${accountId}`,
    accountId,
    name: 'Ans de Boer',
    email: `ans@${accountId}.example`,
    language: 'nl',
    registrations: accountId === 'duinzicht' ? ['invoices'] : [],
  }))
  return {
    partners: new Map([[partner.partnerId, partner]]),
    accounts: new Map(accounts.map((each) => [each.accountId, each])),
    subscriptions: accounts.flatMap(({ accountId }, place) =>
      subscriptions.map((each, index) => ({
        ...each,
        accountId,
        index: place * 2 + index,
        subscriptionId: `${accountId}-${index}`,
        modules: [],
      })),
    ),
    groups: new Map(),
    users,
    limits: [],
  }
}

async function insertDirectory(store: OperationsStore, directory: Directory): Promise<void> {
  for (const { partnerId, party, iban, bic } of directory.partners.values()) {
    await store.execute(
      `INSERT INTO partners (partner_id, legal_name, street, postcode, city, country, vat_id,
         registration_number, iban, bic, mail_from, language)
       VALUES ($1, $2, '', '', '', 'NL', $3, '', $4, $5, '', 'nl')`,
      [partnerId, party.legalName, party.vatId, iban, bic],
    )
  }
  for (const { accountId, partnerId } of directory.accounts.values()) {
    await store.execute(
      `INSERT INTO accounts (account_id, partner_id, legal_name, street, postcode, city,
         address_country, vat_id, registration_number, country, time_zone, anchor_day, language)
       VALUES ($1, $2, '', '', '', '', 'NL', '', '', 'NL', 'Europe/Amsterdam', 1, 'nl')`,
      [accountId, partnerId],
    )
  }
}

async function insertRow(store: ClickHouseStore, row: InventedRow): Promise<void> {
  await store.command(
    `INSERT INTO usage_ledger (log_source, log_partition, log_offset, recorded_at, entry_kind,
       entries, outcome, reason, usage_id, account_id, subscription_id, product, kind, call_type,
       started_at, period_start, duration_seconds, quantity, charge)
     SELECT 'files', {partition:UInt32}, {offset:Int64}, now64(3), 'usage', 1, {outcome:String},
       {reason:String}, {usageId:String}, {accountId:String}, {subscriptionId:String}, 'mobile',
       'voice', {callType:String}, parseDateTime64BestEffort({start:String}, 3, 'UTC'),
       toStartOfMonth(toDate({date:String})), 60, 60, toDecimal64({charge:String}, 6)`,
    {
      partition: row.partition,
      offset: row.offset,
      outcome: row.outcome ?? 'rated',
      reason: row.outcome === 'rejected' ? 'served_unknown' : '',
      usageId: `pbx:${row.partition}-${row.offset}`,
      accountId: row.accountId,
      subscriptionId: row.subscriptionId,
      callType: row.callType ?? 'national-mobile',
      start: `${row.date}T12:00:00Z`,
      date: row.date,
      charge: row.charge,
    },
  )
}
