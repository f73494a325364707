/** One sentence for a reader: how much more or less than last time, and the greatest causes. */
import type { Language } from '../../core/accounts/accounts.ts'
import type { LocaleFormat } from '../../core/text/locale-format.ts'
import { negateMicros, type Micros } from '../../core/money/money.ts'
import { causeText, differenceTexts } from '../documents/texts/difference-texts.ts'
import type { InvoiceDifference } from './invoice-difference.ts'

/** Causes that a sentence, a preview and a mail name. */
export const CAUSES_TOLD_MAX = 5

/** '' where both come to the same. */
export function differenceSentence(
  { differenceMicros, causes }: InvoiceDifference,
  { language, format }: { readonly language: Language; readonly format: LocaleFormat },
): string {
  if (differenceMicros === 0) return ''
  const texts = differenceTexts(language)
  const told = causes.slice(0, CAUSES_TOLD_MAX).map((cause) => {
    return `${causeText(cause, language)} (${signedAmount(cause.amountMicros, format)})`
  })
  const parts = { amount: format.amount(sizeOf(differenceMicros)), causes: told.join('; ') }
  return differenceMicros > 0 ? texts.more(parts) : texts.less(parts)
}

function signedAmount(amount: Micros, format: LocaleFormat): string {
  return `${amount < 0 ? '−' : '+'}${format.amount(sizeOf(amount))}`
}

function sizeOf(amount: Micros): Micros {
  return amount < 0 ? negateMicros(amount) : amount
}
