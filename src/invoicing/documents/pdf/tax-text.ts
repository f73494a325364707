/** What stands for a VAT rate beside an amount: its percentage, or a word where there is none. */
import { isRated, type TaxCategory } from '../../../core/tax.ts'
import type { PdfContext } from './page-style.ts'

export function taxText(
  taxCategory: TaxCategory,
  percentHundredths: number,
  { texts, format }: Pick<PdfContext, 'texts' | 'format'>,
): string {
  return isRated(taxCategory) ? format.percent(percentHundredths) : texts.taxShort[taxCategory]
}
