/** What differs between two catalogues that rated something. */
import { html } from 'hono/html'
import {
  catalogueDifference,
  catalogueVersions,
  type CatalogueVersion,
} from '../../app/catalogue/catalogue-versions.ts'
import type { EntryDifference } from '../../catalogue/catalogue-differences.ts'
import type { Html, OwnAsking, Page } from '../page.ts'
import { CATALOGUE_PATHS, catalogueTabs } from '../parts/catalogue-tabs.ts'
import { HOME_TIME_ZONE, localMoment } from '../parts/figures.ts'
import { plainTable } from '../parts/plain-table.ts'
import { requireStaffOfOperator } from '../parts/staff.ts'

/** What is new as a whole is looked at in its file. */
const ENTRIES_SHOWN_MAX = 500

export const catalogueDifferencePage: Page = {
  about: 'own',
  path: CATALOGUE_PATHS.difference,
  right: 'operate',
  async show(asking) {
    const { ask, words, query, caller, format } = asking
    requireStaffOfOperator(caller)
    const versions = await ask(catalogueVersions)
    const from = query.get('from') ?? versions[1]?.key ?? ''
    const to = query.get('to') ?? versions[0]?.key ?? ''
    const found =
      from === '' || to === '' ? undefined : await ask(catalogueDifference, { from, to })
    const { entries = [], decks = [] } = found ?? {}
    return {
      title: words.catalogue.views.difference,
      body: html`${catalogueTabs(asking, 'difference')}
      ${
        versions.length < 2
          ? html`<p class="empty">${words.catalogue.oneVersion}</p>`
          : html`${choice(asking, versions, { from, to })}
            ${
              entries.length + decks.length === 0
                ? html`<p class="empty">${words.catalogue.same}</p>`
                : ''
            }
            ${entries.length === 0 ? '' : entriesTable(asking, entries)}
            ${
              decks.length === 0
                ? ''
                : html`<ul class="plainlist">
                    ${decks.map(
                      ({ deckId, report }) =>
                        html`<li>
                          ${deckId}:
                          ${Object.entries(report.counts)
                            .filter(([, count]) => count > 0)
                            .map(([kind, count]) => `${kind} ${format.count(count)}`)
                            .join(', ')}
                        </li>`,
                    )}
                  </ul>`
            }`
      }`,
    }
  },
}

function choice(
  { words, path, format }: OwnAsking,
  versions: readonly CatalogueVersion[],
  chosen: { readonly from: string; readonly to: string },
): Html {
  const select = (name: 'from' | 'to', label: string): Html =>
    html`<label
      >${label}<select name="${name}">
        ${versions.map(
          ({ key, keptMs, isInForce }) =>
            html`<option value="${key}" ${key === chosen[name] ? html`selected` : ''}>
              ${localMoment(keptMs, HOME_TIME_ZONE, format)} ${key}
              ${isInForce ? `(${words.catalogue.inForce})` : ''}
            </option>`,
        )}
      </select></label
    >`
  return html`<form method="get" action="${path}" class="filterbar">
    ${select('from', words.audit.from)} ${select('to', words.audit.to)}
    <button>${words.usage.apply}</button>
  </form>`
}

function entriesTable({ words, format }: OwnAsking, entries: readonly EntryDifference[]): Html {
  const shown = entries.slice(0, ENTRIES_SHOWN_MAX)
  return html`${plainTable(
    [
      { text: words.catalogue.section },
      { text: words.catalogue.entry },
      { text: words.audit.from },
      { text: words.audit.to },
    ],
    shown.flatMap(({ section, id, kind, fields }) =>
      kind === 'changed'
        ? fields.map(
            ({ path, before, after }) =>
              html`<td class="p">${section}</td>
                <td>${id} <small>${path}</small></td>
                <td><del>${before}</del></td>
                <td><ins>${after}</ins></td>`,
          )
        : [
            html`<td class="p">${section}</td>
              <td>${id}</td>
              <td>
                ${kind === 'removed' ? html`<del>${words.catalogue.changes[kind]}</del>` : ''}
              </td>
              <td>
                ${kind === 'added' ? html`<ins>${words.catalogue.changes[kind]}</ins>` : ''}
              </td>`,
          ],
    ),
    { caption: words.catalogue.views.difference },
  )}
  ${
    entries.length > ENTRIES_SHOWN_MAX
      ? html`<p class="note">
          ${words.catalogue.more(format.count(entries.length - ENTRIES_SHOWN_MAX))}
        </p>`
      : ''
  }`
}
