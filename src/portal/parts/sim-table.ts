/** SIM cards as rows that can be ticked. */
import { html } from 'hono/html'
import type { AccountAsking, Html } from '../page.ts'
import { blockMark } from './block-part.ts'
import { moneyCell } from './figures.ts'
import { bundleMeter } from './meter.ts'
import { addressOf } from './period-corner.ts'
import type { Sim } from './sim-list.ts'
import { ZERO_MICROS } from '../../core/money/money.ts'

export function simTable(asking: AccountAsking, sims: readonly Sim[], canTick: boolean): Html {
  const { words, query, refused } = asking
  const isAll = query.get('all') === '1'
  const isTicked = (id: string): boolean => isAll || refused?.[`sim-${id}`] !== undefined
  return html`${
      canTick
        ? html`<p class="exports">
            <a class="act" href="${addressOf(asking, { all: isAll ? undefined : '1' })}"
              >${isAll ? words.sims.chooseNone : words.sims.chooseAll}</a
            >
          </p>`
        : ''
    }
    <div class="box">
      <table class="cards lines">
        <thead>
          <tr>
            ${canTick ? html`<th scope="col"><span class="unseen">${words.sims.sim}</span></th>` : ''}
            <th scope="col">${words.sims.line}</th>
            <th scope="col">${words.sims.status}</th>
            <th scope="col">${words.sims.bundle}</th>
            <th scope="col" class="n">${words.mobile.cost}</th>
          </tr>
        </thead>
        <tbody>
          ${sims.map((sim) => row(asking, sim, canTick ? isTicked(sim.subscriptionId) : undefined))}
        </tbody>
      </table>
    </div>`
}

/** `isTicked` is undefined where nothing can be ticked. */
function row(asking: AccountAsking, sim: Sim, isTicked: boolean | undefined): Html {
  const { words, account, format } = asking
  const { subscriptionId, label, number, identities, place, balance } = sim
  const name = label === '' ? number : label
  const iccid = identities.findLast(({ kind }) => kind === 'iccid')?.value ?? ''
  const path = `/accounts/${encodeURIComponent(account.accountId)}/mobile/${encodeURIComponent(subscriptionId)}`
  const bundle = balance?.bundles.find(({ unit }) => unit === 'byte')
  return html`<tr>
    ${
      isTicked === undefined
        ? ''
        : html`<td class="box1">
            <input
              type="checkbox"
              name="sim-${subscriptionId}"
              aria-label="${words.sims.choose(name)}"
              ${isTicked ? html`checked` : ''}
            />
          </td>`
    }
    <td>
      <a href="${path}">${name}</a>
      <small
        >${[label === '' ? '' : number, iccid === number ? '' : iccid].filter(Boolean).join(' · ')}</small
      >
    </td>
    <td>
      ${
        sim.block === undefined || place === 'ended' || place === 'active'
          ? words.sims.statuses[place]
          : blockMark(asking, sim.block)
      }
    </td>
    <td class="g3">${bundle === undefined ? '' : bundleMeter(asking, bundle)}</td>
    ${moneyCell(balance?.costMicros ?? ZERO_MICROS, format)}
  </tr>`
}
