/** One field that finds while one types; `/` leads to it. */
import { html } from 'hono/html'
import type { Html, OwnAsking } from '../page.ts'

/** `kept` are parts of the address that stay as they are. */
export function searchForm(
  { path, query }: Pick<OwnAsking, 'path' | 'query'>,
  label: string,
  kept: readonly string[] = [],
): Html {
  return html`<form method="get" action="${path}" class="find" data-live>
    ${kept.map(
      (name) => html`<input type="hidden" name="${name}" value="${query.get(name) ?? ''}" />`,
    )}
    <label
      ><span class="unseen">${label}</span
      ><input
        type="search"
        name="search"
        placeholder="${label}"
        value="${query.get('search') ?? ''}"
        data-key="/"
    /></label>
  </form>`
}
