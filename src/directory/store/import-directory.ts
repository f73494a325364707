/**
 * Brings an accounts document into the operations store. What is there already and equal is left
 * alone, so importing twice changes nothing; what the document does not name stays as it is.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Account, Directory, Subscription } from '../../core/accounts/accounts.ts'
import { assignPlans } from './assign-plans.ts'
import { refuseBilledChanges } from './billed-charges.ts'
import type { DirectoryContent, Webhook } from '../document/build-directory.ts'
import {
  readTable,
  replaceRows,
  toAccountRow,
  toPartnerRow,
  toValidityColumns,
  upsertRows,
} from './directory-rows.ts'
import { differencesOf } from '../differences-of.ts'
import { keepBillTos, refuseBilledMoves } from './bill-to-moves.ts'
import { toBillToRow } from './bill-to-rows.ts'
import { keepHolders, moveNotices } from './keep-holders.ts'
import { changesOfTerms, noticesOf, writeEarlierTerms } from './change-terms.ts'
import { importLimits } from '../limits/import-limits.ts'
import { readDirectory } from './load-directory.ts'
import { writeSubscriptions } from './write-subscriptions.ts'
import { refuseUsedNumbers } from './refuse-used-numbers.ts'
import type { OperationsStore, SqlRunner } from '../../postgres/operations-store.ts'

export interface ImportCounts {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly unchanged: number
  /** What of the changed ones is other than before, a line each. */
  readonly differences: readonly string[]
  /** What a person should know beside that: from when on something holds. */
  readonly notices?: readonly string[]
}

export type ImportReport = Readonly<
  Record<
    | 'partners'
    | 'accounts'
    | 'subscriptions'
    | 'groups'
    | 'billTos'
    | 'users'
    | 'limits'
    | 'oneOffCharges'
    | 'webhooks',
    ImportCounts
  >
>

export interface ImportOptions {
  /** Only say what would change. */
  readonly dryRun: boolean
  /** Moment of the import and who did it, for the audit of limits. */
  readonly atMs: number
  readonly changedBy: string
  /**
   * Start day of the last period with usage in the ledger. Left out where no ledger is at hand: then
   * an account is taken to be in use.
   */
  readonly lastUsedDay?: (accountId: string) => Promise<number | undefined>
}

/** One transaction: all of the document or nothing. Returns what was added and changed, by id. */
export async function importDirectory(
  store: OperationsStore,
  content: DirectoryContent,
  options: ImportOptions,
): Promise<ImportReport> {
  return store.transaction((sql) => importIntoTransaction(sql, content, options))
}

/** The same in a transaction that goes on. */
export async function importIntoTransaction(
  sql: SqlRunner,
  content: DirectoryContent,
  options: ImportOptions,
): Promise<ImportReport> {
  // Two imports at once would both see the same "before"; the second waits here.
  await sql.execute('LOCK TABLE partners IN SHARE ROW EXCLUSIVE MODE')
  const before = await readDirectory(sql)
  return importInto({ sql: options.dryRun ? undefined : sql, read: sql, before }, content, options)
}

interface Target {
  /** Undefined in a dry run. */
  readonly sql: SqlRunner | undefined
  readonly read: SqlRunner
  readonly before: Directory
}

async function importInto(
  target: Target,
  content: DirectoryContent,
  options: ImportOptions,
): Promise<ImportReport> {
  const { sql, before } = target
  const { directory, webhooks } = content
  const partners = difference(before.partners, directory.partners)
  const accounts = difference(
    mapValues(before.accounts, comparable),
    mapValues(directory.accounts, comparable),
  )
  const seriesNotices = await refuseUsedNumbers(target.read, partners.values)
  const terms = await changesOfTerms(before, accounts.values, options)
  const groups = difference(before.groups, directory.groups)
  const billTos = difference(before.billTos ?? new Map(), directory.billTos ?? new Map())
  const users = difference(byId(before.users, 'userId'), byId(directory.users, 'userId'))
  const subscriptions = difference(
    mapValues(byId(before.subscriptions, 'subscriptionId'), comparableSubscription),
    mapValues(
      byId(
        keepBillTos(before, keepHolders(before, assignPlans(before, content))),
        'subscriptionId',
      ),
      comparableSubscription,
    ),
  )
  refuseBilledMoves(before, subscriptions.values)
  const charges = await changesOfCharges(target.read, content)
  const hooks = difference(mapOfWebhooks(await readWebhooks(target.read)), mapOfWebhooks(webhooks))
  if (sql !== undefined) {
    await upsertRows(sql, 'partners', partners.values.map(toPartnerRow))
    await writeAccounts(sql, accounts.values)
    await writeEarlierTerms(sql, terms)
    await upsertRows(sql, 'groups', groups.values.map(toGroupRow))
    await upsertRows(sql, 'bill_tos', billTos.values.map(toBillToRow))
    await writeSubscriptions(sql, subscriptions.values)
    await upsertRows(sql, 'users', users.values.map(toUserRow))
    await upsertRows(sql, 'one_off_charges', charges.values)
    await sql.execute('DELETE FROM one_off_charges WHERE charge_id = ANY($1::text[])', [
      charges.removed,
    ])
    await writeWebhooks(sql, hooks.values)
  }
  const limits = await importLimits(
    sql,
    { before: before.limits, after: directory.limits },
    options,
  )
  return {
    partners: withNotices(partners.counts, seriesNotices),
    accounts: { ...accounts.counts, ...noticesOf(terms) },
    subscriptions: { ...subscriptions.counts, ...moveNotices(before, subscriptions.values) },
    groups: groups.counts,
    billTos: billTos.counts,
    users: users.counts,
    limits,
    oneOffCharges: charges.counts,
    webhooks: hooks.counts,
  }
}

function withNotices(counts: ImportCounts, notices: readonly string[]): ImportCounts {
  return notices.length === 0 ? counts : { ...counts, notices }
}

/** What is removed counts as changed; removing it a second time changes nothing. */
async function changesOfCharges(sql: SqlRunner, content: DirectoryContent) {
  const before = byId(await readTable(sql, 'one_off_charges'), 'charge_id')
  const after = byId(content.oneOffCharges.map(toChargeRow), 'charge_id')
  const removed = (content.removedChargeIds ?? []).filter((id) => before.has(id))
  await refuseBilledChanges(sql, before, { after, removed })
  const { values, counts } = difference(before, after)
  return {
    values,
    removed,
    counts: {
      ...counts,
      changed: [...counts.changed, ...removed],
      differences: [...counts.differences, ...removed.map((id) => `${id}: removed`)],
    },
  }
}

async function writeAccounts(sql: SqlRunner, accounts: readonly Account[]): Promise<void> {
  const ids = accounts.map(({ accountId }) => accountId)
  await upsertRows(sql, 'accounts', accounts.map(toAccountRow))
  const overrides = accounts.flatMap(({ accountId, rateOverrides }) =>
    rateOverrides.map(({ callType, rateId, ...validity }) => ({
      account_id: accountId,
      call_type: callType,
      rate_id: rateId,
      ...toValidityColumns(validity),
    })),
  )
  await replaceRows(sql, 'account_rate_overrides', ids, overrides)
  const discounts = accounts.flatMap((account) =>
    account.discounts.map((discount) => ({
      account_id: account.accountId,
      discounted: discount.on,
      call_type: discount.callType,
      percent_hundredths: discount.percentHundredths,
      amount_micros: discount.amountMicros,
      description: discount.description,
      ...toValidityColumns(discount),
    })),
  )
  await replaceRows(sql, 'account_discounts', ids, discounts)
  const minimums = accounts.flatMap(({ accountId, minimumSpends = [] }) =>
    minimumSpends.map((minimum) => ({
      account_id: accountId,
      counts: minimum.on,
      amount_micros: minimum.amountMicros,
      tax_category: minimum.taxCategory ?? ('' as const),
      ...toValidityColumns(minimum),
    })),
  )
  await replaceRows(sql, 'account_minimum_spends', ids, minimums)
}

async function readWebhooks(sql: SqlRunner): Promise<Webhook[]> {
  const ofPartners = await readTable(sql, 'partner_webhooks')
  const ofAccounts = await readTable(sql, 'account_webhooks')
  return [
    ...ofPartners.map(({ partner_id: ownerId, url, secret }) => {
      return { owner: 'partner' as const, ownerId, url, secret }
    }),
    ...ofAccounts.map(({ account_id: ownerId, url, secret }) => {
      return { owner: 'account' as const, ownerId, url, secret }
    }),
  ]
}

async function writeWebhooks(sql: SqlRunner, webhooks: readonly Webhook[]): Promise<void> {
  const { partner = [], account = [] } = Object.groupBy(webhooks, ({ owner }) => owner)
  await upsertRows(
    sql,
    'partner_webhooks',
    partner.map(({ ownerId, url, secret }) => ({ partner_id: ownerId, url, secret })),
  )
  await upsertRows(
    sql,
    'account_webhooks',
    account.map(({ ownerId, url, secret }) => ({ account_id: ownerId, url, secret })),
  )
}

function mapOfWebhooks(webhooks: readonly Webhook[]): Map<string, Webhook> {
  return new Map(webhooks.map((webhook) => [`${webhook.owner} ${webhook.ownerId}`, webhook]))
}

function toGroupRow({ groupId, accountId, name, allowanceIds }: GroupOf<Directory>) {
  return { group_id: groupId, account_id: accountId, name, allowance_ids: [...allowanceIds] }
}

type GroupOf<Parts extends Directory> =
  Parts['groups'] extends ReadonlyMap<string, infer One> ? One : never

function toUserRow({ userId, accountId, registrations, ...user }: Directory['users'][number]) {
  return { user_id: userId, account_id: accountId, registrations: [...registrations], ...user }
}

function toChargeRow(charge: DirectoryContent['oneOffCharges'][number]) {
  return {
    charge_id: charge.chargeId,
    account_id: charge.accountId,
    subscription_id: charge.subscriptionId,
    at_ms: charge.atMs,
    description: charge.description,
    amount_micros: Number(charge.amountMicros),
    tax_category: charge.taxCategory ?? ('' as const),
    bill_to_id: charge.billToId ?? '',
  }
}

function difference<Value>(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
): { values: Value[]; counts: ImportCounts } {
  const added = [...after.keys()].filter((id) => !before.has(id))
  const changed = [...after].flatMap(([id, value]) =>
    before.has(id) && !isDeepStrictEqual(before.get(id), value) ? [id] : [],
  )
  const values = [...added, ...changed].flatMap((id) => {
    const value = after.get(id)
    return value === undefined ? [] : [value]
  })
  const differences = changed.flatMap((id) => differencesOf(id, before.get(id), after.get(id)))
  const unchanged = after.size - values.length
  return { values, counts: { added, changed, unchanged, differences } }
}

/** Closed periods come from invoices, never from a document; the order of discounts says nothing. */
function comparable(account: Account): Account {
  const discounts = sorted(account.discounts)
  const { minimumSpends = [] } = account
  const minimums = minimumSpends.length === 0 ? {} : { minimumSpends: sorted(minimumSpends) }
  return { ...account, discounts, ...minimums, earlierTerms: [], closedPeriods: [] }
}

/** The order of lists and the position among others say nothing. */
function comparableSubscription(whole: Subscription): Subscription {
  const { earlierAccounts = [], billTos = [], ...subscription } = whole
  return {
    ...subscription,
    ...(earlierAccounts.length === 0 ? {} : { earlierAccounts }),
    index: 0,
    identities: sorted(subscription.identities),
    plans: sorted(subscription.plans),
    modules: sorted(subscription.modules),
    groups: sorted(subscription.groups),
    ...(billTos.length === 0 ? {} : { billTos: sorted(billTos) }),
  }
}

function sorted<Value extends object>(values: readonly Value[]): Value[] {
  const keyOf = (value: Value): string =>
    JSON.stringify(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
  return [...values].sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1))
}

function byId<Key extends string, Value extends Record<Key, string>>(
  values: readonly Value[],
  key: Key,
): Map<string, Value> {
  return new Map(values.map((value) => [value[key], value]))
}

function mapValues<Value>(
  map: ReadonlyMap<string, Value>,
  change: (value: Value) => Value,
): Map<string, Value> {
  return new Map([...map].map(([id, value]) => [id, change(value)]))
}
