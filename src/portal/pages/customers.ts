/** Where staff begin: an account, by a part of its name, its number, or any number of it. */
import { html } from 'hono/html'
import { accountsOf } from '../../app/directory/directory-of.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Page } from '../page.ts'
import { searchForm } from '../parts/search-form.ts'

const ROWS_MAX = 100

export const customersPage: Page = {
  about: 'own',
  path: '/customers',
  right: 'anybody',
  async show({ ask, words, query, path, person }) {
    if (person.accountId !== '') throw new TikError('not_allowed', 'this page is for staff')
    const search = query.get('search') ?? ''
    const accounts = await ask(accountsOf, search)
    return {
      title: words.accounts.title,
      body: html`${searchForm({ path, query }, words.accounts.search)}
      ${
        accounts.length === 0
          ? html`<p class="empty">${words.accounts.none}</p>`
          : html`<div class="box">
              <table class="cards">
                <thead>
                  <tr>
                    <th scope="col">${words.accounts.name}</th>
                    <th scope="col">${words.accounts.id}</th>
                    <th scope="col">${words.accounts.place}</th>
                  </tr>
                </thead>
                <tbody>
                  ${accounts.slice(0, ROWS_MAX).map(
                    ({ accountId, party }) =>
                      html`<tr>
                        <td>
                          <a href="/accounts/${encodeURIComponent(accountId)}"
                            >${party.legalName}</a
                          >
                        </td>
                        <td>${accountId}</td>
                        <td class="p">${party.address.city}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
      }`,
    }
  },
}
