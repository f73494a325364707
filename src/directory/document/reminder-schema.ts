/** Reminders as the accounts document has them, and as the store keeps them. */
import { z } from 'zod'
import { LANGUAGES } from '../../core/accounts/accounts.ts'
import { CUSTOMER_KINDS, REMINDER_STEPS_MAX } from '../../core/accounts/reminder-rules.ts'

const words = z.string().min(1).max(2_000)
const subject = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'one line without control characters')

export const customerKind = z.enum(CUSTOMER_KINDS)

export const reminderRules = z
  .strictObject({
    steps: z
      .array(
        z.strictObject({
          afterDays: z.int().min(1).max(365),
          texts: z
            .partialRecord(z.enum(LANGUAGES), z.strictObject({ subject, text: words }))
            .optional(),
        }),
      )
      .max(REMINDER_STEPS_MAX)
      .default([]),
    terms: z
      .array(
        z.strictObject({
          step: z.int().min(1).max(REMINDER_STEPS_MAX),
          country: z.enum(['NL', 'BE']),
          customerKind: customerKind.optional(),
          cost: z
            .string('an amount stands in quotes, such as "10.00"')
            .regex(/^\d{1,7}(\.\d{1,2})?$/, 'an amount in whole cents, such as "10.00"')
            .optional(),
          texts: z.partialRecord(z.enum(LANGUAGES), words).optional(),
        }),
      )
      .default([]),
  })
  .superRefine(({ steps }, context) => {
    for (const [index, { afterDays }] of steps.entries()) {
      if (index > 0 && afterDays <= (steps[index - 1]?.afterDays ?? 0)) {
        const path = ['steps', index, 'afterDays']
        context.addIssue({
          code: 'custom',
          path,
          message: 'a later reminder comes after more days',
        })
      }
    }
  })
