/** Data streams of the account: endpoints that get usage and limits at once. One has its page: stream.ts. */
import { html } from 'hono/html'
import { createStream, ownStreams } from '../../app/streams/streams-of.ts'
import type { DataStream, StreamEvents } from '../../data-streams/data-stream.ts'
import type { AccountAsking, Form, Html, Page } from '../page.ts'
import { tickBox } from '../parts/tick-box.ts'

/** Of an account; a partner's are of blocks too. */
const EVENTS = ['usage', 'limits'] as const satisfies readonly StreamEvents[]

export const streamsPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/streams',
  right: 'manage-users',
  async show(asking) {
    const { ask, words, account } = asking
    const streams = await ask(ownStreams, { ownerKind: 'account', ownerId: account.accountId })
    const { access } = words
    return {
      title: access.streams,
      body: html`${
          streams.length === 0
            ? html`<p class="empty">${access.noStreams}</p>`
            : table(asking, streams)
        }
        <h2>${access.newStream}</h2>
        ${streamForm(asking, undefined)}`,
    }
  },
  async act({ ask, words, account }, form) {
    const { accountId } = account
    const made = await ask(createStream, {
      ownerKind: 'account',
      ownerId: accountId,
      ...streamWish(form),
    })
    return {
      goTo: streamPath(accountId, made.stream.streamId),
      said: words.access.streamSecret(made.secret),
    }
  },
}

export function streamPath(accountId: string, streamId: string): string {
  return `/accounts/${encodeURIComponent(accountId)}/streams/${encodeURIComponent(streamId)}`
}

/** What a form of it says. */
export function streamWish(form: Form) {
  return {
    name: (form['name'] ?? '').trim(),
    url: (form['url'] ?? '').trim(),
    events: EVENTS.filter((one) => form[`events-${one}`] !== undefined),
    seesNumbers: form['numbers'] !== undefined,
  }
}

function table({ words, account }: AccountAsking, streams: readonly DataStream[]): Html {
  const { access } = words
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${access.name}</th>
          <th scope="col">${access.url}</th>
          <th scope="col">${access.events}</th>
          <th scope="col">${access.state}</th>
        </tr>
      </thead>
      <tbody>
        ${streams.map(
          (one) =>
            html`<tr>
              <td><a href="${streamPath(account.accountId, one.streamId)}">${one.name}</a></td>
              <td class="w">${one.url}</td>
              <td>${one.events.map((event) => access.eventNames[event]).join(', ')}</td>
              <td>${access.streamStates[one.state]}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

/** `stream`: the one that is changed; undefined for a new one. */
export function streamForm(asking: AccountAsking, stream: DataStream | undefined): Html {
  const { words, refused, caller } = asking
  const { access } = words
  const value = (name: 'name' | 'url'): string => refused?.[name] ?? stream?.[name] ?? ''
  const isOn = (event: StreamEvents): boolean =>
    refused === undefined
      ? (stream?.events.includes(event) ?? true)
      : refused[`events-${event}`] !== undefined
  const seesNumbers =
    refused === undefined ? stream?.seesNumbers === true : refused['numbers'] !== undefined
  return html`<form method="post" class="stacked wide">
    <label
      >${access.name}<input name="name" required maxlength="100" value="${value('name')}"
    /></label>
    <label
      >${access.url}<input
        name="url"
        type="url"
        required
        maxlength="2000"
        placeholder="https://"
        value="${value('url')}"
    /></label>
    <fieldset>
      <legend>${access.events}</legend>
      ${EVENTS.map((event) => tickBox(`events-${event}`, isOn(event), access.eventNames[event]))}
      ${caller.rights.has('see-numbers') ? tickBox('numbers', seesNumbers, access.seesNumbers) : ''}
    </fieldset>
    <button name="act" value="save">${stream === undefined ? access.make : access.save}</button>
  </form>`
}
