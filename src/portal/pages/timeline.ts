/** What happened to a customer, newest first, for who has them on the telephone; and noting what was said. */
import { html } from 'hono/html'
import { subscriptionsOf } from '../../app/directory/directory-of.ts'
import { noteContact } from '../../app/support/note-contact.ts'
import { timelineOf, TIMELINE_KINDS, type TimelineEntry } from '../../app/support/timeline-of.ts'
import { CHANNELS } from '../../audit/contacts.ts'
import type { Subscription } from '../../core/accounts/accounts.ts'
import type { AccountAsking, Html, Page } from '../page.ts'
import { centsOf, localMoment } from '../parts/figures.ts'
import { percentOfLevel } from '../../limits/limit-levels.ts'
import { limitName } from '../parts/limit-name.ts'
import { addressOf } from '../parts/period-corner.ts'
import { requireStaff } from '../parts/staff.ts'

/** As many as somebody reads while a customer waits; a line or a kind leaves fewer. */
const SHOWN_MAX = 200

export const timelinePage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/timeline',
  right: 'see-audit',
  isOfStaff: true,
  async show(asking) {
    const { ask, words, query, account, person } = asking
    requireStaff(person)
    const { accountId } = account
    const kind = TIMELINE_KINDS.find((one) => one === query.get('kind'))
    const subscriptionId = query.get('line') ?? undefined
    const question = { accountId, kind, subscriptionId, limit: SHOWN_MAX }
    const [entries, lines] = await Promise.all([
      ask(timelineOf, question),
      ask(subscriptionsOf, accountId),
    ])
    return {
      title: words.timeline.title,
      body: html`${contactForm(asking, lines)} ${kindTabs(asking)} ${lineForm(asking, lines)}
      ${
        entries.length === 0
          ? html`<p class="empty">${words.timeline.none}</p>`
          : html`<ol class="timeline">
              ${entries.map((entry) => item(asking, entry, lines))}
            </ol>`
      }`,
    }
  },
  async act({ ask, words, account, path }, form) {
    const { channel = '', text = '', line = '' } = form
    await ask(noteContact, {
      accountId: account.accountId,
      channel,
      text,
      ...(line === '' ? {} : { subscriptionId: line }),
    })
    return { goTo: path, said: words.timeline.noted }
  },
}

function item(asking: AccountAsking, entry: TimelineEntry, lines: readonly Subscription[]): Html {
  const { words, format, account } = asking
  const { atMs, kind, subscriptionId, who, amountMicros } = entry
  const line = lines.find((one) => one.subscriptionId === subscriptionId)
  return html`<li class="${kind}">
    <time datetime="${new Date(atMs).toISOString()}"
      >${localMoment(atMs, account.timeZone, format)}</time
    >
    <span class="kind">${words.timeline.kinds[kind]}</span>
    <span
      >${saidOf(asking, entry)}
      ${amountMicros === undefined ? '' : html`<b>${format.amount(centsOf(amountMicros))}</b>`}
      ${line === undefined ? '' : html`<small>${nameOf(line)}</small>`}
      ${who === '' ? '' : html`<small>${who}</small>`}</span
    >
  </li>`
}

function saidOf({ words, language, account }: AccountAsking, entry: TimelineEntry): Html | string {
  const { kind, what, name, limit } = entry
  if (limit !== undefined) return `${limitName(limit, language)} · ${percentOfLevel(name)} %`
  if (kind === 'contact') return `${words.timeline.channels[what] ?? what}: ${name}`
  const did = words.timeline.whats[what] ?? words.warnings.states[what] ?? what
  if (kind !== 'invoice') return name === '' ? did : `${name} · ${did}`
  const base = `/accounts/${encodeURIComponent(account.accountId)}/invoices`
  return html`<a href="${base}/${encodeURIComponent(name)}">${name}</a> · ${did}`
}

function kindTabs(asking: AccountAsking): Html {
  const { words, query } = asking
  const chosen = query.get('kind') ?? ''
  return html`<nav class="seg" aria-label="${words.timeline.title}">
    ${['', ...TIMELINE_KINDS].map((kind) => {
      const name = kind === '' ? words.usage.all : (words.timeline.kinds[kind] ?? kind)
      return html`<a
        href="${addressOf(asking, { kind })}"
        ${kind === chosen ? html`aria-current="page"` : ''}
        >${name}</a
      >`
    })}
  </nav>`
}

function lineForm({ words, query, path }: AccountAsking, lines: readonly Subscription[]): Html {
  const chosen = query.get('line') ?? ''
  return html`<form method="get" action="${path}" class="row" data-live>
    <input type="hidden" name="kind" value="${query.get('kind') ?? ''}" />
    <label
      ><span class="unseen">${words.timeline.line}</span
      >${lineChoice(lines, chosen, words.timeline.allLines)}</label
    >
    <button class="plain">${words.usage.apply}</button>
  </form>`
}

function lineChoice(lines: readonly Subscription[], chosen: string, none: string): Html {
  return html`<select name="line">
    <option value="">${none}</option>
    ${lines.map(
      (line) =>
        html`<option
          value="${line.subscriptionId}"
          ${line.subscriptionId === chosen ? html`selected` : ''}
        >
          ${nameOf(line)}
        </option>`,
    )}
  </select>`
}

function contactForm(asking: AccountAsking, lines: readonly Subscription[]): Html | '' {
  const { words, caller, path, refused, query } = asking
  if (!caller.rights.has('act-for-customers')) return ''
  return html`<details class="edit" ${refused === undefined ? '' : html`open`}>
    <summary>${words.timeline.note}</summary>
    <form method="post" action="${path}" class="stacked">
      <label
        >${words.timeline.channel}<select name="channel">
          ${CHANNELS.map(
            (one) =>
              html`<option value="${one}" ${refused?.['channel'] === one ? html`selected` : ''}>
                ${words.timeline.channels[one] ?? one}
              </option>`,
          )}
        </select></label
      >
      <label
        >${words.timeline.line}${lineChoice(lines, refused?.['line'] ?? query.get('line') ?? '', words.timeline.allLines)}</label
      >
      <label
        >${words.timeline.text}<textarea name="text" rows="3" maxlength="4000" required>
${refused?.['text'] ?? ''}</textarea>
      </label>
      <button>${words.limits.save}</button>
    </form>
  </details>`
}

function nameOf({ subscriptionId, label, identities }: Subscription): string {
  const number = identities.findLast(({ kind }) => kind === 'number')?.value
  return [label === '' ? subscriptionId : label, number].filter(Boolean).join(' · ')
}
