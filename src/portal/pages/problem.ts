/** What went wrong, and what to do next. */
import { html } from 'hono/html'
import type { Problem } from '../../api/problem.ts'
import type { PageContent } from '../page.ts'
import type { PortalWords } from '../words/words.ts'

export function problemContent(
  { status, detail, hint = '' }: Problem,
  { problem: words }: PortalWords,
  requestId: string,
): PageContent {
  const home = html`<p><a class="act" href="/">${words.home}</a></p>`
  if (status === 404)
    return {
      title: words.notFound,
      body: html`<p>${words.notFoundWhy}</p>
        ${home}`,
    }
  if (status === 403) {
    return {
      title: words.notAllowed,
      body: html`<p>${words.notAllowedWhy}</p>
        ${home}`,
    }
  }
  if (status < 500) {
    return {
      title: words.refused,
      body: html`<p>${detail}</p>
        <p>${hint}</p>
        ${home}`,
    }
  }
  return {
    title: words.failed,
    body: html`<p>${words.failedWhy} <code>${requestId}</code></p>
      ${home}`,
  }
}
