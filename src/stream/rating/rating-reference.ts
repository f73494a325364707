/** One catalogue and one directory as rating uses them: indexes by id, and raters. */
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import { subscriptionPlaces } from '../../core/accounts/subscription-places.ts'
import { createRater } from '../../rating/create-rater.ts'
import type { RatingReference } from './rating-partition.ts'

/** `catalogueHash` is what a ledger row keeps of the catalogue's hash. */
export function createRatingReference(
  catalogue: Catalogue,
  directory: Directory,
  catalogueHash: string,
  bounds: { readonly balanceNumbersMax?: number } = {},
): RatingReference {
  const places = subscriptionPlaces(directory)
  return {
    catalogueHash,
    indexes: {
      subscriptionIndex: (id, accountId, startMs) => places.indexOf(id, accountId, startMs),
      callTypeIndex: (id) => catalogue.callTypeIndexById.get(id) ?? -1,
    },
    createRater: () => createRater({ catalogue, directory, ...bounds }),
  }
}
