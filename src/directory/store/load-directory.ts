/** Reads the whole directory from the operations store: an immutable snapshot for one command. */
import type {
  Account,
  Directory,
  Group,
  LimitSetting,
  Partner,
  Party,
  Subscription,
  Validity,
} from '../../core/accounts/accounts.ts'
import { z } from 'zod'
import { asHeld } from '../../core/accounts/held-subscriptions.ts'
import { micros } from '../../core/money/money.ts'
import { limitCodeSchema } from '../../limits/limit-code.ts'
import { toBillTo } from './bill-to-rows.ts'
import { fromValidityColumns, readTable, type RowOf } from './directory-rows.ts'
import type { OperationsStore, SqlRunner } from '../../postgres/operations-store.ts'

/**
 * Subscriptions come in the order of their ids, so that an index means the same in every process
 * that loaded the same content.
 */
export async function loadDirectory(store: OperationsStore): Promise<Directory> {
  return asHeld(await loadStoredDirectory(store))
}

/** As it is stored at one moment: each subscription once, whoever had it before. For who changes it. */
export function loadStoredDirectory(store: OperationsStore): Promise<Directory> {
  return store.transaction(readDirectory, 'snapshot')
}

/** The same inside a transaction that goes on. */
export async function readDirectory(sql: SqlRunner): Promise<Directory> {
  const partners = (await readTable(sql, 'partners')).map(toPartner)
  const accounts = await readAccounts(sql)
  const groups = (await readTable(sql, 'groups')).map(toGroup)
  const billTos = (await readTable(sql, 'bill_tos')).map(toBillTo)
  const users = (await readTable(sql, 'users')).map((row) => ({
    userId: row.user_id,
    accountId: row.account_id,
    name: row.name,
    email: row.email,
    language: row.language,
    registrations: row.registrations,
  }))
  return {
    partners: new Map(partners.map((partner) => [partner.partnerId, partner])),
    accounts: new Map(accounts.map((account) => [account.accountId, account])),
    subscriptions: await readSubscriptions(sql),
    groups: new Map(groups.map((group) => [group.groupId, group])),
    ...(billTos.length === 0
      ? {}
      : { billTos: new Map(billTos.map((one) => [one.billToId, one])) }),
    users,
    limits: await readLimitSettings(sql),
  }
}

/** Every setting that ever held, oldest first. */
export async function readLimitSettings(sql: SqlRunner): Promise<LimitSetting[]> {
  const rows = await sql.query(
    `SELECT code, scope_kind, scope_id, subject, amount, action, levels, from_ms, to_ms
     FROM limit_settings
     ORDER BY code, scope_kind, scope_id, subject, from_ms`,
    [],
    limitRow,
  )
  return rows.map((row) => ({
    code: row.code,
    scopeKind: row.scope_kind,
    scopeId: row.scope_id,
    subject: row.subject,
    amount: row.amount,
    action: row.action,
    ...(row.levels === '' ? {} : { levels: row.levels }),
    ...fromValidityColumns(row),
  }))
}

const limitRow = z.object({
  code: limitCodeSchema,
  scope_kind: z.enum(['partner', 'account', 'subscription']),
  scope_id: z.string(),
  subject: z.string(),
  amount: z.int(),
  action: z.enum(['notify', 'block']),
  levels: z.string(),
  from_ms: z.int(),
  to_ms: z.int().nullable(),
})

async function readAccounts(sql: SqlRunner): Promise<Account[]> {
  const overrides = byOwner(await readTable(sql, 'account_rate_overrides'), 'account_id')
  const discounts = byOwner(await readTable(sql, 'account_discounts'), 'account_id')
  const terms = byOwner(await readTable(sql, 'account_earlier_terms'), 'account_id')
  const minimums = byOwner(await readTable(sql, 'account_minimum_spends'), 'account_id')
  const closed = byOwner(await readTable(sql, 'account_closed_periods'), 'account_id')
  return (await readTable(sql, 'accounts')).map((row) => ({
    accountId: row.account_id,
    partnerId: row.partner_id,
    parentAccountId: row.parent_account_id,
    ...(row.invoiced_on === 'parent' ? { invoicedOn: row.invoiced_on } : {}),
    party: toParty(row, row.address_country),
    country: row.country,
    timeZone: row.time_zone,
    anchorDay: row.anchor_day,
    language: row.language,
    purchaseOrder: row.purchase_order,
    ...(row.customer_text === '' ? {} : { customerText: row.customer_text }),
    paymentTermDays: row.payment_term_days,
    sendZeroInvoices: row.send_zero_invoices,
    ...(row.cost_centre_lines ? { costCentreLines: true } : {}),
    ...(row.customer_kind === '' ? {} : { customerKind: row.customer_kind }),
    cdrFile: row.cdr_file,
    ...(isGiven(row.paper) ? { paper: row.paper } : {}),
    ...(row.mandate === null ? {} : { mandate: row.mandate }),
    rateOverrides: (overrides.get(row.account_id) ?? []).map((override) => ({
      callType: override.call_type,
      rateId: override.rate_id,
      ...fromValidityColumns(override),
    })),
    discounts: (discounts.get(row.account_id) ?? []).map((discount) => ({
      on: discount.discounted,
      callType: discount.call_type,
      percentHundredths: discount.percent_hundredths,
      amountMicros: micros(discount.amount_micros),
      description: discount.description,
      ...fromValidityColumns(discount),
    })),
    ...minimumSpendsOf(minimums.get(row.account_id)),
    earlierTerms: (terms.get(row.account_id) ?? []).map((earlier) => ({
      partnerId: earlier.partner_id,
      timeZone: earlier.time_zone,
      anchorDay: earlier.anchor_day,
      toDay: earlier.to_day,
    })),
    closedPeriods: (closed.get(row.account_id) ?? []).map((period) => ({
      periodStartDay: period.period_start_day,
      closedAtMs: period.closed_at_ms,
    })),
  }))
}

async function readSubscriptions(sql: SqlRunner): Promise<Subscription[]> {
  const identities = byOwner(await readTable(sql, 'subscription_identities'), 'subscription_id')
  const plans = byOwner(await readTable(sql, 'subscription_plans'), 'subscription_id')
  const modules = byOwner(await readTable(sql, 'subscription_modules'), 'subscription_id')
  const memberships = byOwner(await readTable(sql, 'group_members'), 'subscription_id')
  const holders = byOwner(await readTable(sql, 'subscription_earlier_accounts'), 'subscription_id')
  const billTos = byOwner(await readTable(sql, 'subscription_bill_tos'), 'subscription_id')
  return (await readTable(sql, 'subscriptions')).map((row, index) => {
    const id = row.subscription_id
    return {
      subscriptionId: id,
      index,
      accountId: row.account_id,
      ...earlierAccountsOf(holders.get(id)),
      product: row.product,
      label: row.label,
      costCentre: row.cost_centre,
      activatedMs: row.activated_ms,
      terminatedMs: row.terminated_ms ?? Infinity,
      identities: (identities.get(id) ?? []).map(({ kind, value, ...dates }) => ({
        kind,
        value,
        ...fromValidityColumns(dates),
      })),
      plans: inTime(plans.get(id), (one) => ({ planId: one.plan_id })),
      modules: inTime(modules.get(id), (one) => ({ moduleId: one.module_id })),
      groups: inTime(memberships.get(id), (one) => ({ groupId: one.group_id })),
      ...(billTos.has(id)
        ? { billTos: inTime(billTos.get(id), (one) => ({ billToId: one.bill_to_id })) }
        : {}),
    }
  })
}

function minimumSpendsOf(
  rows: readonly RowOf<'account_minimum_spends'>[] = [],
): Pick<Account, 'minimumSpends'> {
  if (rows.length === 0) return {}
  const minimumSpends = rows.map((row) => ({
    on: row.counts,
    amountMicros: micros(row.amount_micros),
    ...(row.tax_category === '' ? {} : { taxCategory: row.tax_category }),
    ...fromValidityColumns(row),
  }))
  return { minimumSpends: minimumSpends.sort((left, right) => left.fromMs - right.fromMs) }
}

function earlierAccountsOf(
  rows: readonly RowOf<'subscription_earlier_accounts'>[] = [],
): Pick<Subscription, 'earlierAccounts'> {
  if (rows.length === 0) return {}
  const earlier = rows.map((row) => ({ accountId: row.account_id, toMs: row.to_ms }))
  return { earlierAccounts: earlier.sort((left, right) => left.toMs - right.toMs) }
}

function toPartner(row: RowOf<'partners'>): Partner {
  const { voip, mobile } = row.default_plans
  return {
    partnerId: row.partner_id,
    party: toParty(row, row.country),
    iban: row.iban,
    bic: row.bic,
    mailFrom: row.mail_from,
    language: row.language,
    ...(row.credit_note_numbers === 'own' ? { creditNoteNumbers: row.credit_note_numbers } : {}),
    ...(row.contact === null ? {} : { contact: row.contact }),
    ...(isGiven(row.paper) ? { paper: row.paper } : {}),
    ...(row.direct_debit === null ? {} : { directDebit: row.direct_debit }),
    ...(Object.keys(row.number_series).length === 0 ? {} : { numberSeries: row.number_series }),
    ...(row.reminders.steps.length === 0 && row.reminders.terms.length === 0
      ? {}
      : { reminders: row.reminders }),
    defaultPlans: {
      ...(voip === undefined ? {} : { voip }),
      ...(mobile === undefined ? {} : { mobile }),
    },
  }
}

function isGiven(paper: object): boolean {
  return Object.keys(paper).length > 0
}

function toParty(row: RowOf<'partners'> | RowOf<'accounts'>, country: string): Party {
  const { street, postcode, city } = row
  return {
    legalName: row.legal_name,
    address: { street, postcode, city, country },
    vatId: row.vat_id,
    registrationNumber: row.registration_number,
  }
}

function toGroup(row: RowOf<'groups'>): Group {
  return {
    groupId: row.group_id,
    accountId: row.account_id,
    name: row.name,
    allowanceIds: row.allowance_ids,
  }
}

/** Assignments in the order of their start, with their validity. */
function inTime<Row extends { from_ms: number; to_ms: number | null }, Assignment extends object>(
  rows: readonly Row[] | undefined,
  toAssignment: (row: Row) => Assignment,
): (Assignment & Validity)[] {
  return (rows ?? [])
    .map((row) => ({ ...toAssignment(row), ...fromValidityColumns(row) }))
    .sort((left, right) => left.fromMs - right.fromMs)
}

function byOwner<Key extends string, Row extends Record<Key, string>>(
  rows: readonly Row[],
  key: Key,
): Map<string, Row[]> {
  const lists = new Map<string, Row[]>()
  for (const row of rows) {
    const list = lists.get(row[key])
    if (list === undefined) lists.set(row[key], [row])
    else list.push(row)
  }
  return lists
}
