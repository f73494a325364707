/** One catalogue and one directory as rating uses them: indexes by id, and raters. */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts.ts'
import { createRater } from '../../rating/create-rater.ts'
import type { RatingReference } from './rating-partition.ts'

/** `catalogueHash` is what a ledger row keeps of the catalogue's hash. */
export function createRatingReference(
  catalogue: Catalogue,
  directory: Directory,
  catalogueHash: string,
  bounds: { readonly balanceNumbersMax?: number } = {},
): RatingReference {
  const indexes = new Map(directory.subscriptions.map((one) => [one.subscriptionId, one.index]))
  return {
    catalogueHash,
    indexes: {
      subscriptionIndex: (id) => indexes.get(id) ?? -1,
      callTypeIndex: (id) => catalogue.callTypeIndexById.get(id) ?? -1,
    },
    createRater: () => createRater({ catalogue, directory, ...bounds }),
  }
}
