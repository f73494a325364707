/** One data stream: its state, a test, what was delivered, everything once more from a moment, its secret. */
import { html } from 'hono/html'
import {
  changeStream,
  deleteStream,
  pauseStream,
  replayStream,
  resumeStream,
  rotateStreamSecret,
  streamDeliveries,
  streamWithin,
  testStream,
} from '../../app/streams/streams-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import { dayStartMs } from '../../core/time/period.ts'
import type { StreamDelivery } from '../../data-streams/change-stream.ts'
import type { DataStream } from '../../data-streams/data-stream.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { localMoment } from '../parts/figures.ts'
import { writtenDay } from '../parts/written-day.ts'
import { streamForm, streamWish } from './streams.ts'

const DELIVERIES_SHOWN_MAX = 50
const OVERLAP_HOURS = 24

export const streamPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/streams/{streamId}',
  right: 'manage-users',
  async show(asking) {
    const { ask, words } = asking
    const stream = await ownStream(asking)
    const page = { limit: DELIVERIES_SHOWN_MAX }
    const deliveries = await ask(streamDeliveries, stream.streamId, page)
    const { access } = words
    return {
      title: stream.name,
      body: html`<p class="sum">
          <span
            >${access.streamStates[stream.state]}
            ${stream.stateReason === '' ? '' : `· ${stream.stateReason}`} · ${stream.url}</span
          >
        </p>
        ${acts(asking, stream)}
        <h2>${access.deliveries}</h2>
        ${
          deliveries.length === 0
            ? html`<p class="empty">${access.noDeliveries}</p>`
            : deliveryTable(asking, deliveries)
        }
        ${
          stream.origin === 'document'
            ? html`<p class="note">${access.ofDocument}</p>`
            : html`<h2>${words.limits.edit}</h2>
                ${streamForm(asking, stream)}`
        }`,
    }
  },
  async act(asking, form) {
    const { ask, words, path, account } = asking
    const { access } = words
    const { streamId } = await ownStream(asking)
    switch (form['act']) {
      case 'test':
        await ask(testStream, streamId)
        return { goTo: path, said: access.tested }
      case 'pause':
        await ask(pauseStream, streamId)
        return { goTo: path, said: access.paused }
      case 'resume':
        await ask(resumeStream, streamId)
        return { goTo: path, said: access.resumed }
      case 'replay': {
        const day = writtenDay(form['from'])
        if (day === undefined) throw new TikError('usage_error', access.replayFrom)
        await ask(replayStream, streamId, dayStartMs(day, account.timeZone))
        return { goTo: path, said: access.replayed }
      }
      case 'secret': {
        const secret = await ask(rotateStreamSecret, streamId, OVERLAP_HOURS)
        return { goTo: path, said: access.streamSecret(secret) }
      }
      case 'remove':
        await ask(deleteStream, streamId)
        return { goTo: path.slice(0, path.lastIndexOf('/')), said: access.removed }
      case undefined:
      default:
        await ask(changeStream, streamId, streamWish(form))
        return { goTo: path, said: access.saved }
    }
  },
}

/** Throws `not_found`, also for one of another account. */
async function ownStream({ ask, account, params }: AccountAsking): Promise<DataStream> {
  const stream = await ask(streamWithin, params['streamId'] ?? '')
  if (stream.ownerKind === 'account' && stream.ownerId === account.accountId) return stream
  throw new TikError('not_found', 'it is of somebody else')
}

function acts({ words }: AccountAsking, { state, origin }: DataStream): Html {
  const { access } = words
  return html`<div class="row">
      <form method="post"><button name="act" value="test">${access.test}</button></form>
      <form method="post">
        <button name="act" value="${state === 'active' ? 'pause' : 'resume'}" class="plain">
          ${state === 'active' ? access.pause : access.resume}
        </button>
      </form>
    </div>
    <div class="row tops">
      <details class="edit">
        <summary>${access.replay}</summary>
        <form method="post" class="stacked">
          <label>${access.replayFrom}<input type="date" name="from" required /></label>
          <button name="act" value="replay">${access.replay}</button>
        </form>
      </details>
      ${
        origin === 'document'
          ? ''
          : html`<details class="edit">
                <summary>${access.newSecret}</summary>
                <form method="post" class="stacked">
                  <p class="note">${access.newSecretSure}</p>
                  <button name="act" value="secret">${access.newSecret}</button>
                </form>
              </details>
              <details class="edit">
                <summary>${access.remove}</summary>
                <form method="post" class="stacked">
                  <p class="note">${access.removeSure}</p>
                  <button name="act" value="remove">${access.remove}</button>
                </form>
              </details>`
      }
    </div>`
}

function deliveryTable(
  { words, format, account }: AccountAsking,
  deliveries: readonly StreamDelivery[],
): Html {
  const { access } = words
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${access.when}</th>
          <th scope="col">${access.events}</th>
          <th scope="col" class="n">${access.count}</th>
          <th scope="col" class="n">${access.attempt}</th>
          <th scope="col" class="n">${access.took}</th>
          <th scope="col">${access.outcome}</th>
        </tr>
      </thead>
      <tbody>
        ${deliveries.map(
          (one) =>
            html`<tr>
              <td>${localMoment(one.atMs, account.timeZone, format)}</td>
              <td>${one.kind}</td>
              <td class="n" data-label="${access.count}">${format.count(one.eventCount)}</td>
              <td class="n" data-label="${access.attempt}">${format.count(one.attempt)}</td>
              <td class="n" data-label="${access.took}">${format.count(one.tookMs)} ms</td>
              <td>
                ${one.failure === '' ? access.taken : html`<em class="error">${one.failure}</em>`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
