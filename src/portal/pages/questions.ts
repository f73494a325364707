/** Questions and disputes of an account: the list, a new one, and one with its messages. */
import { html } from 'hono/html'
import {
  askQuestion,
  closeQuestion,
  questionOf,
  questionsOf,
  QUESTION_LENGTH_MAX,
  replyTo,
} from '../../app/questions/questions-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import {
  ABOUT,
  type About,
  type Question,
  type QuestionMessage,
} from '../../questions/question-rows.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { centsOf, localMoment } from '../parts/figures.ts'

const SHOWN_MAX = 200

export const questionsPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/questions',
  right: 'anybody',
  async show(asking) {
    const { ask, words, account } = asking
    const found = await ask(questionsOf, { accountId: account.accountId, limit: SHOWN_MAX })
    return {
      title: words.questions.title,
      body: html`${
        found.length === 0
          ? html`<p class="empty">${words.questions.none}</p>`
          : table(asking, found)
      }
      ${newForm(asking)}`,
    }
  },
  async act({ ask, words, account }, form) {
    const { accountId } = account
    const questionId = await ask(askQuestion, {
      accountId,
      kind: form['kind'] === 'dispute' ? 'dispute' : 'question',
      about: aboutOf(form['about']),
      aboutId: form['id'] ?? '',
      amount: (form['amount'] ?? '').replace(',', '.'),
      text: form['text'] ?? '',
    })
    return { goTo: pathOf(accountId, questionId), said: words.questions.sent }
  },
}

export const questionPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/questions/{questionId}',
  right: 'anybody',
  isAnsweredByStaff: true,
  async show(asking) {
    const { words, person } = asking
    const { question, messages } = await threadOf(asking)
    const isStaff = person.accountId === ''
    return {
      title: words.questions.one(String(question.questionId)),
      body: html`<p class="sum"><span>${summary(asking, question)}</span></p>
        <ol class="thread">
          ${messages.map((one) => bubble(asking, one))}
        </ol>
        <form method="post" class="stacked wide">
          ${textField(asking)}
          <div class="row">
            <button name="act" value="reply">${words.questions.reply}</button>
            ${
              isStaff && question.state !== 'closed'
                ? html`<button name="act" value="close" class="plain" formnovalidate>
                    ${words.questions.close}
                  </button>`
                : ''
            }
          </div>
        </form>`,
    }
  },
  async act(asking, form) {
    const { ask, words, path, siteUrl } = asking
    const { question } = await threadOf(asking)
    if (form['act'] === 'close') {
      await ask(closeQuestion, question.questionId)
      return { goTo: path, said: words.questions.closed }
    }
    await ask(replyTo, question.questionId, { text: form['text'] ?? '', siteUrl })
    return { goTo: path, said: words.questions.replied }
  },
}

/** Throws `not_found`, also for one of another account. */
async function threadOf({ ask, account, params }: AccountAsking) {
  const questionId = Number(/^\d{1,15}$/.exec(params['questionId'] ?? '')?.[0] ?? '0')
  const thread = await ask(questionOf, questionId)
  if (thread.question.accountId === account.accountId) return thread
  throw new TikError('not_found', `there is no question ${questionId}`)
}

function table(asking: AccountAsking, found: readonly Question[]): Html {
  const { words, format, account } = asking
  const { questions } = words
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${questions.about}</th>
          <th scope="col">${questions.text}</th>
          <th scope="col">${questions.state}</th>
          <th scope="col">${questions.changed}</th>
        </tr>
      </thead>
      <tbody>
        ${found.map(
          (one) =>
            html`<tr>
              <td>
                <a href="${pathOf(account.accountId, one.questionId)}">${aboutText(asking, one)}</a>
                ${one.kind === 'dispute' ? html`<small>${questions.kinds.dispute}</small>` : ''}
              </td>
              <td class="w clip">${one.text}</td>
              <td>${stateText(asking, one)}</td>
              <td class="p">${localMoment(one.changedMs, account.timeZone, format)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function summary(asking: AccountAsking, question: Question): Html {
  const { words, format } = asking
  const { kind, amountMicros } = question
  const amount = amountMicros === undefined ? '' : ` · ${format.amount(centsOf(amountMicros))}`
  const link = linkTo(asking, question)
  const text = aboutText(asking, question)
  return html`${words.questions.kinds[kind]}${amount} ·
  ${link === undefined ? text : html`<a class="act" href="${link}">${text}</a>`} ·
  ${stateText(asking, question)}`
}

function bubble(
  { words, format, account }: AccountAsking,
  { authorName, atMs, isProvider, text }: QuestionMessage,
): Html {
  const moment = localMoment(atMs, account.timeZone, format)
  const name = isProvider ? `${authorName} (${words.questions.provider})` : authorName
  return html`<li class="${isProvider ? 'theirs' : 'ours'}">
    <small>${words.questions.from(name, moment)}</small>
    <p>${text}</p>
  </li>`
}

function newForm(asking: AccountAsking): Html {
  const { words, query, refused } = asking
  const { questions } = words
  const value = (name: string): string => refused?.[name] ?? query.get(name) ?? ''
  const about = aboutOf(value('about'))
  const kind = value('kind') === 'dispute' ? 'dispute' : 'question'
  return html`<section id="ask">
    <h2>${kind === 'dispute' ? questions.dispute : questions.new}</h2>
    <form method="post" class="stacked wide">
      <p class="note">${questions.about}: ${questions.abouts[about](value('id'))}</p>
      <input type="hidden" name="about" value="${about}" />
      <input type="hidden" name="id" value="${value('id')}" />
      <label
        >${questions.kind}<select name="kind">
          ${(['question', 'dispute'] as const).map(
            (one) =>
              html`<option value="${one}" ${one === kind ? html`selected` : ''}>
                ${questions.kinds[one]}
              </option>`,
          )}
        </select></label
      >
      <label
        >${questions.amount}<input
          name="amount"
          inputmode="decimal"
          maxlength="20"
          value="${value('amount')}"
      /></label>
      ${textField(asking)}
      <button>${questions.send}</button>
    </form>
  </section>`
}

function textField({ words, refused, query }: AccountAsking): Html {
  return html`<label
    >${words.questions.text}<textarea
      name="text"
      rows="4"
      required
      maxlength="${QUESTION_LENGTH_MAX}"
    >
${refused?.['text'] ?? query.get('text') ?? ''}</textarea>
  </label>`
}

function aboutOf(text: string | undefined): About {
  return ABOUT.find((one) => one === text) ?? 'account'
}

function aboutText({ words }: AccountAsking, { about, aboutId }: Question): string {
  return words.questions.abouts[about](aboutId)
}

function stateText({ words }: AccountAsking, { state }: Question): Html {
  return html`<em class="state-${state}">${words.questions.states[state]}</em>`
}

function linkTo({ account }: AccountAsking, { about, aboutId }: Question): string | undefined {
  const base = `/accounts/${encodeURIComponent(account.accountId)}`
  switch (about) {
    case 'invoice':
      return `${base}/invoices/${encodeURIComponent(aboutId)}`
    case 'invoice-line':
      return `${base}/invoices/${encodeURIComponent(aboutId.replace(/\/\d+$/, ''))}`
    case 'subscription':
      return `${base}/mobile/${encodeURIComponent(aboutId)}`
    case 'usage':
      return `${base}/usage/calls/${aboutId.split('/').map(encodeURIComponent).join('/')}`
    case 'account':
    default:
      return undefined
  }
}

function pathOf(accountId: string, questionId: number): string {
  return `/accounts/${encodeURIComponent(accountId)}/questions/${questionId}`
}
