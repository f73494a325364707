/** What of the usage is shown: the period of the corner, and the filters that stand in the address. */
import { html } from 'hono/html'
import { readQuestion } from '../../app/usage/read-question.ts'
import type { DetailsQuestion } from '../../app/usage/usage-reports.ts'
import type { Localized } from '../../catalogue/catalogue.ts'
import type { Subscription } from '../../core/accounts/accounts.ts'
import type { AccountAsking, Html } from '../page.ts'
import { addressOf, periodBefore, periodName, type ShownPeriod } from './period-corner.ts'

/** Fields of the filter, as the address and the API have them; `type` is a callType there. */
const FIELDS = ['product', 'type', 'sender', 'receiver', 'subscription', 'costCentre'] as const
/** Of single usages, and of sums. */
const COMPARED = ['amount', 'duration', 'volume'] as const
const SUMS = ['totalAmount', 'totalVolume'] as const
/** A comparison goes back a year and a month, so that the same month of last year is among them. */
const PERIODS_COMPARED_MAX = 13

type Field = (typeof FIELDS)[number] | (typeof COMPARED)[number] | (typeof SUMS)[number]

function given({ query }: Pick<AccountAsking, 'query'>, name: Field): string | undefined {
  const text = query.get(name)?.trim() ?? ''
  return text === '' ? undefined : text
}

/** Decimals as a Dutch reader writes them. */
function compared(asking: AccountAsking, name: Field): string | undefined {
  return given(asking, name)?.replace(',', '.')
}

/** Throws `usage_error` for a comparison that cannot be read. */
export function selectionOf(asking: AccountAsking, { month }: ShownPeriod): DetailsQuestion {
  const { account } = asking
  const type = given(asking, 'type')
  return readQuestion({
    period: month,
    timeZone: account.timeZone,
    account: account.accountId,
    product: given(asking, 'product'),
    callTypes: type === undefined ? undefined : [type],
    sender: given(asking, 'sender'),
    receiver: given(asking, 'receiver'),
    subscription: given(asking, 'subscription'),
    costCentre: given(asking, 'costCentre'),
    amount: compared(asking, 'amount'),
    duration: given(asking, 'duration'),
    volume: compared(asking, 'volume'),
    totalAmount: compared(asking, 'totalAmount'),
    totalVolume: compared(asking, 'totalVolume'),
  })
}

/** As the API takes the same selection: a file holds exactly what is shown. */
export function exportWish(asking: AccountAsking, { month }: ShownPeriod): Record<string, string> {
  const { account } = asking
  const wish: Record<string, string> = {
    period: month,
    timeZone: account.timeZone,
    account: account.accountId,
  }
  for (const name of [...FIELDS, ...COMPARED]) {
    const isCompared = COMPARED.some((each) => each === name)
    const text = isCompared ? compared(asking, name) : given(asking, name)
    if (text !== undefined) wish[name === 'type' ? 'callType' : name] = text
  }
  return wish
}

export function exportAddress(asking: AccountAsking, shown: ShownPeriod, format: string): string {
  return `/api/v1/usage/export?${new URLSearchParams({ ...exportWish(asking, shown), format })}`
}

/** The sums of the table as a file. */
export function tableAddress(
  asking: AccountAsking,
  shown: ShownPeriod,
  { by, format }: { readonly by: string; readonly format: string },
): string {
  const asked = new URLSearchParams({ ...exportWish(asking, shown), by, format })
  asked.set('language', asking.language)
  for (const name of COMPARED) asked.delete(name)
  for (const name of SUMS) {
    const text = compared(asking, name)
    if (text !== undefined) asked.set(name, text)
  }
  return `/api/v1/usage/totals/export?${asked}`
}

/** Whether sums are compared: then what is shown is not all usage of the selection. */
export function isOfSums(asking: AccountAsking): boolean {
  return SUMS.some((name) => given(asking, name) !== undefined)
}

/** The periods that a period can be compared with, newest first. */
export function earlierPeriods(asking: AccountAsking, shown: ShownPeriod): ShownPeriod[] {
  const found: ShownPeriod[] = []
  let at = shown
  for (let count = 0; count < PERIODS_COMPARED_MAX; count++) {
    at = periodBefore(asking, at)
    found.push(at)
  }
  return found
}

export interface FilterParts {
  readonly names: ReadonlyMap<string, Localized>
  readonly subscriptions: readonly Subscription[]
  /** Single usages, or sums of them. */
  readonly isSingle: boolean
  readonly shown: ShownPeriod
}

/** A form that shows what it asks for by itself; without a script it has a button. */
export function filterForm(asking: AccountAsking, parts: FilterParts): Html {
  const { words, query, path, language } = asking
  const { usage, view } = words
  const { names, subscriptions, isSingle, shown } = parts
  const value = (name: string): string => query.get(name) ?? ''
  const own = [...FIELDS, ...(isSingle ? COMPARED : [...SUMS, 'with'])]
  const isAny = own.some((name) => value(name) !== '')
  const cleared = Object.fromEntries([...own, 'cursor'].map((name) => [name, undefined]))
  const types = [...names].toSorted(([, left], [, right]) =>
    left[language].localeCompare(right[language], language),
  )
  const centres = [...new Set(subscriptions.map(({ costCentre }) => costCentre))]
    .filter((name) => name !== '')
    .toSorted((left, right) => left.localeCompare(right, language))
  const text = (name: string, label: string): Html =>
    html`<label>${label}<input name="${name}" value="${value(name)}" maxlength="40" /></label>`
  return html`<details class="filters" ${isAny ? html`open` : ''}>
    <summary>${usage.filters}</summary>
    <form method="get" action="${path}" data-live>
      <input type="hidden" name="period" value="${value('period')}" />
      <input type="hidden" name="by" value="${value('by')}" />
      <input type="hidden" name="sort" value="${value('sort')}" />
      ${choice('product', usage.product, value('product'), [
        ['', usage.all],
        ['voip', words.products.voip],
        ['mobile', words.products.mobile],
      ])}
      ${choice('type', usage.type, value('type'), [
        ['', usage.all],
        ...types.map(([id, name]) => [id, name[language]] as const),
      ])}
      ${text('sender', usage.sender)} ${text('receiver', usage.receiver)}
      ${
        centres.length === 0
          ? ''
          : choice('costCentre', view.costCentre, value('costCentre'), [
              ['', usage.all],
              ...centres.map((name) => [name, name] as const),
            ])
      }
      ${value('subscription') === '' ? '' : lineChoice(asking, subscriptions)}
      ${
        isSingle
          ? html`${text('amount', usage.costMore)} ${text('duration', usage.longer)}
            ${text('volume', view.volume)}`
          : html`${text('totalAmount', view.sumCost)} ${text('totalVolume', view.sumVolume)}
            ${choice('with', view.compare, value('with'), [
              ['', view.nothing],
              ...earlierPeriods(asking, shown).map(
                (one) => [one.month, periodName(asking, one)] as const,
              ),
            ])}`
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

/** Shown where one is chosen: of thousands nobody chooses from a list. */
function lineChoice({ words, query }: AccountAsking, subscriptions: readonly Subscription[]): Html {
  const id = query.get('subscription') ?? ''
  const one = subscriptions.find(({ subscriptionId }) => subscriptionId === id)
  return choice('subscription', words.view.line, id, [
    ['', words.usage.all],
    [id, one === undefined || one.label === '' ? id : one.label],
  ])
}

function choice(
  name: string,
  label: string,
  chosen: string,
  options: readonly (readonly [string, string])[],
): Html {
  return html`<label
    >${label}<select name="${name}">
      ${options.map(
        ([id, text]) =>
          html`<option value="${id}" ${id === chosen ? html`selected` : ''}>${text}</option>`,
      )}
    </select></label
  >`
}
