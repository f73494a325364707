/** Where staff begin: a customer by anything that is known of them. */
import { html } from 'hono/html'
import { findCustomers, type FoundCustomer } from '../../app/support/find-customers.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { questionsPart } from '../parts/open-questions.ts'
import { searchForm } from '../parts/search-form.ts'
import { requireStaff } from '../parts/staff.ts'

const ROWS_MAX = 100

export const customersPage: Page = {
  about: 'own',
  path: '/customers',
  right: 'anybody',
  async show(asking) {
    const { ask, words, query, path, person } = asking
    requireStaff(person)
    const found = await ask(findCustomers, query.get('search') ?? '', ROWS_MAX)
    return {
      title: words.accounts.title,
      body: html`${query.has('search') ? '' : await questionsPart(asking)}
      ${searchForm({ path, query }, words.accounts.search)}
      ${
        found.length === 0
          ? html`<p class="empty">${words.accounts.none}</p>`
          : html`<div class="box">
              <table class="cards">
                <thead>
                  <tr>
                    <th scope="col">${words.accounts.name}</th>
                    <th scope="col">${words.accounts.id}</th>
                    <th scope="col">${words.accounts.place}</th>
                    <th scope="col">${words.accounts.foundBy}</th>
                  </tr>
                </thead>
                <tbody>
                  ${found.map((one) => row(asking, one))}
                </tbody>
              </table>
            </div>`
      }`,
    }
  },
}

function row({ words }: OwnAsking, { account, by, what, subscriptionId }: FoundCustomer): Html {
  const { accountId, party } = account
  const base = `/accounts/${encodeURIComponent(accountId)}`
  const timeline = `${base}/timeline`
  const to =
    by === 'invoice'
      ? `${base}/invoices/${encodeURIComponent(what)}`
      : subscriptionId === undefined
        ? timeline
        : `${timeline}?line=${encodeURIComponent(subscriptionId)}`
  return html`<tr>
    <td><a href="${base}">${party.legalName}</a></td>
    <td>${accountId}</td>
    <td class="p">${party.address.city}</td>
    <td>${words.accounts.by[by]} <a href="${to}">${what}</a></td>
  </tr>`
}
