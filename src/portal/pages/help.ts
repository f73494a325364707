/** What keys do, and where everything is described. */
import { html } from 'hono/html'
import type { Page } from '../page.ts'

const KEYS = [
  ['/', 'search'],
  ['←', 'before'],
  ['→', 'after'],
  ['Esc', 'clear'],
  ['?', 'help'],
] as const

export const helpPage: Page = {
  about: 'own',
  path: '/help',
  right: 'anybody',
  show({ words }) {
    return {
      title: words.help.title,
      body: html`<dl class="facts">
          ${KEYS.map(
            ([key, act]) =>
              html`<dt><kbd>${key}</kbd></dt>
                <dd>${words.help.keys[act]}</dd>`,
          )}
        </dl>
        <p class="note">${words.help.note}</p>`,
    }
  },
}
