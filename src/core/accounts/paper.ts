/**
 * How documents look and what they are made of, as partner and account want it. What is not given is as tik
 * does it by itself, so that nothing of it has to be known.
 */
import { z } from 'zod'
import { contrastWithWhite } from '../text/color.ts'
import { isReadableImage } from '../text/image-header.ts'

/** Of large text WCAG asks 3, of small 4.5: the due date stands small on the colour. */
const CONTRAST_MIN = 4.5
/** 36 kB: it is in every stored invoice. */
const LOGO_CHARACTERS_MAX = 48_000
const note = z.string().min(1).max(600)
const zeroLines = z.enum(['hidden', 'shown'])

/** Of a partner, in its document as in the store. */
export const partnerPaperSchema = z
  .strictObject({
    /** Of headings, bars and the total. */
    color: z
      .string()
      .regex(/^#[0-9A-Fa-f]{6}$/, 'a colour is written as "#1F3A68"')
      .refine((color) => contrastWithWhite(color) >= CONTRAST_MIN, {
        message: 'white letters stand on this colour: it must be darker (contrast 4.5)',
      })
      .optional(),
    /** An image in place of the mark. */
    logo: z
      .string()
      .max(LOGO_CHARACTERS_MAX, 'a logo has at most 48,000 characters, which is 36 kB')
      .refine(isReadableImage, 'a logo is a PNG or JPEG, as data:image/png;base64,…')
      .optional(),
    /** Below how to pay, by language. */
    notes: z
      .strictObject({
        nl: note.optional(),
        fr: note.optional(),
        de: note.optional(),
        en: note.optional(),
      })
      .optional(),
    /** Of a Belgian seller: whose register it is in, such as `Antwerpen, afdeling Mechelen`. */
    court: z.string().min(1).max(80).optional(),
    /** Usage of 0.00 on paper. */
    zeroLines: zeroLines.optional(),
  })
  .readonly()
export type PartnerPaper = z.output<typeof partnerPaperSchema>

/** Of an account. */
export const accountPaperSchema = z
  .strictObject({
    /** Before what the partner wants. */
    zeroLines: zeroLines.optional(),
    /** `plain` for programs; `excel` in the language of the account, for a double click. */
    cdrForm: z.enum(['plain', 'excel']).optional(),
    /** Whether the e-invoice carries the PDF. */
    embedPdf: z.boolean().optional(),
  })
  .readonly()
export type AccountPaper = z.output<typeof accountPaperSchema>
