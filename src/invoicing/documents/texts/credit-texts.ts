/** The words of a credit note, and of the invoice that replaces one, in the four languages of the customers. */
import type { Language } from '../../../core/accounts/accounts.ts'

export interface CreditTexts {
  readonly creditNote: string
  readonly number: string
  readonly issueDate: string
  /** Beside the numbers of the invoices that it takes back from. */
  readonly corrects: string
  readonly reason: string
  readonly replaces: string
  /** Above the total. */
  readonly givenBack: string
  /** What becomes of the money. */
  readonly settled: string
  /** The reason of a credit note of a period. */
  readonly periodInFavour: string
  readonly creditedBefore: (numbers: string) => string
  /** In the mail of an invoice that was made anew. */
  readonly inPlaceOf: (parts: { number: string; date: string }) => string
  readonly mail: {
    readonly subject: (parts: { seller: string; number: string }) => string
    readonly intro: (
      parts: Readonly<Record<'number' | 'customer' | 'amount' | 'reason', string>> & {
        /** '' for a period's own. */
        readonly corrects: string
        readonly period: string
      },
    ) => string
  }
}

const TEXTS: Readonly<Record<Language, CreditTexts>> = {
  nl: {
    creditNote: 'Creditnota',
    number: 'Creditnotanummer',
    issueDate: 'Datum',
    corrects: 'Bij factuur',
    reason: 'Reden',
    replaces: 'Vervangt factuur',
    givenBack: 'Creditbedrag',
    settled: 'U hoeft niets te betalen: dit bedrag wordt verrekend of aan u terugbetaald.',
    periodInFavour: 'Over deze periode krijgt u meer terug dan er te betalen is.',
    creditedBefore: (numbers) => `Eerder gecrediteerd met ${numbers}`,
    inPlaceOf: ({ number, date }) =>
      `Deze factuur vervangt factuur ${number} van ${date}, die geheel is gecrediteerd.`,
    mail: {
      subject: ({ seller, number }) => `Creditnota ${number} van ${seller}`,
      intro: ({ number, customer, corrects, period, amount, reason }) =>
        `Bijgaand ontvangt u creditnota ${number} voor ${customer}${corrects === '' ? '' : `, bij factuur ${corrects}`}, over de periode ${period}. Het bedrag is ${amount}. Reden: ${reason}`,
    },
  },
  fr: {
    creditNote: 'Note de crédit',
    number: 'Numéro de la note de crédit',
    issueDate: 'Date',
    corrects: 'Relative à la facture',
    reason: 'Motif',
    replaces: 'Remplace la facture',
    givenBack: 'Montant crédité',
    settled: 'Vous n’avez rien à payer : ce montant sera compensé ou vous sera remboursé.',
    periodInFavour: 'Pour cette période, il vous revient plus que ce qui est à payer.',
    creditedBefore: (numbers) => `Déjà crédité par ${numbers}`,
    inPlaceOf: ({ number, date }) =>
      `Cette facture remplace la facture ${number} du ${date}, qui a été entièrement créditée.`,
    mail: {
      subject: ({ seller, number }) => `Note de crédit ${number} de ${seller}`,
      intro: ({ number, customer, corrects, period, amount, reason }) =>
        `Veuillez trouver ci-joint la note de crédit ${number} pour ${customer}${corrects === '' ? '' : `, relative à la facture ${corrects}`}, période ${period}. Le montant est de ${amount}. Motif : ${reason}`,
    },
  },
  de: {
    creditNote: 'Rechnungskorrektur',
    number: 'Korrekturnummer',
    issueDate: 'Datum',
    corrects: 'Zur Rechnung',
    reason: 'Grund',
    replaces: 'Ersetzt Rechnung',
    givenBack: 'Gutgeschrieben',
    settled: 'Sie müssen nichts zahlen: Der Betrag wird verrechnet oder Ihnen erstattet.',
    periodInFavour: 'Für diesen Zeitraum erhalten Sie mehr zurück, als zu zahlen ist.',
    creditedBefore: (numbers) => `Bereits gutgeschrieben mit ${numbers}`,
    inPlaceOf: ({ number, date }) =>
      `Diese Rechnung ersetzt die Rechnung ${number} vom ${date}, die ganz gutgeschrieben wurde.`,
    mail: {
      subject: ({ seller, number }) => `Rechnungskorrektur ${number} von ${seller}`,
      intro: ({ number, customer, corrects, period, amount, reason }) =>
        `Anbei erhalten Sie die Rechnungskorrektur ${number} für ${customer}${corrects === '' ? '' : ` zur Rechnung ${corrects}`}, Zeitraum ${period}. Der Betrag ist ${amount}; Grund: ${reason}`,
    },
  },
  en: {
    creditNote: 'Credit note',
    number: 'Credit note number',
    issueDate: 'Date',
    corrects: 'For invoice',
    reason: 'Reason',
    replaces: 'Replaces invoice',
    givenBack: 'Amount credited',
    settled: 'You need not pay anything: this amount is set off or paid back to you.',
    periodInFavour: 'For this period you get back more than there is to pay.',
    creditedBefore: (numbers) => `Credited before by ${numbers}`,
    inPlaceOf: ({ number, date }) =>
      `This invoice replaces invoice ${number} of ${date}, which has been credited in full.`,
    mail: {
      subject: ({ seller, number }) => `Credit note ${number} from ${seller}`,
      intro: ({ number, customer, corrects, period, amount, reason }) =>
        `Please find attached credit note ${number} for ${customer}${corrects === '' ? '' : `, for invoice ${corrects}`}, period ${period}. The amount is ${amount}. Reason: ${reason}`,
    },
  },
}

export function creditTexts(language: Language): CreditTexts {
  return TEXTS[language]
}
