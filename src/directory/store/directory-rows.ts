/**
 * The tables of the directory, each with its columns as the store gives them back. An open validity
 * is NULL in a table and Infinity in a `Directory`.
 */
import { z } from 'zod'
import {
  CDR_FILE_WISHES,
  LANGUAGES,
  MESSAGE_KINDS,
  type Account,
  type Partner,
  type Subscription,
  type Validity,
} from '../../core/accounts/accounts.ts'
import { directDebitSchema, mandateSchema } from '../../core/accounts/direct-debit.ts'
import { accountPaperSchema, partnerPaperSchema } from '../../core/accounts/paper.ts'
import { partnerContactSchema } from '../../core/accounts/partner-contact.ts'
import { CUSTOMER_KINDS } from '../../core/accounts/reminder-rules.ts'
import { ELECTRONIC_SCHEMES } from '../../core/text/electronic-address.ts'
import { TAX_CATEGORIES } from '../../core/money/tax.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { numberRules } from '../document/number-schema.ts'
import { reminderRules } from '../document/reminder-schema.ts'

const language = z.enum(LANGUAGES)
const validity = { from_ms: z.int(), to_ms: z.int().nullable() }
const party = {
  legal_name: z.string(),
  street: z.string(),
  postcode: z.string(),
  city: z.string(),
  vat_id: z.string(),
  registration_number: z.string(),
}

/** name → row schema; the first `keyColumns` columns are the primary key. */
export const DIRECTORY_TABLES = {
  partners: table(1, {
    partner_id: z.string(),
    ...party,
    country: z.string(),
    iban: z.string(),
    bic: z.string(),
    mail_from: z.string(),
    language,
    credit_note_numbers: z.enum(['shared', 'own']),
    paper: partnerPaperSchema,
    contact: partnerContactSchema.nullable(),
    direct_debit: directDebitSchema.nullable(),
    reminders: reminderRules,
    number_series: numberRules,
    default_plans: z.object({ voip: z.string().optional(), mobile: z.string().optional() }),
  }),
  accounts: table(1, {
    account_id: z.string(),
    partner_id: z.string(),
    parent_account_id: z.string(),
    invoiced_on: z.enum(['own', 'parent']),
    ...party,
    address_country: z.string(),
    country: z.enum(['NL', 'BE']),
    time_zone: z.string(),
    anchor_day: z.int(),
    language,
    purchase_order: z.string(),
    customer_text: z.string(),
    payment_term_days: z.int(),
    send_zero_invoices: z.boolean(),
    cost_centre_lines: z.boolean(),
    customer_kind: z.enum(['', ...CUSTOMER_KINDS]),
    cdr_file: z.enum(CDR_FILE_WISHES),
    paper: accountPaperSchema,
    mandate: mandateSchema.nullable(),
  }),
  account_rate_overrides: table(2, {
    account_id: z.string(),
    call_type: z.string(),
    rate_id: z.string(),
    ...validity,
  }),
  account_discounts: table(3, {
    account_id: z.string(),
    discounted: z.enum(['recurring', 'usage', 'call-type']),
    call_type: z.string(),
    percent_hundredths: z.int(),
    amount_micros: z.int(),
    description: z.string(),
    ...validity,
  }),
  account_minimum_spends: table(2, {
    account_id: z.string(),
    from_ms: z.int(),
    to_ms: z.int().nullable(),
    counts: z.enum(['usage', 'usage-and-recurring']),
    amount_micros: z.int(),
    tax_category: z.enum(['', ...TAX_CATEGORIES]),
  }),
  account_earlier_terms: table(2, {
    account_id: z.string(),
    to_day: z.int(),
    partner_id: z.string(),
    time_zone: z.string(),
    anchor_day: z.int(),
  }),
  account_closed_periods: table(2, {
    account_id: z.string(),
    period_start_day: z.int(),
    closed_at_ms: z.int(),
  }),
  subscriptions: table(1, {
    subscription_id: z.string(),
    account_id: z.string(),
    product: z.enum(['voip', 'mobile']),
    label: z.string(),
    cost_centre: z.string(),
    activated_ms: z.int(),
    terminated_ms: z.int().nullable(),
  }),
  subscription_earlier_accounts: table(2, {
    subscription_id: z.string(),
    to_ms: z.int(),
    account_id: z.string(),
  }),
  subscription_identities: table(1, {
    subscription_id: z.string(),
    kind: z.enum(['number', 'imsi', 'iccid', 'trunk']),
    value: z.string(),
    ...validity,
  }),
  subscription_plans: table(1, { subscription_id: z.string(), plan_id: z.string(), ...validity }),
  subscription_modules: table(1, {
    subscription_id: z.string(),
    module_id: z.string(),
    ...validity,
  }),
  group_members: table(1, { subscription_id: z.string(), group_id: z.string(), ...validity }),
  groups: table(1, {
    group_id: z.string(),
    account_id: z.string(),
    name: z.string(),
    allowance_ids: z.array(z.string()),
  }),
  bill_tos: table(1, {
    bill_to_id: z.string(),
    account_id: z.string(),
    street: z.string(),
    postcode: z.string(),
    city: z.string(),
    country: z.string(),
    legal_name: z.string().nullable(),
    vat_id: z.string().nullable(),
    registration_number: z.string().nullable(),
    language: language.nullable(),
    purchase_order: z.string().nullable(),
    customer_text: z.string().nullable(),
    cdr_file: z.enum(CDR_FILE_WISHES).nullable(),
    paper: accountPaperSchema.nullable(),
    electronic_address: z
      .object({ scheme: z.enum(ELECTRONIC_SCHEMES), value: z.string() })
      .nullable(),
    reader_ids: z.array(z.string()),
  }),
  subscription_bill_tos: table(2, {
    subscription_id: z.string(),
    from_ms: z.int(),
    to_ms: z.int().nullable(),
    bill_to_id: z.string(),
  }),
  users: table(1, {
    user_id: z.string(),
    account_id: z.string(),
    name: z.string(),
    email: z.string(),
    language,
    registrations: z.array(z.enum(MESSAGE_KINDS)),
  }),
  one_off_charges: table(1, {
    charge_id: z.string(),
    account_id: z.string(),
    subscription_id: z.string(),
    at_ms: z.int(),
    description: z.string(),
    amount_micros: z.int(),
    tax_category: z.enum(['', ...TAX_CATEGORIES]),
    bill_to_id: z.string(),
  }),
  partner_webhooks: table(1, { partner_id: z.string(), url: z.string(), secret: z.string() }),
  account_webhooks: table(1, { account_id: z.string(), url: z.string(), secret: z.string() }),
} as const

export type DirectoryTable = keyof typeof DIRECTORY_TABLES
export type RowOf<Name extends DirectoryTable> = z.output<(typeof DIRECTORY_TABLES)[Name]['row']>

const ROWS_PER_STATEMENT_MAX = 2_000

/** All rows of a table, in an order that does not depend on the locale of the server. */
export async function readTable<Name extends DirectoryTable>(
  sql: SqlRunner,
  name: Name,
): Promise<RowOf<Name>[]> {
  const columns = columnsOf(name)
  const schema: z.ZodType = DIRECTORY_TABLES[name].row
  const [owner = '', second = '', third = ''] = columns
  const rows = await sql.query(
    `SELECT ${columns.join(', ')} FROM ${quoted(name)}
     ORDER BY ${owner} COLLATE "C", ${second}, ${third}`,
    [],
    schema,
  )
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed by this table's schema
  return rows as RowOf<Name>[]
}

/** Adds rows, or replaces those with the same primary key. */
export async function upsertRows<Name extends DirectoryTable>(
  sql: SqlRunner,
  name: Name,
  rows: readonly RowOf<Name>[],
): Promise<void> {
  const columns = columnsOf(name)
  const keys = columns.slice(0, DIRECTORY_TABLES[name].keyColumns)
  const changes = columns
    .filter((column) => !keys.includes(column))
    .map((column) => `${column} = excluded.${column}`)
  await insertChunks(
    sql,
    name,
    rows,
    `ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${changes.join(', ')}`,
  )
}

/** Replaces all rows of these owners (the value of the first column) by the given ones. */
export async function replaceRows<Name extends DirectoryTable>(
  sql: SqlRunner,
  name: Name,
  owners: readonly string[],
  rows: readonly RowOf<Name>[],
): Promise<void> {
  const [owner = ''] = columnsOf(name)
  await sql.execute(`DELETE FROM ${quoted(name)} WHERE ${owner} = ANY($1::text[])`, [owners])
  await insertChunks(sql, name, rows, '')
}

async function insertChunks(
  sql: SqlRunner,
  name: DirectoryTable,
  rows: readonly unknown[],
  onConflict: string,
): Promise<void> {
  const columns = columnsOf(name).join(', ')
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT_MAX) {
    await sql.execute(
      `INSERT INTO ${quoted(name)} (${columns})
       SELECT ${columns} FROM jsonb_populate_recordset(NULL::${quoted(name)}, $1::jsonb)
       ${onConflict}`,
      [JSON.stringify(rows.slice(start, start + ROWS_PER_STATEMENT_MAX))],
    )
  }
}

export function toPartnerRow({ party: owner, ...partner }: Partner): RowOf<'partners'> {
  return {
    partner_id: partner.partnerId,
    ...partyColumns(owner),
    country: owner.address.country,
    iban: partner.iban,
    bic: partner.bic,
    mail_from: partner.mailFrom,
    language: partner.language,
    credit_note_numbers: partner.creditNoteNumbers ?? 'shared',
    paper: partner.paper ?? {},
    contact: partner.contact ?? null,
    direct_debit: partner.directDebit ?? null,
    reminders: storedRules(partner.reminders),
    number_series: numberRules.parse(JSON.parse(JSON.stringify(partner.numberSeries ?? {}))),
    default_plans: {
      ...(partner.defaultPlans.voip === undefined ? {} : { voip: partner.defaultPlans.voip }),
      ...(partner.defaultPlans.mobile === undefined ? {} : { mobile: partner.defaultPlans.mobile }),
    },
  }
}

/** Without what is absent, as a document has it. */
function storedRules(rules: Partner['reminders']): RowOf<'partners'>['reminders'] {
  return reminderRules.parse(JSON.parse(JSON.stringify(rules ?? { steps: [], terms: [] })))
}

export function toAccountRow({ party: owner, ...account }: Account): RowOf<'accounts'> {
  return {
    account_id: account.accountId,
    partner_id: account.partnerId,
    parent_account_id: account.parentAccountId,
    invoiced_on: account.invoicedOn ?? 'own',
    ...partyColumns(owner),
    address_country: owner.address.country,
    country: account.country,
    time_zone: account.timeZone,
    anchor_day: account.anchorDay,
    language: account.language,
    purchase_order: account.purchaseOrder,
    customer_text: account.customerText ?? '',
    payment_term_days: account.paymentTermDays,
    send_zero_invoices: account.sendZeroInvoices,
    cost_centre_lines: account.costCentreLines === true,
    customer_kind: account.customerKind ?? '',
    cdr_file: account.cdrFile ?? 'if-small',
    paper: account.paper ?? {},
    mandate: account.mandate ?? null,
  }
}

export function toSubscriptionRow(subscription: Subscription): RowOf<'subscriptions'> {
  const { subscriptionId, accountId, product, label, costCentre } = subscription
  if (product === 'none') throw new RangeError(`${subscriptionId} has no product`)
  return {
    subscription_id: subscriptionId,
    account_id: accountId,
    product,
    label,
    cost_centre: costCentre,
    activated_ms: subscription.activatedMs,
    terminated_ms: orNull(subscription.terminatedMs),
  }
}

export function toValidityColumns({ fromMs, toMs }: Validity): {
  from_ms: number
  to_ms: number | null
} {
  return { from_ms: fromMs, to_ms: orNull(toMs) }
}

export function fromValidityColumns(row: { from_ms: number; to_ms: number | null }): Validity {
  return { fromMs: row.from_ms, toMs: row.to_ms ?? Infinity }
}

function partyColumns({ legalName, address, vatId, registrationNumber }: Account['party']) {
  const { street, postcode, city } = address
  return {
    legal_name: legalName,
    street,
    postcode,
    city,
    vat_id: vatId,
    registration_number: registrationNumber,
  }
}

function orNull(toMs: number): number | null {
  return toMs === Infinity ? null : toMs
}

function columnsOf(name: DirectoryTable): string[] {
  return Object.keys(DIRECTORY_TABLES[name].row.shape)
}

function quoted(name: DirectoryTable): string {
  return `"${name}"`
}

function table<Shape extends z.ZodRawShape>(keyColumns: number, shape: Shape) {
  return { keyColumns, row: z.object(shape) }
}
