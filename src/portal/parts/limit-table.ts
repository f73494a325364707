/** Limits with what is used of them. */
import { html } from 'hono/html'
import type { LimitBalance } from '../../balances/limit-balance.ts'
import { limitName } from './limit-name.ts'
import type { AccountAsking, Html } from '../page.ts'
import { amountText } from './meter.ts'

export function limitTable(asking: AccountAsking, limits: readonly LimitBalance[]): Html {
  const { words, format } = asking
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${words.limits.limit}</th>
          <th scope="col" class="n">${words.limits.used}</th>
          <th scope="col" class="n">${words.limits.warnAt}</th>
          <th scope="col"></th>
        </tr>
      </thead>
      <tbody>
        ${limits.map(
          (one) =>
            html`<tr>
              <td>${limitName(one, asking.language)}</td>
              <td class="n">${amountText(one.used, one.unit, format)} (${one.percent} %)</td>
              <td class="n">
                ${one.action === 'block' ? html`<small>${words.limits.stopAt}</small> ` : ''}${amountText(one.amount, one.unit, format)}
              </td>
              <td class="p">${words.limits.from[one.from] ?? one.from}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
