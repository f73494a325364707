/** Ways to look at the same selection: totals by something, or single calls. */
import { html } from 'hono/html'
import type { Subscription } from '../../core/accounts/accounts.ts'
import type { AccountAsking, Html } from '../page.ts'
import { addressOf } from './period-corner.ts'
import type { UsageBy } from './usage-table.ts'

export type View = UsageBy | 'calls'

/** By cost centre only where a line has one. */
export function viewTabs(
  { account, query, words }: AccountAsking,
  current: View,
  subscriptions: readonly Subscription[],
): Html {
  const base = `/accounts/${encodeURIComponent(account.accountId)}/usage`
  const hasCentres = subscriptions.some(({ costCentre }) => costCentre !== '')
  const views: readonly (readonly [View, string])[] = [
    ['call-type', words.usage.byType],
    ['number', words.usage.byNumber],
    ['number-and-call-type', words.usage.byBoth],
    ['person', words.view.byPerson],
    ...(hasCentres ? [['cost-centre', words.view.byCostCentre] as const] : []),
    ['calls', words.usage.single],
  ]
  return html`<nav class="seg" aria-label="${words.usage.title}">
    ${views.map(([view, name]) => {
      const path = view === 'calls' ? `${base}/calls` : base
      const by = view === 'calls' || view === 'call-type' ? undefined : view
      const to = addressOf({ path, query }, { by, cursor: undefined })
      return html`<a href="${to}" ${view === current ? html`aria-current="page"` : ''}>${name}</a>`
    })}
  </nav>`
}
