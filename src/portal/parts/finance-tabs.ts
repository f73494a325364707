/** The pages of finance beside each other. */
import { html } from 'hono/html'
import type { Html, OwnAsking } from '../page.ts'

export const FINANCE_PATHS = {
  revenue: '/finance',
  open: '/finance/open',
  day: '/finance/day',
  books: '/finance/books',
  reconcile: '/finance/reconcile',
} as const
export type FinanceView = keyof typeof FINANCE_PATHS

export function financeTabs({ words, caller }: OwnAsking, current: FinanceView): Html {
  const isOfAll = caller.reach.kind === 'operator'
  const views = (['revenue', 'open', 'day', 'books', 'reconcile'] as const).filter(
    (view) => view !== 'reconcile' || isOfAll,
  )
  return html`<nav class="seg" aria-label="${words.finance.title}">
    ${views.map(
      (view) =>
        html`<a href="${FINANCE_PATHS[view]}" ${view === current ? html`aria-current="page"` : ''}
          >${words.finance.views[view]}</a
        >`,
    )}
  </nav>`
}
