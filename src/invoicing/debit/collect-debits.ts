/**
 * Open invoices become a batch of direct debits: each once, unless it went back; of customers who gave a mandate, who
 * know of it for as long as was agreed, and who do not dispute it. The batch is stored with its file in one
 * transaction, so a run that was stopped has written all of it or nothing.
 */
import { createHash } from 'node:crypto'
import type { Partner } from '../../core/accounts/accounts.ts'
import type { DirectDebit, Mandate } from '../../core/accounts/direct-debit.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Micros } from '../../core/money/money.ts'
import { compactNumber } from '../../core/text/check-digits.ts'
import { dayFromIso, dayToIso } from '../../core/time/period.ts'
import type { SqlRunner } from '../../postgres/operations-store.ts'
import { accountCalendar } from '../../core/time/account-calendar.ts'
import { todayOf } from '../store/list-invoices.ts'
import type { BillingParts } from '../run/billing.ts'
import { sumMicros } from '../build/vat.ts'
import type { Actor } from '../receivables/state-history.ts'
import {
  nextDebitNumber,
  openInvoices,
  storeDebits,
  usedMandates,
  type DebitBatch,
  type OpenToCollect,
} from './debit-rows.ts'
import { pain008, parts, type DebitCollection } from './pain-008.ts'

export type CollectingParts = Pick<BillingParts, 'operations' | 'directory' | 'clock'>

export interface DebitWish {
  readonly partnerId: string
  /** When the bank is to collect. */
  readonly collectionDay: number
  readonly dryRun: boolean
  readonly actor: Actor
  /** Notes that it was done, in the transaction that does it. */
  readonly note: (sql: SqlRunner, batch: DebitBatch) => Promise<void>
}

/** Why an open invoice of an account with a mandate is not collected. */
export const DEBIT_REASONS = {
  'not due': 'its due day is after the day of collection',
  'not announced': 'the customer did not get it long enough before',
  disputed: 'the customer contests it',
  collected: 'it was collected, and the bank has not said that it went back',
  'mandate ended': 'the mandate holds no longer',
  'mandate used': 'a mandate for once was used',
  'another debtor':
    'it is to a site with a VAT id or register number of its own, which gave no mandate',
} as const
export type DebitReason = keyof typeof DEBIT_REASONS

export interface LeftOut {
  readonly number: string
  readonly accountId: string
  readonly openMicros: Micros
  readonly reason: DebitReason
}

export interface DebitReport {
  /** undefined in a dry run, and where there is nothing to collect. */
  readonly batch: DebitBatch | undefined
  readonly collections: readonly DebitCollection[]
  readonly totalMicros: Micros
  readonly leftOut: readonly LeftOut[]
}

/** Throws `usage_error` where the seller cannot collect, or the day is too near. */
export async function collectDebits(
  billing: CollectingParts,
  wish: DebitWish,
): Promise<DebitReport> {
  const { operations, directory, clock } = billing
  const seller = sellerOf(directory.partners.get(wish.partnerId), wish.partnerId)
  if (wish.dryRun) return reportOf(undefined, await chosen(billing, operations, seller, wish))
  return operations.transaction(async (sql) => {
    const batchNumber = await nextDebitNumber(sql, wish.partnerId)
    const choice = await chosen(billing, sql, seller, wish)
    if (choice.collections.length === 0) return reportOf(undefined, choice)
    const messageId = messageIdOf(wish.partnerId, batchNumber)
    const writtenMs = clock.nowMs()
    const { collectionDay } = wish
    const { collections } = choice
    const content = pain008({
      messageId,
      createdMs: writtenMs,
      collectionDay,
      creditor: {
        name: seller.partner.party.legalName,
        iban: compactNumber(seller.debit.iban ?? seller.partner.iban),
        bic: seller.debit.bic ?? (seller.partner.bic === '' ? undefined : seller.partner.bic),
        creditorId: compactNumber(seller.debit.creditorId),
      },
      collections,
    })
    const batch = {
      partnerId: wish.partnerId,
      batchNumber,
      messageId,
      collectionDay,
      totalMicros: sumMicros(collections.map(({ amountMicros }) => amountMicros)),
      count: collections.length,
      content,
      writtenMs,
    }
    await storeDebits(sql, batch, {
      actor: wish.actor,
      collections: parts(messageId, collections).flatMap(([paymentInfoId, own]) =>
        own.map((each) => ({ ...each, paymentInfoId })),
      ),
    })
    await wish.note(sql, batch)
    return reportOf(batch, choice)
  })
}

interface Seller {
  readonly partner: Partner
  readonly debit: DirectDebit
}

function sellerOf(partner: Partner | undefined, partnerId: string): Seller {
  if (partner?.directDebit === undefined) {
    throw new TikError('usage_error', `partner ${partnerId} has no directDebit`, {
      hint: 'its creditor identifier is in the accounts document: docs/accounts.md',
    })
  }
  if (partner.directDebit.iban === undefined && partner.iban === '') {
    throw new TikError('usage_error', `partner ${partnerId} has no IBAN to collect to`)
  }
  return { partner, debit: partner.directDebit }
}

interface Choice {
  readonly collections: readonly DebitCollection[]
  readonly leftOut: readonly LeftOut[]
}

/** The oldest invoice first. */
async function chosen(
  billing: CollectingParts,
  sql: SqlRunner,
  { debit }: Seller,
  { partnerId, collectionDay }: DebitWish,
): Promise<Choice> {
  const { directory } = billing
  const mandates = new Map(
    [...directory.accounts.values()].flatMap(({ accountId, mandate, party }) =>
      mandate === undefined ? [] : [[accountId, { mandate, name: party.legalName }] as const],
    ),
  )
  const open = await openInvoices(sql, partnerId, [...mandates.keys()])
  const used = await usedMandates(sql, partnerId)
  const collections: DebitCollection[] = []
  const leftOut: LeftOut[] = []
  for (const invoice of open) {
    const { number, accountId, openMicros } = invoice
    const of = mandates.get(accountId)
    if (of === undefined) continue
    if (collectionDay <= todayOf(billing, accountId)) {
      throw new TikError('usage_error', `${dayToIso(collectionDay)} is no day to come`, {
        hint: 'banks want a batch a working day before it at least',
      })
    }
    const isUsed =
      used.has(of.mandate.id) || collections.some(({ mandateId }) => mandateId === of.mandate.id)
    const sentDay = sentDayOf(billing, invoice)
    const isTheirs = isOfAccount(directory, invoice)
    const question = { debit, mandate: of.mandate, collectionDay, sentDay, isUsed, isTheirs }
    const reason = reasonAgainst(invoice, question)
    if (reason === undefined) collections.push(collectionOf(invoice, { ...of, isUsed }))
    else leftOut.push({ number, accountId, openMicros, reason })
  }
  return { collections, leftOut }
}

/** A site has a name of its own; with a VAT id or register number of its own it is somebody else. */
function isOfAccount(
  { accounts, billTos }: CollectingParts['directory'],
  { accountId, billToId }: OpenToCollect,
): boolean {
  const party = accounts.get(accountId)?.party
  const site = billTos?.get(billToId)
  if (site === undefined || party === undefined) return true
  const { vatId = party.vatId, registrationNumber = party.registrationNumber } = site
  return vatId === party.vatId && registrationNumber === party.registrationNumber
}

function sentDayOf(
  { directory }: CollectingParts,
  { accountId, sentMs }: OpenToCollect,
): number | undefined {
  const account = directory.accounts.get(accountId)
  if (sentMs === undefined || account === undefined) return undefined
  return accountCalendar(account).dayAt(sentMs).day
}

interface DebitQuestion {
  readonly debit: DirectDebit
  readonly mandate: Mandate
  readonly collectionDay: number
  readonly sentDay: number | undefined
  readonly isUsed: boolean
  /** Whether who gave the mandate owes it. */
  readonly isTheirs: boolean
}

function reasonAgainst(
  invoice: OpenToCollect,
  { debit, mandate, collectionDay, sentDay, isUsed, isTheirs }: DebitQuestion,
): DebitReason | undefined {
  if (invoice.isCollected) return 'collected'
  if (invoice.disputedMicros > 0) return 'disputed'
  if (!isTheirs) return 'another debtor'
  const isEnded = mandate.ended !== undefined && dayFromIso(mandate.ended) <= collectionDay
  if (isEnded || dayFromIso(mandate.signed) > collectionDay) return 'mandate ended'
  if (mandate.use === 'once' && isUsed) return 'mandate used'
  if (invoice.dueDay > collectionDay) return 'not due'
  const announcedFrom = (sentDay ?? Infinity) + debit.preNotificationDays
  return announcedFrom > collectionDay ? 'not announced' : undefined
}

/** A second collection of an invoice, after the first went back, has an id of its own. */
function collectionOf(
  { invoiceId, number, openMicros, triesCount }: OpenToCollect,
  { mandate, name, isUsed }: { mandate: Mandate; name: string; isUsed: boolean },
): DebitCollection {
  const again = triesCount === 0 ? '' : `-${triesCount + 1}`
  return {
    endToEndId: `${invoiceId}-${number}${again}`.slice(0, END_TO_END_MAX),
    invoiceId,
    amountMicros: openMicros,
    scheme: mandate.scheme,
    sequence: mandate.use === 'once' ? 'OOFF' : isUsed ? 'RCUR' : 'FRST',
    mandateId: mandate.id,
    signedDay: dayFromIso(mandate.signed),
    debtorName: mandate.name ?? name,
    iban: compactNumber(mandate.iban),
    bic: mandate.bic,
    remittance: number,
  }
}

/** Of ISO 20022's Max35Text. */
const END_TO_END_MAX = 35

function reportOf(batch: DebitBatch | undefined, { collections, leftOut }: Choice): DebitReport {
  const totalMicros = sumMicros(collections.map(({ amountMicros }) => amountMicros))
  return { batch, collections, totalMicros, leftOut }
}

/** Unique among sellers: what a bank takes of the id, and a piece of its hash. */
function messageIdOf(partnerId: string, batchNumber: number): string {
  const plain = partnerId.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 10)
  const hash = createHash('sha256').update(partnerId).digest('hex').slice(0, 6)
  return `TIK-${plain}-${hash}-${String(batchNumber).padStart(6, '0')}`
}
