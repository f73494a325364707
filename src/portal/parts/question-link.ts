/** The way from a thing to a question about it. */
import { html } from 'hono/html'
import type { About, QuestionKind } from '../../questions/question-rows.ts'
import type { AccountAsking, Html } from '../page.ts'

export function questionLink(
  { words, account }: AccountAsking,
  about: About,
  aboutId: string,
  kind: QuestionKind = 'question',
): Html {
  const asked = new URLSearchParams({
    about,
    id: aboutId,
    ...(kind === 'question' ? {} : { kind }),
  })
  const path = `/accounts/${encodeURIComponent(account.accountId)}/questions`
  const name = kind === 'dispute' ? words.questions.dispute : words.questions.ask
  return html`<a class="act" href="${path}?${asked}#ask">${name}</a>`
}
