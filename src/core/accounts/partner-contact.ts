/** Where the customers of a partner find somebody: one block, in pages and what goes wrong on them. */
import { z } from 'zod'

const telephone = z
  .string()
  .min(3)
  .max(40)
  .regex(/^[+\d][\d ()/-]+$/, 'a telephone number is written as "+31 10 234 56 00"')
const hours = z.string().min(1).max(120)

export const partnerContactSchema = z
  .strictObject({
    telephone,
    /** When somebody answers, by language: `ma–vr 8–18 uur`. */
    hours: z
      .strictObject({
        nl: hours.optional(),
        fr: hours.optional(),
        de: hours.optional(),
        en: hours.optional(),
      })
      .default({}),
    /** Day and night, for a telephone that was lost or stolen. */
    lostPhone: telephone.optional(),
    email: z.email().optional(),
  })
  .readonly()
export type PartnerContact = z.output<typeof partnerContactSchema>
