/** Figures at the end of a day: as they were frozen or are now, what happened since another day, and freezing one. */
import { html } from 'hono/html'
import { closeFinance, financeAt, financeMovement } from '../../app/finance/finance-at.ts'
import { TikError } from '../../core/failures/errors.ts'
import { dayToIso } from '../../core/time/period.ts'
import type { MovementReport } from '../../finance/at/movement.ts'
import { FIGURE_GROUPINGS, groupFigures, totalOf } from '../../finance/at/sum-figures.ts'
import type { FigureAmounts } from '../../finance/at/finance-figures.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { dayForm, dayOfPage, readDay } from '../parts/day-of-page.ts'
import { centsOf, HOME_TIME_ZONE, localMoment, moneyCell } from '../parts/figures.ts'
import { FINANCE_PATHS, financeTabs } from '../parts/finance-tabs.ts'
import { plainTable } from '../parts/plain-table.ts'
import { requireStaff } from '../parts/staff.ts'

const AMOUNTS = [
  'unbilledMicros',
  'lateMicros',
  'dueMicros',
  'deferredMicros',
  'invoicedMicros',
] as const satisfies readonly (keyof FigureAmounts)[]

export const financeDayPage: Page = {
  about: 'own',
  path: FINANCE_PATHS.day,
  right: 'finance',
  async show(asking) {
    const { ask, words, query, person, caller, format } = asking
    requireStaff(person)
    const day = dayOfPage(asking)
    const by = FIGURE_GROUPINGS.find((one) => one === query.get('by')) ?? 'account'
    const since = query.get('since') ?? ''
    const at = await ask(financeAt, day)
    const movement =
      since === ''
        ? undefined
        : await ask(financeMovement, { fromDay: readDay(since), toDay: day, by })
    const groups = groupFigures(at.figures, by)
    return {
      title: words.finance.views.day,
      body: html`${financeTabs(asking, 'day')}
        ${dayForm(asking, { day, label: words.finance.atEndOf, more: groupingFields(asking, by, since) })}
        <p class="note">
          ${
            at.closedMs === undefined
              ? words.finance.isOpen
              : words.finance.isClosed(localMoment(at.closedMs, HOME_TIME_ZONE, format))
          }
          ${
            at.untied.length === 0
              ? ''
              : html`<em class="error"
                  >${words.finance.untied(at.untied.map(({ accountId }) => accountId).join(', '))}</em
                >`
          }
        </p>
        ${
          at.closedMs === undefined && caller.reach.kind === 'operator'
            ? html`<details class="edit">
                <summary>${words.finance.close}</summary>
                <form method="post" class="stacked">
                  <p class="note">${words.finance.closeNote}</p>
                  <input type="hidden" name="day" value="${dayToIso(day)}" />
                  <button name="act" value="close">
                    ${words.finance.closeDay(format.date(day))}
                  </button>
                </form>
              </details>`
            : ''
        }
        ${
          groups.length === 0
            ? html`<p class="empty">${words.usage.nothing}</p>`
            : figuresTable(asking, groups)
        }
        ${movement === undefined ? '' : movementPart(asking, movement)}`,
    }
  },
  async act({ ask, words, format }, form) {
    if (form['act'] !== 'close') throw new TikError('usage_error', 'a day can be closed')
    const day = readDay(form['day'] ?? '')
    await ask(closeFinance, day)
    return {
      goTo: `${FINANCE_PATHS.day}?day=${dayToIso(day)}`,
      said: words.finance.closed(format.date(day)),
    }
  },
}

function groupingFields({ words }: OwnAsking, by: string, since: string): Html {
  return html`<label
      >${words.finance.grouped}
      <select name="by">
        ${FIGURE_GROUPINGS.map(
          (one) =>
            html`<option value="${one}" ${one === by ? html`selected` : ''}>
              ${words.finance.groupings[one]}
            </option>`,
        )}
      </select></label
    >
    <label>${words.finance.since} <input type="date" name="since" value="${since}" /></label>`
}

function figuresTable({ words, format }: OwnAsking, groups: ReturnType<typeof groupFigures>): Html {
  return plainTable(
    [
      { text: words.finance.of },
      ...AMOUNTS.map((name) => ({ text: words.finance.figures[name], isNumber: true }) as const),
    ],
    groups.map(
      (group) =>
        html`<td>${group.key === '' ? '–' : group.key}</td>
          ${AMOUNTS.map(
            (name) =>
              html`<td
                class="n"
                data-label="${words.finance.figures[name]}"
                title="€ ${format.exact(group[name])}"
              >
                ${group[name] === 0 ? '' : format.cents(centsOf(group[name]))}
              </td>`,
          )}`,
    ),
    {
      caption: words.finance.views.day,
      foot: html`<td>${words.finance.total}</td>
        ${AMOUNTS.map((name) => moneyCell(totalOf(groups, name), format))}`,
    },
  )
}

/** Opening, what came and went, closing: of what was rated and not invoiced, and of what was invoiced ahead. */
function movementPart(
  { words, format }: OwnAsking,
  { rows, untied, fromDay }: MovementReport,
): Html {
  const cell = (amount: MovementReport['rows'][number]['invoicedMicros']): Html =>
    html`<td class="n">${amount === 0 ? '' : format.cents(centsOf(amount))}</td>`
  const titles = words.finance.movements
  return html`<h2>${words.finance.movement(format.date(fromDay))}</h2>
    ${
      untied.length === 0
        ? ''
        : html`<p class="said">${words.finance.untied(untied.join(', '))}</p>`
    }
    ${plainTable(
      [
        { text: words.finance.of },
        ...[
          titles.opening,
          titles.used,
          titles.cameLate,
          titles.billed,
          titles.closing,
          titles.invoiced,
          titles.earned,
        ].map((text) => ({ text, isNumber: true }) as const),
      ],
      rows.map(
        ({ key, unbilled, invoicedMicros, earnedMicros }) =>
          html`<td>${key === '' ? '–' : key}</td>
            ${[
              unbilled.openingMicros,
              unbilled.usedMicros,
              unbilled.cameLateMicros,
              unbilled.billedMicros,
              unbilled.closingMicros,
              invoicedMicros,
              earnedMicros,
            ].map(cell)}`,
      ),
      { caption: words.finance.movement(format.date(fromDay)) },
    )}`
}
