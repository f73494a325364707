/** What stands for a VAT rate beside an amount: its percentage, or a word where there is none. */
import { isRated, type TaxCategory } from '../../../core/money/tax.ts'
import type { Invoice } from '../../invoice-model.ts'
import type { PdfContext } from './page-style.ts'

/** Whether any of its lines bears VAT: else it has no total that includes some. */
export function bearsVat({ vat }: Pick<Invoice, 'vat'>): boolean {
  return vat.some(({ taxCategory }) => isRated(taxCategory))
}

export function taxText(
  taxCategory: TaxCategory,
  percentHundredths: number,
  { texts, format }: Pick<PdfContext, 'texts' | 'format'>,
): string {
  return isRated(taxCategory) ? format.percent(percentHundredths) : texts.taxShort[taxCategory]
}
