/** The mail that brings an invoice to everybody of the account who is registered for invoices. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import type { Account, Language, User } from '../../core/accounts/accounts.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { queueMails } from '../../mail/mail-outbox.ts'
import { letterFormat } from '../../mail/letter-format.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import type { Letter } from '../../mail/letter.ts'
import { renderHtml, renderText } from '../../mail/render-letter.ts'
import type { BillingParts } from '../run/billing.ts'
import { differenceSentence } from '../difference/difference-sentence.ts'
import { invoiceDifference, type InvoiceDifference } from '../difference/invoice-difference.ts'
import { asBilled } from '../build/recipients.ts'
import { billToOf, type CreditNote, type Invoice } from '../invoice-model.ts'
import { invoiceReaders } from './invoice-readers.ts'
import { previousInvoice } from '../store/previous-invoice.ts'
import { DOCUMENT_KINDS, writable, type FinalisedInvoice } from './document-kinds.ts'
import { documentPath } from './document-path.ts'
import { bearsVat } from './pdf/tax-text.ts'
import { paperTexts } from './texts/paper-texts.ts'
import { creditTexts } from './texts/credit-texts.ts'
import { invoiceTexts } from './texts/invoice-texts.ts'

export const INVOICE_MAIL_KIND = 'invoice'

export interface InvoiceReader {
  readonly user: User
  readonly account: Account
}

/** Queues one mail a person; one that is in the outbox already stays as it is. */
export async function queueInvoiceMails(
  sql: SqlRunner,
  parts: Pick<BillingParts, 'directory' | 'documentsFolder' | 'clock'>,
  { invoiceId, invoice }: FinalisedInvoice,
): Promise<number> {
  const { accountId } = invoice.customer
  const readers = invoiceReaders(parts.directory, invoice.customer)
  if (readers.length === 0) return 0
  const own = parts.directory.accounts.get(accountId)
  if (own === undefined) throw new RangeError(`account ${accountId} is not in the directory`)
  const billTo = parts.directory.billTos?.get(billToOf(invoice))
  const account = billTo === undefined ? own : asBilled(own, billTo)
  const sizes = await sizesOf(sql, invoiceId)
  const mailed = DOCUMENT_KINDS.filter(
    ({ kind, isMailed }) =>
      isMailed === true || (isMailed === 'as-wished' && isWished(account, sizes.get(kind))),
  )
  const attachments = writable(invoice, mailed).map((each) => ({
    fileName: `${invoice.number}${each.ending}`,
    contentType: each.contentType,
    path: join(parts.documentsFolder, documentPath(invoice, each)),
  }))
  const createdMs = parts.clock.nowMs()
  const difference = await differenceFromBefore(sql, invoice)
  const mails = readers.map((user) => ({
    ...mailTo({ user, account }, invoice, difference),
    attachments,
    createdMs,
  }))
  const queuedCount = await queueMails(sql, mails)
  await noteMails(sql, invoice, mails)
  return queuedCount
}

/** When the first of them leaves, the invoice is sent: the store notes it (postgres/migrations/0440). */
async function noteMails(
  sql: SqlRunner,
  { seller, number }: Invoice,
  mails: readonly OutgoingMail[],
): Promise<void> {
  await sql.execute(
    `INSERT INTO invoice_mails (mail_id, invoice_id)
     SELECT mail_id, invoice_id FROM unnest($1::text[]) AS mail_id, invoices
     WHERE partner_id = $2 AND number = $3 ON CONFLICT DO NOTHING`,
    [mails.map(({ mailId }) => mailId), seller.partnerId, number],
  )
}

/** Mail servers refuse large mails, and a phone downloads them. */
const SMALL_BYTES_MAX = 1_000_000

function isWished({ cdrFile = 'if-small' }: Account, sizeBytes: number | undefined): boolean {
  if (cdrFile === 'if-small') return sizeBytes !== undefined && sizeBytes <= SMALL_BYTES_MAX
  return cdrFile === 'always'
}

/** Of the documents that are written, by kind. */
async function sizesOf(sql: SqlRunner, invoiceId: number): Promise<ReadonlyMap<string, number>> {
  const rows = await sql.query(
    'SELECT kind, size_bytes FROM invoice_documents WHERE invoice_id = $1',
    [invoiceId],
    z.object({ kind: z.string(), size_bytes: z.int() }),
  )
  return new Map(rows.map((row) => [row.kind, row.size_bytes]))
}

function mailTo(
  reader: InvoiceReader,
  invoice: Invoice,
  difference: InvoiceDifference | undefined,
): Omit<OutgoingMail, 'attachments' | 'createdMs'> {
  const { user } = reader
  const { seller, customer } = invoice
  const letter = invoiceLetter(reader, invoice, difference)
  const mailId = mailIdOf(user, invoice)
  const senderEmail = seller.email === '' ? 'tik@localhost' : seller.email
  return {
    mailId,
    messageId: `<${mailId}@${senderEmail.split('@').at(-1) ?? 'localhost'}>`,
    kind: INVOICE_MAIL_KIND,
    accountId: customer.accountId,
    userId: user.userId,
    sender: { name: seller.party.legalName, email: senderEmail },
    recipient: { name: user.name, email: user.email },
    language: letter.tag,
    subject: letter.subject,
    text: renderText(letter),
    html: renderHtml(letter),
  }
}

/** What a person first asks: why it is more or less than last time. A credit note says its own reason. */
async function differenceFromBefore(
  sql: SqlRunner,
  invoice: Invoice,
): Promise<InvoiceDifference | undefined> {
  if (invoice.kind !== 'invoice') return undefined
  const before = await previousInvoice(sql, invoice)
  return before === undefined ? undefined : invoiceDifference(before, invoice)
}

/** The mail as words, in the language of its reader; what makes the difference comes first. */
export function invoiceLetter(
  { user, account }: InvoiceReader,
  invoice: Invoice,
  difference?: InvoiceDifference,
): Letter {
  const { mail } = invoiceTexts(user.language)
  const format = letterFormat({ ...account, language: user.language })
  const { seller, customer, period, totals } = invoice
  const paper = paperTexts(user.language)
  const parts = {
    number: invoice.number,
    customer: customer.party.legalName,
    period: format.periodInWords(period),
    amount: `${format.amount(totals.grossMicros)} ${bearsVat(invoice) ? paper.inclusive : paper.noVatCharged}`,
  }
  const words = invoice.kind === 'credit-note' ? creditTexts(user.language).mail : mail
  const { language } = user
  const reason =
    difference === undefined ? '' : differenceSentence(difference, { language, format })
  const intro =
    invoice.kind === 'credit-note'
      ? creditIntro(invoice, { ...parts, language })
      : mail.intro({ ...parts, due: format.dateInWords(invoice.dueDay) })
  const replaced = invoice.kind === 'invoice' ? invoice.replaces : undefined
  const replacement =
    replaced === undefined
      ? ''
      : creditTexts(language).inPlaceOf({
          number: replaced.number,
          date: format.dateInWords(replaced.issueDay),
        })
  return {
    tag: format.tag,
    subject: words.subject({ seller: seller.party.legalName, number: invoice.number }),
    greeting: mail.greeting(user.name),
    intro: [replacement, reason, intro].filter((sentence) => sentence !== '').join(' '),
    sections: [],
    footer: mail.footer(seller.party.legalName),
  }
}

function creditIntro(
  { reason: said, corrects, credits }: CreditNote,
  parts: Readonly<Record<'number' | 'customer' | 'period' | 'amount', string>> & {
    readonly language: Language
  },
): string {
  // Our own words are in the language of the reader; a clerk's are as they were said.
  const reason = credits === 'period' ? creditTexts(parts.language).periodInFavour : said
  const numbers = corrects.map(({ number }) => number).join(', ')
  return creditTexts(parts.language).mail.intro({ ...parts, corrects: numbers, reason })
}

/** The same for the same person and invoice, for ever: a second run queues nothing. */
function mailIdOf(user: User, invoice: Invoice): string {
  const content = `${invoice.seller.partnerId}\0${invoice.number}\0${user.userId}`
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 24)
  return `invoice-${hash}`
}
