/** Ledgers that builds before made: the migrations give their closed months the terms of then. */
import { cpSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { accountCalendar, periodsBeginningIn } from '../core/time/account-calendar.ts'
import { dayFromIso, dayToIso } from '../core/time/period.ts'
import { loadDirectory } from '../directory/store/load-directory.ts'
import { migrateOperations } from '../postgres/migrate-operations.ts'
import { openOperations, type OperationsStore } from '../postgres/operations-store.ts'

/** The first migration that the builds before did not have. */
const FIRST_NEW_MIGRATION = '0260'

/** A store as a build before left it, without rows. */
async function openOldStore(): Promise<OperationsStore> {
  const migrations = mkdtempSync(join(tmpdir(), 'tik-old-migrations-'))
  const old = readdirSync('postgres/migrations').filter((name) => name < FIRST_NEW_MIGRATION)
  for (const name of old) cpSync(join('postgres/migrations', name), join(migrations, name))
  const store = await openOperations({ folder: mkdtempSync(join(tmpdir(), 'tik-old-store-')) })
  await migrateOperations(store, migrations)
  return store
}

async function insertAccount(store: OperationsStore, accountId: string, anchorDay: number) {
  await store.execute(
    `INSERT INTO accounts (account_id, partner_id, legal_name, street, postcode, city,
       address_country, vat_id, registration_number, country, time_zone, anchor_day, language)
     VALUES ($1, 'q', '', '', '', '', 'NL', '', '', 'NL', 'Europe/Amsterdam', $2, 'nl')`,
    [accountId, anchorDay],
  )
}

/** As `bill run` of then finalised one: the period is closed with it. */
async function insertInvoice(
  store: OperationsStore,
  invoice: { accountId: string; partnerId: string; from: string; to: string },
) {
  const [startDay, endDay] = [dayFromIso(invoice.from), dayFromIso(invoice.to)]
  await store.execute(
    `INSERT INTO invoices (kind, partner_id, account_id, period, period_start_day, period_end_day, number,
       status, issue_day, due_day, net_micros, vat_micros, gross_micros, run_id, cut_off_id,
       late_start_days, model, model_sha256, finalised_ms)
     SELECT 'invoice', $1, $2, $3, $4, $5, '2026-' || lpad((1 + (SELECT count(*) FROM invoices))::text, 8, '0'),
       'finalised', $5, $5, 0, 0, 0, 1, 'cut', '{}', '', '', 0`,
    [invoice.partnerId, invoice.accountId, invoice.from.slice(0, 7), startDay, endDay],
  )
  await store.execute('INSERT INTO account_closed_periods VALUES ($1, $2, 0)', [
    invoice.accountId,
    startDay,
  ])
}

test('closed months keep the anchor and partner of their invoices, whatever the account says now', async () => {
  await using store = await openOldStore()
  for (const id of ['p', 'q']) {
    await store.execute(
      `INSERT INTO partners (partner_id, legal_name, street, postcode, city, country, vat_id,
         registration_number, iban, bic, mail_from, language)
       VALUES ($1, '', '', '', '', 'NL', '', '', '', '', '', 'nl')`,
      [id],
    )
  }
  await store.execute(`INSERT INTO billing_cut_offs VALUES ('cut', '{}', '{}', '{}')`)
  await store.execute(
    `INSERT INTO billing_runs (period, cut_off_id, started_ms) VALUES ('2026-10', 'cut', 0)`,
  )
  await insertAccount(store, 'same', 1)
  await insertAccount(store, 'moved', 15)
  await insertAccount(store, 'sold', 1)
  await insertAccount(store, 'new', 15)
  const months = [
    ['2026-09-01', '2026-10-01'],
    ['2026-10-01', '2026-11-01'],
  ] as const
  for (const [from, to] of months) {
    await insertInvoice(store, { accountId: 'same', partnerId: 'q', from, to })
    await insertInvoice(store, { accountId: 'moved', partnerId: 'q', from, to })
    await insertInvoice(store, { accountId: 'sold', partnerId: 'p', from, to })
  }
  await migrateOperations(store)

  const { accounts } = await loadDirectory(store)
  const terms = [...accounts.values()].map(({ accountId, earlierTerms }) => [
    accountId,
    earlierTerms.map((each) => `${each.partnerId} ${each.anchorDay} to ${dayToIso(each.toDay)}`),
  ])
  expect(Object.fromEntries(terms)).toEqual({
    same: [],
    moved: ['q 1 to 2026-11-01'],
    sold: ['p 1 to 2026-11-01'],
    new: [],
  })
  const moved = accounts.get('moved')
  if (moved === undefined) throw new Error('it was imported')
  const periods = ['2026-10', '2026-11'].flatMap((month) =>
    periodsBeginningIn(accountCalendar(moved), month),
  )
  expect(
    periods.map(({ startDay, endDay }) => `${dayToIso(startDay)}..${dayToIso(endDay)}`),
  ).toEqual([
    '2026-10-01..2026-11-01', // Closed, and a period still.
    '2026-11-01..2026-11-15',
    '2026-11-15..2026-12-15',
  ])
  const [run] = await store.query(
    'SELECT catalogue_key FROM billing_runs',
    [],
    z.object({ catalogue_key: z.string().nullable() }),
  )
  expect(run?.catalogue_key).toBeNull() // Found from the ledger by the next run.
}, 180_000)
