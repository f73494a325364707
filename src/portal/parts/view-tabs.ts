/** Ways to look at the same selection: totals by something, or single calls. */
import { html } from 'hono/html'
import type { AccountAsking, Html } from '../page.ts'
import { addressOf } from './period-corner.ts'

export type View = 'call-type' | 'number' | 'number-and-call-type' | 'calls'

export function viewTabs({ account, query, words }: AccountAsking, current: View): Html {
  const base = `/accounts/${encodeURIComponent(account.accountId)}/usage`
  const views: readonly (readonly [View, string])[] = [
    ['call-type', words.usage.byType],
    ['number', words.usage.byNumber],
    ['number-and-call-type', words.usage.byBoth],
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
