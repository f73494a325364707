/** What the provider knows of the company: on its invoices; a change is asked for. */
import { html } from 'hono/html'
import type { AccountAsking, Html, Page } from '../page.ts'

export const companyPage: Page = {
  about: 'account',
  path: '/accounts/{accountId}/company',
  right: 'see-invoices',
  show(asking) {
    const { words, account } = asking
    const { people } = words
    const text = new URLSearchParams({ about: 'account', text: people.change })
    return {
      title: people.company,
      body: html`${facts(asking)}
        <p>
          <a
            class="act"
            href="/accounts/${encodeURIComponent(account.accountId)}/questions?${text}#ask"
            >${people.askChange}</a
          >
        </p>`,
    }
  },
}

function facts({ words, account, partner, format }: AccountAsking): Html {
  const { people } = words
  const { legalName, address, vatId, registrationNumber } = account.party
  const rows: readonly (readonly [string, string])[] = [
    [people.legalName, legalName],
    [people.address, `${address.street}, ${address.postcode} ${address.city}, ${address.country}`],
    [people.vatId, vatId],
    [people.registration, registrationNumber],
    [people.order, account.purchaseOrder],
    [people.term, people.days(format.count(account.paymentTermDays))],
    [people.language, people.languages[account.language]],
    [people.zone, account.timeZone],
    [people.provider, partner?.party.legalName ?? ''],
    ['', partner?.mailFrom ?? ''],
  ]
  return html`<dl class="facts">
    ${rows
      .filter(([, value]) => value !== '')
      .map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
  </dl>`
}
