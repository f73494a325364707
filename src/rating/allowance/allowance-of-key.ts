/** What the catalogue says of the allowance that a stored key names. */
import type { Allowance, Catalogue } from '../../catalogue/catalogue.ts'
import { splitKey } from '../../core/usage/ids.ts'

/** Undefined where the catalogue does not have it any more. */
export function allowanceOf(
  { catalogue }: { readonly catalogue: Catalogue },
  key: string,
): Allowance | undefined {
  return catalogue.allowances.get(splitKey(key)[0] ?? '')
}

/** Whether usages of several billing periods can take from it; so it may be where nobody knows. */
export function keySpansPeriods(source: { readonly catalogue: Catalogue }, key: string): boolean {
  const allowance = allowanceOf(source, key)
  return allowance === undefined || allowance.rolloverPeriods > 0 || allowance.period === 'lifetime'
}
