/**
 * A page as data: where it is, which right it asks for, how it is made, and what its form does. The way in,
 * the frame around it and the matrix of who may see it are made of the same list. What makes a page gets
 * no store: it can only `ask` use cases, which are asked as the reader.
 */
import type { html } from 'hono/html'
import type { Ask } from '../api/route.ts'
import type { Caller } from '../app/caller.ts'
import type { Account, Language, Partner } from '../core/accounts/accounts.ts'
import type { LocaleFormat } from '../core/text/locale-format.ts'
import type { Person } from '../identity/person.ts'
import type { Right } from '../identity/rights.ts'
import type { PortalWords } from './words/words.ts'

export type Html = ReturnType<typeof html>
export type Form = Readonly<Record<string, string>>

export interface OwnAsking {
  readonly ask: Ask
  readonly caller: Caller
  readonly person: Person
  /** What a person names it by. */
  readonly sessionId: string
  /** Of the path. */
  readonly params: Readonly<Record<string, string>>
  /** Of the address: what the page shows is said there, and nowhere else. */
  readonly query: URLSearchParams
  /** Of the page, without its query. */
  readonly path: string
  readonly language: Language
  readonly words: PortalWords
  readonly format: LocaleFormat
  /** What its form was sent with, where that was refused: nobody writes it again. */
  readonly refused?: Form
  readonly siteUrl: string
  /** Of tik. */
  readonly version: string
}

/** Of a page that is about one account. */
export interface AccountAsking extends OwnAsking {
  readonly account: Account
  readonly partner: Partner | undefined
}

export interface PageContent {
  readonly title: string
  readonly body: Html
  /** At the right of the title: the period, say. */
  readonly corner?: Html
}

/** After a form: where to go, and what to say there. */
export interface Done {
  readonly goTo: string
  readonly said: string
}

interface PageParts<Asking> {
  /** With `{name}` for parameters. */
  readonly path: string
  /** Of an account and for staff: what it does is their own work, and not the customer's. */
  readonly isOfStaff?: true
  /** Of customers, and staff answer on it as themselves. */
  readonly isAnsweredByStaff?: true
  readonly right: Right | 'anybody'
  show(asking: Asking): Promise<PageContent> | PageContent
  /** What its form does; it is sent to the address of the page. Throws a failure with what was wrong. */
  act?(asking: Asking, form: Form): Promise<Done>
}

export type Page =
  | ({ readonly about: 'account' } & PageParts<AccountAsking>)
  | ({ readonly about: 'own' } & PageParts<OwnAsking>)
