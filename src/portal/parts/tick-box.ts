/** A box to tick, with its label. */
import { html } from 'hono/html'
import type { Html } from '../page.ts'

export function tickBox(field: string, isOn: boolean, label: string): Html {
  return html`<label class="tick"
    ><input type="checkbox" name="${field}" ${isOn ? html`checked` : ''} />${label}</label
  >`
}
