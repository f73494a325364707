/** A door that stays open takes over a changed catalogue, as running stages do. */
import type { Log } from '../../core/watch/log.ts'
import { directoryOf } from '../known-directory.ts'
import { catalogueFolderOf, useCatalogue } from '../rating-parts.ts'
import type { Stores } from '../stores.ts'
import { watchCatalogue } from '../watch-catalogue.ts'

const LOOK_MS = 5_000

/** Until it is disposed. Throws `catalogue_invalid` for the first one; later ones are only reported. */
export async function keepCatalogueCurrent(stores: Stores, log: Log): Promise<Disposable> {
  const folder = catalogueFolderOf(stores, await directoryOf(stores))
  let failure = ''
  const watch = await watchCatalogue(folder, stores.folder, (found) => {
    if (found !== failure && found !== '') log.warn('catalogue_failed', { message: found })
    failure = found
  })
  useCatalogue(stores, watch.current)
  const timer = setInterval(() => void look(), LOOK_MS)
  async function look(): Promise<void> {
    useCatalogue(stores, await watch.look())
  }
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
