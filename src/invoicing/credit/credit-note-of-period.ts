/**
 * A period that comes to less than nothing, as a credit note: it closes the period as an invoice would, its
 * lines are all that it bills with their signs turned, and its items say what was charged all the same. Pure.
 */
import { negateMicros } from '../../core/money/money.ts'
import { creditTexts } from '../documents/texts/credit-texts.ts'
import type {
  CreditNote,
  Invoice,
  InvoiceLine,
  SubAccountAnnex,
  SubscriptionSpecification,
} from '../invoice-model.ts'

/** `draft` is built as an invoice; `corrects` are the ones whose charges it takes back. */
export function creditNoteOfPeriod(
  { kind: _kind, replaces: _replaces, ...draft }: Extract<Invoice, { kind: 'invoice' }>,
  corrects: CreditNote['corrects'],
): CreditNote {
  const { netMicros, vatMicros, grossMicros } = draft.totals
  return {
    kind: 'credit-note',
    ...draft,
    dueDay: draft.issueDay,
    paymentTermDays: 0,
    lines: draft.lines.map(turnedLine),
    vat: draft.vat.map((row) => ({
      ...row,
      netMicros: negateMicros(row.netMicros),
      vatMicros: negateMicros(row.vatMicros),
    })),
    totals: {
      netMicros: negateMicros(netMicros),
      vatMicros: negateMicros(vatMicros),
      grossMicros: negateMicros(grossMicros),
    },
    specification: draft.specification.map(turnedSpecification),
    accountWideMicros: negateMicros(draft.accountWideMicros),
    ...(draft.subAccounts === undefined ? {} : { subAccounts: draft.subAccounts.map(turnedAnnex) }),
    reason: creditTexts(draft.language).periodInFavour,
    corrects,
    credits: 'period',
  }
}

function turnedAnnex(annex: SubAccountAnnex): SubAccountAnnex {
  return {
    ...annex,
    specification: annex.specification.map(turnedSpecification),
    accountWideMicros: negateMicros(annex.accountWideMicros),
  }
}

/** The lines of a document as charges, whichever kind it is. */
export function chargedSide({
  kind,
  lines,
}: Pick<Invoice, 'kind' | 'lines'>): readonly InvoiceLine[] {
  return kind === 'credit-note' ? lines.map(turnedLine) : lines
}

/** Its price stays, so that quantity times price is its amount. */
function turnedLine(line: InvoiceLine): InvoiceLine {
  return {
    ...line,
    count: turned(line.count),
    quantity: turned(line.quantity),
    exactMicros: negateMicros(line.exactMicros),
    amountMicros: negateMicros(line.amountMicros),
    ...(line.baseMicros === undefined ? {} : { baseMicros: negateMicros(line.baseMicros) }),
  }
}

/** What was used stays what it was. */
function turnedSpecification(each: SubscriptionSpecification): SubscriptionSpecification {
  return {
    ...each,
    recurringMicros: negateMicros(each.recurringMicros),
    oneOffMicros: negateMicros(each.oneOffMicros),
    usageMicros: negateMicros(each.usageMicros),
    premiumMicros: negateMicros(each.premiumMicros),
    lateMicros: negateMicros(each.lateMicros),
    totalMicros: negateMicros(each.totalMicros),
  }
}

function turned(count: number): number {
  return count === 0 ? 0 : -count
}
