/** What plans are called, for whoever shows them. */
import type { Localized } from '../../catalogue/catalogue.ts'
import type { Desk } from '../desk.ts'
import { openReference } from '../rating-parts.ts'

export async function planNames(desk: Desk): Promise<ReadonlyMap<string, Localized>> {
  const { catalogue } = await openReference(desk)
  return new Map([...catalogue.plans.values()].map(({ planId, names }) => [planId, names]))
}
