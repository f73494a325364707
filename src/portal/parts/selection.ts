/** What of the usage is shown: the period of the corner, and the filters that stand in the address. */
import { html } from 'hono/html'
import { readQuestion } from '../../app/usage/read-question.ts'
import type { DetailsQuestion } from '../../app/usage/usage-reports.ts'
import type { Localized } from '../../catalogue/catalogue.ts'
import type { AccountAsking, Html } from '../page.ts'
import { addressOf, type ShownPeriod } from './period-corner.ts'

/** Fields of the filter, as the address has them. */
const FIELDS = ['product', 'type', 'sender', 'receiver', 'amount', 'duration'] as const

/** Throws `usage_error` for a comparison that cannot be read. */
export function selectionOf(
  { account, query }: AccountAsking,
  { month }: ShownPeriod,
): DetailsQuestion {
  const given = (name: string): string | undefined => {
    const text = query.get(name)?.trim() ?? ''
    return text === '' ? undefined : text
  }
  const type = given('type')
  return readQuestion({
    period: month,
    timeZone: account.timeZone,
    account: account.accountId,
    product: given('product'),
    callTypes: type === undefined ? undefined : [type],
    sender: given('sender'),
    receiver: given('receiver'),
    amount: given('amount')?.replace(',', '.'),
    duration: given('duration'),
  })
}

/** As the API takes the same selection: a file holds exactly what is shown. */
export function exportAddress(
  { account, query }: AccountAsking,
  { month }: ShownPeriod,
  format: string,
): string {
  const asked = new URLSearchParams({
    period: month,
    timeZone: account.timeZone,
    account: account.accountId,
    format,
  })
  for (const name of FIELDS) {
    const text = query.get(name)?.trim() ?? ''
    if (text !== '') asked.set(name === 'type' ? 'callType' : name, text.replace(',', '.'))
  }
  return `/api/v1/usage/export?${asked}`
}

/** A form that shows what it asks for by itself; without a script it has a button. */
export function filterForm(
  asking: AccountAsking,
  names: ReadonlyMap<string, Localized>,
  { isSingle }: { readonly isSingle: boolean },
): Html {
  const { words, query, path, language } = asking
  const { usage } = words
  const value = (name: string): string => query.get(name) ?? ''
  const isAny = FIELDS.some((name) => value(name) !== '')
  const cleared = Object.fromEntries([...FIELDS, 'cursor'].map((name) => [name, undefined]))
  const types = [...names].toSorted(([, left], [, right]) =>
    left[language].localeCompare(right[language], language),
  )
  return html`<details class="filters" ${isAny ? html`open` : ''}>
    <summary>${usage.filters}</summary>
    <form method="get" action="${path}" data-live>
      <input type="hidden" name="period" value="${value('period')}" />
      <input type="hidden" name="by" value="${value('by')}" />
      <label
        >${usage.product}<select name="product">
          ${option('', usage.all, value('product'))}${option('voip', words.products.voip, value('product'))}${option('mobile', words.products.mobile, value('product'))}
        </select></label
      >
      <label
        >${usage.type}<select name="type">
          ${option('', usage.all, value('type'))}${types.map(([id, name]) => option(id, name[language], value('type')))}
        </select></label
      >
      <label
        >${usage.sender}<input name="sender" value="${value('sender')}" maxlength="40"
      /></label>
      <label
        >${usage.receiver}<input name="receiver" value="${value('receiver')}" maxlength="40"
      /></label>
      ${
        isSingle
          ? html`<label
                >${usage.costMore}<input name="amount" value="${value('amount')}" maxlength="20"
              /></label>
              <label
                >${usage.longer}<input name="duration" value="${value('duration')}" maxlength="20"
              /></label>`
          : ''
      }
      <button>${usage.apply}</button>
      ${
        isAny
          ? html`<a class="act" href="${addressOf(asking, cleared)}" data-key="Escape"
              >${usage.clear}</a
            >`
          : ''
      }
    </form>
  </details>`
}

function option(id: string, name: string, chosen: string): Html {
  return html`<option value="${id}" ${id === chosen ? html`selected` : ''}>${name}</option>`
}
