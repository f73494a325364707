/**
 * Which invoices a bank entry pays, by what it says: a structured reference that checks, or the number of an
 * invoice in its text. Amount and account of the payer are hints for a person, never a reason. What could be
 * meant in two ways is not decided here.
 */
import { z } from 'zod'
import { micros, type Micros } from '../../core/money/money.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { plainNumber, readReference, referencesIn, type ReferredTo } from './payment-references.ts'
import { receivableFacts, NOTHING_KNOWN } from '../receivables/receivable-facts.ts'
import { openMicrosOf } from '../receivables/invoice-standing.ts'
import type { BankEntry } from './bank-entry.ts'

export type FoundInvoices =
  | { readonly outcome: 'sure'; readonly invoices: readonly MentionedInvoice[] }
  | { readonly outcome: 'open'; readonly why: string }

export interface MentionedInvoice {
  readonly invoiceId: number
  readonly number: string
  readonly partnerId: string
  readonly accountId: string
  readonly openMicros: Micros
}

/** A year and eight digits; what is shorter could be anything: an amount, a date, a house number. */
const PLAIN_NUMBER_MIN = 12
/** A number that a person or a line break has cut into pieces. */
const PIECES_MAX = 4
const TOKENS_MAX = 500

export async function findInvoices(sql: SqlRunner, entry: BankEntry): Promise<FoundInvoices> {
  if (entry.unclear !== '') return { outcome: 'open', why: entry.unclear }
  if (entry.currency !== 'EUR') return { outcome: 'open', why: `it is in ${entry.currency}` }
  const references = [
    ...entry.structuredReferences.flatMap((text) => readReference(text) ?? []),
    ...referencesIn(entry.text),
  ]
  const byReference = await invoicesOf(sql, entry, references)
  const byNumber = await invoicesOf(sql, entry, numbersIn(entry))
  if (references.length > 0 && byReference.length === 0) {
    return { outcome: 'open', why: 'its structured reference is of no invoice' }
  }
  const named = new Map([...byReference, ...byNumber].map((each) => [each.invoiceId, each]))
  const inOrder = [...named.values()].sort((left, right) => left.invoiceId - right.invoiceId)
  return judge(entry, inOrder)
}

function judge(entry: BankEntry, invoices: readonly MentionedInvoice[]): FoundInvoices {
  const [first] = invoices
  if (first === undefined) return { outcome: 'open', why: whyNone(entry) }
  if (invoices.length === 1) return { outcome: 'sure', invoices }
  const openMicros = invoices.reduce((sum, each) => sum + each.openMicros, 0)
  const isOneAccount = invoices.every(
    ({ partnerId, accountId }) => partnerId === first.partnerId && accountId === first.accountId,
  )
  // Several at once are sure only when they are paid to the cent.
  const isSure =
    isOneAccount &&
    openMicros === entry.amountMicros &&
    invoices.every((each) => each.openMicros > 0)
  const numbers = invoices.map(({ number }) => number).join(', ')
  return isSure
    ? { outcome: 'sure', invoices }
    : { outcome: 'open', why: `it names several invoices: ${numbers}` }
}

function whyNone({ structuredReferences }: BankEntry): string {
  const wrong = structuredReferences.find((text) => readReference(text) === undefined)
  return wrong === undefined
    ? 'it names no invoice'
    : `its structured reference ${wrong} does not check, and it names no invoice`
}

/** Whatever in the text could be a number, in one piece or in a few. */
function numbersIn({ text, structuredReferences }: BankEntry): ReferredTo[] {
  const tokens = [text, ...structuredReferences]
    .join(' ')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .slice(0, TOKENS_MAX)
  const found = new Set<string>()
  for (const start of tokens.keys()) {
    for (let count = 1; count <= PIECES_MAX; count++) {
      const joined = tokens.slice(start, start + count).join('')
      if (joined.length >= PLAIN_NUMBER_MIN) found.add(joined)
    }
  }
  return [...found].map((plain) => ({ kind: 'number', text: plain }))
}

/** Credit notes are named by people who take them off: what is open says that already. */
async function invoicesOf(
  sql: SqlRunner,
  { iban }: BankEntry,
  referred: readonly ReferredTo[],
): Promise<MentionedInvoice[]> {
  if (referred.length === 0) return []
  const textsOf = (kind: ReferredTo['kind']): string[] =>
    referred.filter((each) => each.kind === kind).map(({ text }) => text)
  const rows = await sql.query(
    `SELECT invoice_id, number, partner_id, account_id, gross_micros FROM invoices
     WHERE kind = 'invoice' AND number IS NOT NULL
       AND (plain_invoice_number(number) = ANY($1::text[])
         OR last_invoice_digits(number) = ANY($2::text[]))
       AND partner_id IN (SELECT partner_id FROM partners
         WHERE plain_invoice_number(iban) = $3 OR NOT EXISTS (SELECT 1 FROM partners AS owner
           WHERE plain_invoice_number(owner.iban) = $3))
     ORDER BY invoice_id`,
    [textsOf('number'), textsOf('last-digits'), plainNumber(iban)],
    invoiceRow,
  )
  const ids = rows.map((row) => row.invoice_id)
  const facts = await receivableFacts(sql, ids)
  return rows.map((row) => {
    const known = facts.get(row.invoice_id) ?? NOTHING_KNOWN
    return {
      invoiceId: row.invoice_id,
      number: row.number,
      partnerId: row.partner_id,
      accountId: row.account_id,
      openMicros: openMicrosOf({ ...known, grossMicros: micros(row.gross_micros) }),
    }
  })
}

const invoiceRow = z.object({
  invoice_id: z.int(),
  number: z.string(),
  partner_id: z.string(),
  account_id: z.string(),
  gross_micros: z.int(),
})
