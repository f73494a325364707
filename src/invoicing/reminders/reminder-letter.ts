/** A reminder as words, in the language of its reader: what the invoice said then, and what is open now. */
import type { Account, Language, User } from '../../core/accounts/accounts.ts'
import { micros, microsFromDecimal, type Micros } from '../../core/money/money.ts'
import type { ReminderRules, ReminderTerm } from '../../core/accounts/reminder-rules.ts'
import { letterFormat, type LetterFormat } from '../../mail/letter-format.ts'
import type { Letter } from '../../mail/letter.ts'
import { ibanGroups } from '../../core/text/iban-groups.ts'
import { invoiceTexts } from '../documents/texts/invoice-texts.ts'
import type { Invoice } from '../invoice-model.ts'
import { reminderTexts, type ReminderWords } from './reminder-texts.ts'

export interface ReminderOccasion {
  readonly invoice: Invoice
  /** From 1. */
  readonly step: number
  readonly openMicros: Micros
  readonly rules: ReminderRules
}

export function reminderLetter(
  { user, account }: { readonly user: User; readonly account: Account },
  occasion: ReminderOccasion,
): Letter {
  const { language } = user
  const { invoice, step } = occasion
  const format = letterFormat({ ...account, language })
  const words = wordsOf(occasion, format)
  const texts = reminderTexts(language)
  const own = occasion.rules.steps[step - 1]?.texts?.[language]
  const terms = termsOf(account, occasion)
  const said = own === undefined ? texts.texts[step - 1]?.(words) : filledIn(own.text, words)
  const { mail } = invoiceTexts(language)
  return {
    tag: format.tag,
    subject:
      own === undefined ? (texts.subjects[step - 1]?.(words) ?? '') : filledIn(own.subject, words),
    greeting: mail.greeting(user.name),
    intro: [said ?? '', ...terms.flatMap((term) => termText(term, language, words))].join(' '),
    sections: [
      {
        title: invoice.number,
        percent: undefined,
        rows: rowsOf(occasion, { format, language, terms }),
      },
    ],
    footer: mail.footer(invoice.seller.party.legalName),
  }
}

function wordsOf({ invoice, openMicros }: ReminderOccasion, format: LetterFormat): ReminderWords {
  return {
    number: invoice.number,
    seller: invoice.seller.party.legalName,
    due: format.dateInWords(invoice.dueDay),
    open: format.amount(openMicros),
  }
}

/** {number}, {seller}, {due} and {open} in the seller's own words. */
function filledIn(text: string, words: ReminderWords): string {
  return text.replaceAll(
    /\{(number|seller|due|open)\}/g,
    (_, name: keyof ReminderWords) => words[name],
  )
}

/** Those of the account's country; one for its kind of customer goes before one for all. */
function termsOf(account: Account, { rules, step }: ReminderOccasion): ReminderTerm[] {
  const here = rules.terms.filter((term) => term.step === step && term.country === account.country)
  const ofKind = here.filter(
    ({ customerKind }) => customerKind !== undefined && customerKind === account.customerKind,
  )
  return ofKind.length > 0 ? ofKind : here.filter(({ customerKind }) => customerKind === undefined)
}

function termText({ texts }: ReminderTerm, language: Language, words: ReminderWords): string[] {
  const text = texts?.[language]
  return text === undefined ? [] : [filledIn(text, words)]
}

function rowsOf(
  { invoice, openMicros }: ReminderOccasion,
  { format, language, terms }: { format: LetterFormat; language: Language; terms: ReminderTerm[] },
): { label: string; value: string }[] {
  const texts = reminderTexts(language)
  const { totals, seller, number } = invoice
  const paid = micros(totals.grossMicros - openMicros)
  const costs = terms.flatMap(({ cost }) => (cost === undefined ? [] : [microsFromDecimal(cost)]))
  return [
    { label: texts.issued, value: format.dateInWords(invoice.issueDay) },
    { label: texts.due, value: format.dateInWords(invoice.dueDay) },
    { label: texts.total, value: format.amount(totals.grossMicros) },
    ...(paid === 0 ? [] : [{ label: texts.paid, value: format.amount(paid) }]),
    { label: texts.open, value: format.amount(openMicros) },
    ...costs.map((cost) => ({ label: texts.costs, value: format.amount(cost) })),
    { label: texts.account, value: `${ibanGroups(seller.iban)} ${seller.party.legalName}` },
    { label: texts.mention, value: number },
  ]
}
