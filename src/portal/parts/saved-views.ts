/** Views that the reader saved under a name, the way to save this one, and the mail of its whole selection. */
import { html } from 'hono/html'
import { exportByMail } from '../../api/jobs/export-by-mail.ts'
import { askJob } from '../../app/jobs/jobs-of.ts'
import { forgetView, saveView } from '../../app/usage/saved-views.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { SavedView } from '../../reports/saved-views.ts'
import type { AccountAsking, Done, Form, Html } from '../page.ts'
import type { ShownPeriod } from './period-corner.ts'
import { exportWish } from './selection.ts'

type UsagePage = SavedView['page']

/** Not of a view: where a reader has come to in a list. */
const PASSING = ['cursor'] as const

export function savedViewsPart(asking: AccountAsking, views: readonly SavedView[]): Html {
  const { words, format, refused } = asking
  const { view } = words
  const isRefused = refused?.['act'] === 'save-view'
  return html`<details class="edit" ${isRefused ? html`open` : ''}>
    <summary>${view.saved(format.count(views.length))}</summary>
    ${
      views.length === 0
        ? html`<p class="note">${view.none}</p>`
        : html`<ul class="plainlist">
            ${views.map((one) => item(asking, one))}
          </ul>`
    }
    <form method="post" class="row">
      <label
        ><span class="unseen">${view.name}</span
        ><input
          name="name"
          placeholder="${view.name}"
          required
          maxlength="100"
          value="${isRefused ? (refused['name'] ?? '') : ''}"
      /></label>
      <button name="act" value="save-view">${view.save}</button>
    </form>
  </details>`
}

function item({ words, account }: AccountAsking, { viewId, name, page, query }: SavedView): Html {
  const base = `/accounts/${encodeURIComponent(account.accountId)}/usage`
  const path = page === 'calls' ? `${base}/calls` : base
  return html`<li class="row">
    <a class="act" href="${query === '' ? path : `${path}?${query}`}">${name}</a>
    <form method="post">
      <input type="hidden" name="view" value="${viewId}" />
      <button name="act" value="forget-view" class="plain">
        ${words.view.forget}<span class="unseen"> ${name}</span>
      </button>
    </form>
  </li>`
}

/** A file of the whole selection by mail: also of more than a browser waits for. */
export function mailForm({ words }: AccountAsking): Html {
  return html`<form method="post" class="row">
    <label
      ><span class="unseen">${words.view.format}</span
      ><select name="format">
        <option value="csv">CSV</option>
        <option value="excel">Excel</option>
        <option value="parquet">Parquet</option>
      </select></label
    >
    <button name="act" value="mail" class="plain">${words.view.mail}</button>
  </form>`
}

/** What the forms of both usage pages do. */
export async function actOnUsage(
  asking: AccountAsking,
  form: Form,
  { page, shown }: { readonly page: UsagePage; readonly shown: ShownPeriod },
): Promise<Done> {
  const { ask, words, account, path, query } = asking
  const goTo = query.size === 0 ? path : `${path}?${query}`
  switch (form['act']) {
    case 'save-view': {
      const kept = new URLSearchParams(query)
      for (const name of PASSING) kept.delete(name)
      const name = (form['name'] ?? '').trim()
      const wish = { accountId: account.accountId, name, page, query: kept.toString() }
      await ask(saveView, wish)
      return { goTo, said: words.view.savedAs(name) }
    }
    case 'forget-view':
      await ask(forgetView, Number(form['view'] ?? ''))
      return { goTo, said: words.view.forgotten }
    case 'mail': {
      const wish = { ...exportWish(asking, shown), format: form['format'] ?? 'csv' }
      const read = exportByMail.wish.safeParse(wish)
      if (!read.success) throw new TikError('usage_error', read.error.issues[0]?.message ?? '')
      await ask(askJob, exportByMail, read.data)
      return { goTo, said: words.view.mailed }
    }
    case undefined:
    default:
      throw new TikError('usage_error', 'there is no such act')
  }
}
