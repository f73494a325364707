/** Number series as the accounts document has them, and as the store keeps them. */
import { z } from 'zod'
import { CREDIT_NOTE_PREFIX, PREFIX, SEQUENCE_MAX } from '../../core/accounts/number-rules.ts'

const series = z.strictObject({
  prefix: z
    .string()
    .regex(PREFIX, 'up to eight capitals, digits and dashes such as "NL-"')
    .optional(),
  start: z
    .record(
      z.string().regex(/^20\d{2}$/, 'a year such as "2026"'),
      z.int().min(1).max(SEQUENCE_MAX),
    )
    .optional(),
})

export const numberRules = z
  .strictObject({ invoice: series.optional(), creditNote: series.optional() })
  .superRefine(({ invoice, creditNote }, context) => {
    const prefixes = [invoice?.prefix ?? '', creditNote?.prefix ?? CREDIT_NOTE_PREFIX]
    if (prefixes[0] === prefixes[1]) {
      const message = 'credit notes with numbers of their own need another prefix than invoices'
      context.addIssue({ code: 'custom', path: ['creditNote', 'prefix'], message })
    }
  })
