/** Where everything stands, for who runs the installation: does usage come in, what waits, what failed. */
import { html } from 'hono/html'
import { statusOf } from '../../app/service/status-of.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { HOME_TIME_ZONE, momentText } from '../parts/figures.ts'
import { requireStaffOfOperator } from '../parts/staff.ts'

/** Sources that were heard last come first. */
const SOURCES_SHOWN_MAX = 50
export const todayPage: Page = {
  about: 'own',
  path: '/today',
  right: 'operate',
  async show(asking) {
    const { ask, words, caller, format } = asking
    requireStaffOfOperator(caller)
    const status = await ask(statusOf)
    const waiting = status.rejects.reduce((sum, { recordsCount }) => sum + recordsCount, 0)
    const { operations, ledger } = status
    const facts: readonly (readonly [string, number, string])[] = [
      [words.today.rejects, waiting, '/suspense'],
      [words.today.mailsFailed, operations.mailsFailedCount, ''],
      [words.today.mailsWaiting, operations.mailsQueuedCount, ''],
      [words.today.webhooksWaiting, operations.webhooksQueuedCount, ''],
      [words.today.alertsBehind, status.alertsLagCount, ''],
    ]
    return {
      title: words.today.title,
      body: html`<dl class="facts">
          ${facts.map(
            ([name, count, to]) =>
              html`<dt>${name}</dt>
                <dd>
                  ${
                    to === '' || count === 0
                      ? format.count(count)
                      : html`<a class="act" href="${to}">${format.count(count)}</a>`
                  }
                </dd>`,
          )}
          <dt>${words.today.stream}</dt>
          <dd>${words.today.streams[status.stream.state] ?? status.stream.state}</dd>
        </dl>
        <h2>${words.today.sources}</h2>
        ${sources(asking, ledger.partitions)}`,
    }
  },
}

type Partition = Awaited<ReturnType<typeof statusOf>>['ledger']['partitions'][number]

function sources({ words, format }: OwnAsking, partitions: readonly Partition[]): Html {
  const latest = partitions
    .toSorted((left, right) => right.lastRecordedMs - left.lastRecordedMs)
    .slice(0, SOURCES_SHOWN_MAX)
  return html`<div class="box">
    <table class="cards">
      <thead>
        <tr>
          <th scope="col">${words.today.source}</th>
          <th scope="col" class="n">${words.usage.count}</th>
          <th scope="col">${words.today.last}</th>
        </tr>
      </thead>
      <tbody>
        ${latest.map(
          (one) =>
            html`<tr>
              <td>${one.logSource}/${one.logPartition}</td>
              <td class="n">${format.count(one.rowsCount)}</td>
              <td class="p">
                ${one.lastRecordedMs === 0 ? '' : momentText(one.lastRecordedMs, HOME_TIME_ZONE)}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}
