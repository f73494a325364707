/** What bookkeeping takes along: the sales journal of a month as a file, and direct debits. */
import { html } from 'hono/html'
import { debitsOf } from '../../app/finance/debits-of.ts'
import { exportJournalOf, journalOf, journalTargetsOf } from '../../app/finance/journal-of.ts'
import { partnersOf } from '../../app/directory/directory-of.ts'
import type { Partner } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { addMicros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { dayFromIso, dayToIso, monthAfter } from '../../core/time/period.ts'
import type { JournalEntry, JournalLine } from '../../finance/journal/journal-entry.ts'
import type { DebitReport } from '../../invoicing/debit/collect-debits.ts'
import type { Done, Form, Html, OwnAsking, Page } from '../page.ts'
import { readDay } from '../parts/day-of-page.ts'
import { centsOf, moneyCell } from '../parts/figures.ts'
import { FINANCE_PATHS, financeTabs } from '../parts/finance-tabs.ts'
import { monthCorner, monthOf } from '../parts/month-corner.ts'
import { addressOf } from '../parts/period-corner.ts'
import { plainTable } from '../parts/plain-table.ts'
import { requireStaff } from '../parts/staff.ts'

const ENTRIES_SHOWN_MAX = 200

export const financeBooksPage: Page = {
  about: 'own',
  path: FINANCE_PATHS.books,
  right: 'finance',
  async show(asking) {
    const { ask, words, query, person } = asking
    requireStaff(person)
    const month = monthOf(asking)
    const partners = await ask(partnersOf)
    const partner = partners.find((one) => one.partnerId === query.get('partner')) ?? partners[0]
    return {
      title: words.finance.views.books,
      corner: monthCorner(asking, month),
      body: html`${financeTabs(asking, 'books')} ${partnerTabs(asking, partners, partner)}
      ${
        partner === undefined
          ? ''
          : html`<h2>${words.finance.journal}</h2>
              ${await journalPart(asking, partner, month)}
              <h2>${words.finance.debits}</h2>
              ${await debitsPart(asking, partner)}`
      }`,
    }
  },
  act(asking, form) {
    switch (form['act']) {
      case 'journal':
        return exportJournal(asking, form)
      case 'collect':
        return collect(asking, form)
      case undefined:
      default:
        throw new TikError('usage_error', 'an act is journal or collect')
    }
  },
}

function rangeOf(month: string, partnerId: string) {
  const fromDay = dayFromIso(`${month}-01`)
  return { fromDay, untilDay: monthAfter(fromDay) - 1, partnerId }
}

async function exportJournal({ ask, words }: OwnAsking, form: Form): Promise<Done> {
  const { partner = '', period = '', target = '' } = form
  const made = await ask(exportJournalOf, { ...rangeOf(period, partner), target })
  const file = `/api/v1/finance/journals/${encodeURIComponent(partner)}/${made.batchNumber}`
  return {
    goTo: `${FINANCE_PATHS.books}?period=${period}&partner=${encodeURIComponent(partner)}&journal=${made.batchNumber}`,
    said: made.isNew ? words.finance.journalMade(file) : words.finance.journalAgain(file),
  }
}

async function collect({ ask, words, format }: OwnAsking, form: Form): Promise<Done> {
  const { partner = '', on = '' } = form
  const wish = { partnerId: partner, collectionDay: readDay(on), dryRun: false }
  const { batch, collections, totalMicros } = await ask(debitsOf, wish)
  const query = `partner=${encodeURIComponent(partner)}`
  return {
    goTo:
      batch === undefined
        ? `${FINANCE_PATHS.books}?${query}`
        : `${FINANCE_PATHS.books}?${query}&debit=${batch.batchNumber}`,
    said: words.finance.collected(
      format.count(collections.length),
      format.amount(centsOf(totalMicros)),
    ),
  }
}

function partnerTabs(
  asking: OwnAsking,
  partners: readonly Partner[],
  chosen: Partner | undefined,
): Html | '' {
  if (partners.length < 2) return ''
  return html`<nav class="seg" aria-label="${asking.words.finance.by.partner}">
    ${partners.map(
      ({ partnerId, party }) =>
        html`<a
          href="${addressOf(asking, { partner: partnerId, journal: undefined, debit: undefined })}"
          ${partnerId === chosen?.partnerId ? html`aria-current="page"` : ''}
          >${party.legalName}</a
        >`,
    )}
  </nav>`
}

async function journalPart(
  asking: OwnAsking,
  { partnerId }: Partner,
  month: string,
): Promise<Html> {
  const { ask, words, query } = asking
  const targets = ask(journalTargetsOf)
  if (targets.length === 0) return html`<p class="empty">${words.finance.noJournal}</p>`
  const { entries } = await ask(journalOf, rangeOf(month, partnerId))
  const batch = query.get('journal')
  return html`${
    batch === null || !/^\d{1,9}$/.test(batch)
      ? ''
      : html`<p>
          <a class="act" href="/api/v1/finance/journals/${encodeURIComponent(partnerId)}/${batch}"
            >${words.finance.journalFile(batch)}</a
          >
        </p>`
  }
  ${
    entries.length === 0
      ? html`<p class="empty">${words.finance.noDocuments}</p>`
      : html`${entriesTable(asking, entries)}
          <form method="post" class="row">
            <input type="hidden" name="partner" value="${partnerId}" />
            <input type="hidden" name="period" value="${month}" />
            <label
              >${words.finance.target}
              <select name="target">
                ${targets.map((target) => html`<option>${target}</option>`)}
              </select></label
            >
            <button name="act" value="journal">${words.finance.exportJournal}</button>
          </form>`
  }`
}

function sumOf({ lines }: JournalEntry, what: JournalLine['what']): Micros {
  return lines
    .filter((line) => line.what === what)
    .reduce((sum, { amountMicros }) => addMicros(sum, amountMicros), ZERO_MICROS)
}

function entriesTable({ words, format }: OwnAsking, entries: readonly JournalEntry[]): Html {
  return plainTable(
    [
      { text: words.invoices.number },
      { text: words.accounts.id },
      { text: words.invoices.date },
      { text: words.finance.lines, isNumber: true },
      { text: words.invoices.vat, isNumber: true },
      { text: words.finance.receivable, isNumber: true },
    ],
    entries.slice(0, ENTRIES_SHOWN_MAX).map((entry) => {
      const { invoice, lines } = entry
      return html`<td>${invoice.number}</td>
        <td>${invoice.customer.accountId}</td>
        <td class="p">${format.date(invoice.issueDay)}</td>
        <td class="n" data-label="${words.finance.lines}">${format.count(lines.length)}</td>
        <td class="n p">${format.cents(centsOf(sumOf(entry, 'vat')))}</td>
        ${moneyCell(sumOf(entry, 'receivable'), format)}`
    }),
    { caption: words.finance.journal },
  )
}

/** What would be collected is looked at first; then it is asked for. */
async function debitsPart(asking: OwnAsking, partner: Partner): Promise<Html> {
  const { ask, words, query, path, format } = asking
  const { partnerId } = partner
  if (partner.directDebit === undefined) {
    return html`<p class="empty">${words.finance.noDebits}</p>`
  }
  const on = query.get('on') ?? ''
  const batch = query.get('debit')
  const wish = { partnerId, collectionDay: on === '' ? 0 : readDay(on), dryRun: true }
  const planned = on === '' ? undefined : await ask(debitsOf, wish)
  return html`${
      batch === null || !/^\d{1,9}$/.test(batch)
        ? ''
        : html`<p>
            <a class="act" href="/api/v1/finance/debits/${encodeURIComponent(partnerId)}/${batch}"
              >${words.finance.debitFile(batch)}</a
            >
          </p>`
    }
    <form method="get" action="${path}" class="row">
      <input type="hidden" name="partner" value="${partnerId}" />
      <label
        >${words.finance.collectOn} <input type="date" name="on" value="${on}" required
      /></label>
      <button class="plain">${words.finance.lookDebits}</button>
    </form>
    ${
      planned === undefined
        ? ''
        : html`${plannedDebits(asking, planned)}
          ${
            planned.collections.length === 0
              ? ''
              : html`<form method="post" class="row">
                  <input type="hidden" name="partner" value="${partnerId}" />
                  <input type="hidden" name="on" value="${dayToIso(readDay(on))}" />
                  <button name="act" value="collect">
                    ${words.finance.collect(format.amount(centsOf(planned.totalMicros)))}
                  </button>
                </form>`
          }`
    }`
}

function plannedDebits({ words, format }: OwnAsking, planned: DebitReport): Html {
  const { collections, leftOut } = planned
  return plainTable(
    [{ text: words.invoices.number }, { text: '' }, { text: words.invoices.open, isNumber: true }],
    [
      ...collections.map(
        ({ remittance, amountMicros }) =>
          html`<td>${remittance}</td>
            <td></td>
            ${moneyCell(amountMicros, format)}`,
      ),
      ...leftOut.map(
        ({ number, reason, openMicros }) =>
          html`<td>${number}</td>
            <td class="p">${words.finance.debitReasons[reason]}</td>
            <td class="n p">${format.cents(centsOf(openMicros))}</td>`,
      ),
    ],
    { caption: words.finance.debits },
  )
}
