/** Questions and disputes that nobody has answered, with their customers: for all of the provider's people. */
import { html } from 'hono/html'
import { questionsOf } from '../../app/questions/questions-of.ts'
import type { Html, OwnAsking } from '../page.ts'
import { HOME_TIME_ZONE, localMoment } from './figures.ts'
import { plainTable } from './plain-table.ts'

const SHOWN_MAX = 20

export async function questionsPart(asking: OwnAsking): Promise<Html | ''> {
  const { ask, words, format } = asking
  const open = await ask(questionsOf, { state: 'open', limit: SHOWN_MAX })
  if (open.length === 0) return ''
  return html`<h2>${words.questions.title}</h2>
    ${plainTable(
      [
        { text: words.accounts.id },
        { text: words.questions.kind },
        { text: words.questions.text },
        { text: words.questions.changed },
      ],
      open.map(({ questionId, accountId, kind, text, changedMs }) => {
        const base = `/accounts/${encodeURIComponent(accountId)}`
        return html`<td><a href="${base}/timeline">${accountId}</a></td>
          <td>
            <em class="${kind === 'dispute' ? 'warning' : 'info'}"
              >${words.questions.kinds[kind]}</em
            >
          </td>
          <td><a href="${base}/questions/${questionId}">${text.slice(0, TEXT_SHOWN_MAX)}</a></td>
          <td class="p">${localMoment(changedMs, HOME_TIME_ZONE, format)}</td>`
      }),
      { caption: words.questions.title },
    )}`
}

const TEXT_SHOWN_MAX = 120
