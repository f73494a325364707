/**
 * What finance.yaml says about journals: the accounts of receivables and VAT, and for each program the columns of
 * its file. Exact Online, Twinfield and Odoo all let the reader say which column is what (an import definition, a
 * template, names of fields), so columns are data and none is built in. Read November 2026: Exact Online takes any CSV
 * by an import definition (docs.cloudbilling.nl, Exact Online Journal Entries Export; plango.help 8953047); Twinfield
 * by its Excel templates (Wolters Kluwer knowledge base 9859); Odoo by names of fields of account.move and its lines,
 * with what is of the entry on its first row alone (odoo/odoo addons/account/models/account_move.py). Their exact
 * titles depend on the installation: check the example of docs/finance.md against yours.
 */
import { z } from 'zod'
import { TAX_CATEGORIES, type TaxCategory } from '../../core/money/tax.ts'

/** What a column can hold. */
export const JOURNAL_VALUES = [
  'batch',
  'journal',
  'entry',
  'line',
  'document',
  'document-kind',
  'date',
  'due-date',
  'year',
  'month',
  'customer',
  'customer-name',
  'ledger-account',
  'description',
  'vat-code',
  'vat-percent',
  'amount',
  'debit',
  'credit',
  'side',
  'service-from',
  'service-to',
  'currency',
] as const
export type JournalValue = (typeof JOURNAL_VALUES)[number]

export interface JournalColumn {
  readonly title: string
  readonly value?: JournalValue | undefined
  /** The same in every row, where there is no value. */
  readonly text?: string | undefined
  /** Only in the first row of an entry. */
  readonly once: boolean
}

export const DATE_FORMS = ['yyyy-mm-dd', 'dd-mm-yyyy', 'dd/mm/yyyy', 'yyyymmdd'] as const
export type DateForm = (typeof DATE_FORMS)[number]

export interface JournalTarget {
  readonly delimiter: ',' | ';'
  readonly decimal: '.' | ','
  readonly dates: DateForm
  readonly bom: boolean
  readonly columns: readonly JournalColumn[]
}

export interface VatRule {
  readonly category: TaxCategory
  /** Hundredths of a percent; undefined = any rate of the category. */
  readonly percentHundredths?: number | undefined
  readonly code: string
  /** Of the general ledger; where VAT is owed. */
  readonly account: string
}

export interface JournalSettings {
  /** Code of the journal that entries are written to. */
  readonly journal: string
  readonly receivables: string
  /** The first that fits holds. */
  readonly vat: readonly VatRule[]
  readonly targets: Readonly<Record<string, JournalTarget>>
}

/** As bookkeeping programs have them; in quotes, or a leading zero is lost. */
export const ledgerCode = z
  .string('write it in quotes')
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,31}$/, 'is no code')

const percent = z
  .string('write it in quotes, such as "21"')
  .regex(/^\d{1,2}(\.\d{1,2})?$/, 'is no percentage such as "21"')
  .transform((text) => {
    const [whole = '', part = ''] = text.split('.')
    return Number.parseInt(whole + part.padEnd(2, '0'), 10)
  })

const column = z
  .strictObject({
    title: z.string().min(1).max(100),
    value: z.enum(JOURNAL_VALUES).optional(),
    text: z.string().max(100).optional(),
    once: z.boolean().default(false),
  })
  .refine(({ value, text }) => (value === undefined) !== (text === undefined), {
    message: 'has a value or a text, one of them',
  })

export const journalSettingsSchema = z.strictObject({
  journal: ledgerCode,
  receivables: ledgerCode,
  vat: z
    .array(
      z
        .strictObject({
          category: z.enum(TAX_CATEGORIES),
          percent: percent.optional(),
          code: ledgerCode,
          account: ledgerCode,
        })
        .transform(({ percent: percentHundredths, ...rule }): VatRule => ({
          ...rule,
          percentHundredths,
        })),
    )
    .min(1),
  targets: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower case letters, digits and hyphens only'),
    z.strictObject({
      delimiter: z.enum([',', ';']).default(','),
      decimal: z.enum(['.', ',']).default('.'),
      dates: z.enum(DATE_FORMS).default('yyyy-mm-dd'),
      bom: z.boolean().default(false),
      columns: z.array(column).min(1).max(60),
    }),
  ),
})
