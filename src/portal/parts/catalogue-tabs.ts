/** The pages of the catalogue beside each other. */
import { html } from 'hono/html'
import type { Html, OwnAsking } from '../page.ts'

export const CATALOGUE_PATHS = {
  rule: '/catalogue',
  difference: '/catalogue/difference',
  trial: '/catalogue/trial',
} as const
export type CatalogueView = keyof typeof CATALOGUE_PATHS

export function catalogueTabs({ words }: OwnAsking, current: CatalogueView): Html {
  const views = ['rule', 'difference', 'trial'] as const
  return html`<nav class="seg" aria-label="${words.catalogue.title}">
    ${views.map(
      (view) =>
        html`<a href="${CATALOGUE_PATHS[view]}" ${view === current ? html`aria-current="page"` : ''}
          >${words.catalogue.views[view]}</a
        >`,
    )}
  </nav>`
}
