/** What stands around every page: whose portal it is, where one can go, who one is. */
import { html } from 'hono/html'
import type { Account, Language, Partner } from '../core/accounts/accounts.ts'
import type { Right } from '../identity/rights.ts'
import type { Html, PageContent } from './page.ts'
import type { PortalWords } from './words/words.ts'

export interface FrameParts {
  readonly language: Language
  readonly words: PortalWords
  readonly rights: ReadonlySet<Right>
  readonly personName: string
  /** Whose pages they are; undefined where it is nobody's alone. */
  readonly account: Account | undefined
  readonly partner: Partner | undefined
  /** Of staff, who look at customers as their customers do. */
  readonly isStaff: boolean
  /** The account that they act for, at the moment. */
  readonly actingFor: string | undefined
  /** Of who runs the installation. */
  readonly isOperator: boolean
  /** Where they begin. */
  readonly home: string
  readonly hasMobile: boolean
  /** The path of the page, to mark it. */
  readonly path: string
  /** What was done before the page was shown. */
  readonly said: string
  /** Changes with what the page is made of, so that a browser keeps it for long. */
  readonly assetsVersion: string
}

/** In the order of the menu: name, path below the account's, right, and whether it needs mobile lines. */
const MENU = [
  ['overview', '', 'anybody', false],
  ['usage', '/usage', 'see-usage', false],
  ['mobile', '/mobile', 'see-usage', true],
  ['sims', '/sims', 'see-usage', true],
  ['invoices', '/invoices', 'see-invoices', false],
  ['limits', '/limits', 'see-usage', false],
  ['warnings', '/warnings', 'see-usage', false],
  ['questions', '/questions', 'anybody', false],
  ['users', '/users', 'manage-users', false],
  ['streams', '/streams', 'manage-users', false],
  ['clients', '/clients', 'manage-users', false],
  ['company', '/company', 'see-invoices', false],
  ['audit', '/audit', 'see-audit', false],
] as const

export function frame(parts: FrameParts, content: PageContent): Html {
  const { language, words, partner } = parts
  const seller = partner?.party.legalName ?? 'tik'
  return html`<!doctype html>
    <html lang="${language}" class="${accentClass(partner)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${content.title} · ${seller}</title>
        ${assets(parts.assetsVersion)}
      </head>
      <body class="app">
        <a class="skip" href="#main">${words.nav.skip}</a>
        <header>
          <a class="brand" href="${parts.home}">${seller}</a>
          <span class="whose">${parts.account?.party.legalName ?? ''}</span>
          ${parts.isStaff ? findForm(parts) : ''}
          <a class="me" href="/me">${parts.personName}</a>
          <form method="post" action="/leave">
            <button class="plain">${words.nav.signOut}</button>
          </form>
        </header>
        ${rail(parts)}
        <main id="main" tabindex="-1">
          ${parts.isStaff && parts.account !== undefined ? lookBar(parts, parts.account) : ''}
          ${parts.said === '' ? '' : html`<p class="said" role="status">${parts.said}</p>`}
          <div class="head">
            <h1>${content.title}</h1>
            ${content.corner ?? ''}
          </div>
          ${content.body}
        </main>
        ${foot(parts)}
      </body>
    </html>`
}

/** On every page, and on those of what went wrong: whom to call. */
function foot({ words, partner, language }: FrameParts): Html {
  const contact = partner?.contact
  return html`<footer>
    ${
      contact === undefined
        ? ''
        : html`<p>
            ${words.help.call} ${callLink(contact.telephone)} ${contact.hours[language] ?? ''}
            ${contact.email === undefined ? '' : html`· <a href="mailto:${contact.email}">${contact.email}</a>`}
            ${contact.lostPhone === undefined ? '' : html`· ${words.help.lost} ${callLink(contact.lostPhone)}`}
          </p>`
    }
    <p><a href="/help" data-key="?">${words.help.title}</a></p>
  </footer>`
}

function callLink(number: string): Html {
  return html`<a href="tel:${number.replaceAll(/[^+\d]/g, '')}">${number}</a>`
}

/** A customer by anything that is known of them. */
function findForm({ words }: FrameParts): Html {
  return html`<form method="get" action="/customers" role="search" class="seek">
    <label
      ><span class="unseen">${words.accounts.search}</span
      ><input
        type="search"
        name="search"
        placeholder="${words.accounts.find}"
        maxlength="100"
        data-key="/"
    /></label>
  </form>`
}

/** On every page of a customer that staff look at. */
function lookBar({ words, rights, actingFor }: FrameParts, { accountId, party }: Account): Html {
  const base = `/accounts/${encodeURIComponent(accountId)}`
  const isActing = actingFor === accountId
  return html`<p class="look ${isActing ? 'acting' : ''}" role="note">
    <span
      >${isActing ? words.look.acting(party.legalName) : words.look.looking(party.legalName)}</span
    >
    <a class="act" href="${base}/timeline">${words.look.timeline}</a>
    ${
      rights.has('act-for-customers')
        ? html`<a class="act" href="${base}/acting"
            >${isActing ? words.look.end : words.look.act}</a
          >`
        : ''
    }
  </p>`
}

/** The same for who is not signed in. */
export function bareFrame(
  { language, title, assetsVersion }: { language: Language; title: string; assetsVersion: string },
  body: Html,
): Html {
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${assets(assetsVersion)}
      </head>
      <body class="bare">
        <main id="main">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`
}

function assets(version: string): Html {
  return html`<link rel="icon" href="data:," />
    <link rel="stylesheet" href="/assets/portal.css?${version}" />
    <link rel="stylesheet" href="/assets/accents.css" />
    <script type="module" src="/assets/portal.js?${version}"></script>`
}

function rail({ words, rights, account, isStaff, isOperator, hasMobile, path }: FrameParts): Html {
  const base = account === undefined ? '' : `/accounts/${encodeURIComponent(account.accountId)}`
  const items =
    account === undefined
      ? []
      : MENU.filter(
          ([, , right, needsMobile]) =>
            (right === 'anybody' || rights.has(right)) && (!needsMobile || hasMobile),
        ).map(([name, below]) => [words.nav[name], `${base}${below}`] as const)
  const all = [...(isStaff ? staffItems(words, { isOperator, rights }) : []), ...items]
  const here = all
    .map(([, to]) => to)
    .filter((to) => path === to || path.startsWith(`${to}/`))
    .toSorted((left, right) => right.length - left.length)[0]
  return html`<nav class="rail" aria-label="${words.nav.menu}">
    ${all.map(
      ([name, to]) =>
        html`<a href="${to}" ${to === here ? html`aria-current="page"` : ''}>${name}</a>`,
    )}
    <a href="/me" ${path === '/me' ? html`aria-current="page"` : ''}>${words.nav.mine}</a>
  </nav>`
}

/** A partner's colour is a rule of the style sheet that is made for it: the policy takes no inline style. */
function accentClass(partner: Partner | undefined): string {
  const color = partner?.paper?.color
  return color === undefined ? '' : `accent-${color.slice(1).toLowerCase()}`
}

function staffItems(
  words: PortalWords,
  { isOperator, rights }: Pick<FrameParts, 'isOperator' | 'rights'>,
): (readonly [string, string])[] {
  const everybody = [[words.nav.accounts, '/customers']] as const
  const ofFinance = rights.has('finance') ? [[words.finance.title, '/finance'] as const] : []
  if (!isOperator) return [...everybody, ...ofFinance]
  return [
    [words.today.title, '/today'],
    ...everybody,
    [words.suspense.title, '/suspense'],
    [words.month.title, '/month'],
    ...ofFinance,
    [words.catalogue.title, '/catalogue'],
    [words.jobs.title, '/jobs'],
    [words.health.title, '/health'],
  ]
}
