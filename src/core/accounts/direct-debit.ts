/**
 * What direct debits need, as the accounts document says it: of a seller its creditor identifier and how long before
 * a collection the customer must know of it, of an account its mandate. Read from the document and from the store by
 * the same schema. Ids and names go into files of the SEPA character set (EPC217-08), ids without spaces.
 */
import { z } from 'zod'
import { creditorIdProblem, ibanProblem } from '../text/check-digits.ts'

export const DEBIT_SCHEMES = ['core', 'b2b'] as const
export type DebitScheme = (typeof DEBIT_SCHEMES)[number]

function checked(problem: (written: string) => string | undefined) {
  return (written: string, context: z.RefinementCtx<string>): void => {
    const message = problem(written)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  }
}

/** As people write it, with blanks or without. */
const iban = z.string().min(1).superRefine(checked(ibanProblem))
const bic = z.string().regex(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/, 'is no BIC such as "ABNANL2A"')

export const directDebitSchema = z.strictObject({
  creditorId: z.string().superRefine(checked(creditorIdProblem)),
  /** Where the money goes; the seller's own IBAN where it is left out. */
  iban: iban.optional(),
  bic: bic.optional(),
  /** Days between the invoice and its collection; 14 unless another term was agreed (EPC016-06, 4.4). */
  preNotificationDays: z.int().min(1).max(60).default(14),
})
export type DirectDebit = z.output<typeof directDebitSchema>

export const mandateSchema = z.strictObject({
  /** Unique for the seller; another account of the customer is another mandate with an id of its own. */
  id: z
    .string('an id stands in quotes')
    .regex(
      /^[A-Za-z0-9+?:().,'-]{1,35}$/,
      'at most 35 letters, digits and + ? - : ( ) . , without spaces',
    ),
  signed: z.iso.date('the date of signature, such as "2026-03-01"'),
  iban,
  bic: bic.optional(),
  /** Whose account it is, where that is not the customer's own name. */
  name: z.string().min(1).max(70).optional(),
  scheme: z.enum(DEBIT_SCHEMES).default('core'),
  /** Once, or as often as there is something to pay. */
  use: z.enum(['recurring', 'once']).default('recurring'),
  /** No longer used from this day on. */
  ended: z.iso.date().optional(),
})
export type Mandate = z.output<typeof mandateSchema>
