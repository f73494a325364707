/** What call types are called, for whoever shows them. */
import type { Localized } from '../../catalogue/catalogue.ts'
import type { Desk } from '../desk.ts'
import { openReference } from '../rating-parts.ts'

export async function callTypeNames(desk: Desk): Promise<ReadonlyMap<string, Localized>> {
  const { catalogue } = await openReference(desk)
  return new Map([...catalogue.callTypes.values()].map(({ id, names }) => [id, names]))
}
