/** A SIM's block: what it is, who asked, and the way to ask for it or take it back, with its fee said first. */
import { html } from 'hono/html'
import type { BlockState } from '../../alerts/blocks/block-state.ts'
import { ANSWER_MINUTES_MAX, type ServiceRequest } from '../../alerts/blocks/service-request.ts'
import type { SimBlock } from '../../app/limits/sim-blocks.ts'
import type { AccountAsking, Html } from '../page.ts'
import { centsOf, localMoment } from './figures.ts'

/** Of the history; what is older is in the audit log. */
const SHOWN_MAX = 10

export function blockPart(asking: AccountAsking, block: SimBlock): Html {
  const { words, format, caller } = asking
  const { blocks } = words
  const { refused, history } = block
  const why = refused?.answer === undefined || refused.answer === '' ? '' : `: ${refused.answer}`
  const isWaiting = block.name === 'block-requested' || block.name === 'unblock-requested'
  return html`<h2 id="block">${blocks.title}</h2>
    <p>${blockMark(asking, block)} ${sinceText(asking, block)}</p>
    ${block.isUnanswered ? html`<p class="warn">${blocks.unanswered(format.count(ANSWER_MINUTES_MAX))}</p>` : ''}
    ${refused === undefined ? '' : html`<p class="note">${blocks.refused(why)}</p>`}
    ${caller.rights.has('block-sims') && !isWaiting ? askForm(asking, block) : ''}
    ${history.length === 0 ? '' : historyTable(asking, history.slice(0, SHOWN_MAX))}`
}

/** The state with a shape and a word, as lists show it too. */
export function blockMark(
  { words }: Pick<AccountAsking, 'words'>,
  { name }: Pick<BlockState, 'name'>,
): Html {
  return html`<em class="block-${name}">${words.blocks.states[name]}</em>`
}

function sinceText({ words, account, format }: AccountAsking, { by }: SimBlock): string {
  if (by === undefined) return ''
  const { blocks } = words
  const moment = localMoment(by.answeredMs ?? by.requestedMs, account.timeZone, format)
  return `${blocks.since(moment)} · ${whoText(words, by)}`
}

function whoText({ blocks }: AccountAsking['words'], { cause, askedBy }: ServiceRequest): string {
  const name = askedBy.slice(askedBy.indexOf(':') + 1)
  return askedBy === '' ? blocks.causes[cause] : `${blocks.causes[cause]}, ${blocks.by(name)}`
}

/** Asks first, and says what it costs: without a script too. */
function askForm({ words, format, refused }: AccountAsking, block: SimBlock): Html {
  const { blocks } = words
  const isBlocked = block.name === 'blocked'
  const costs = isBlocked
    ? blocks.noFeeBack
    : block.feeMicros === 0
      ? blocks.noFee
      : blocks.fee(format.amount(centsOf(block.feeMicros)))
  const isRefused = refused?.['act'] === 'block' || refused?.['act'] === 'unblock'
  return html`<details class="ask" ${isRefused ? html`open` : ''}>
    <summary>${isBlocked ? blocks.unblock : blocks.block}</summary>
    <form method="post" class="stacked">
      <p>${costs}</p>
      <button name="act" value="${isBlocked ? 'unblock' : 'block'}">
        ${isBlocked ? blocks.sureUnblock : blocks.sureBlock}
      </button>
    </form>
  </details>`
}

function historyTable(asking: AccountAsking, history: readonly ServiceRequest[]): Html {
  const { words, account, format } = asking
  const { blocks } = words
  return html`<h3>${blocks.history}</h3>
    <div class="box">
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">${blocks.when}</th>
            <th scope="col">${blocks.what}</th>
            <th scope="col">${blocks.who}</th>
            <th scope="col">${blocks.answer}</th>
          </tr>
        </thead>
        <tbody>
          ${history.map(
            (one) =>
              html`<tr>
                <td>${localMoment(one.requestedMs, account.timeZone, format)}</td>
                <td>
                  ${blocks.acts[one.act]}${one.service === 'sim' ? '' : html` <small>${one.service}</small>`}
                </td>
                <td class="p">${whoText(words, one)}</td>
                <td>
                  ${blocks.answers[one.state]}
                  ${
                    one.answeredMs === undefined
                      ? ''
                      : html`<small
                          >${localMoment(one.answeredMs, account.timeZone, format)}
                          ${one.answer === '' ? '' : `· ${one.answer}`}</small
                        >`
                  }
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`
}
