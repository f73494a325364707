/** A table of heads and rows, whose cells know what they are: for pages that have several. */
import { html } from 'hono/html'
import type { Html } from '../page.ts'

export interface Head {
  readonly text: string
  /** At the right, under each other. */
  readonly isNumber?: true
}

/** `rows` and `foot` are made of cells. A caption is read to who cannot see what stands above. */
export function plainTable(
  heads: readonly Head[],
  rows: readonly Html[],
  { caption = '', foot }: { readonly caption?: string; readonly foot?: Html } = {},
): Html {
  return html`<div class="box">
    <table class="cards">
      ${
        caption === ''
          ? ''
          : html`<caption class="unseen">
              ${caption}
            </caption>`
      }
      <thead>
        <tr>
          ${heads.map(
            ({ text, isNumber }) =>
              html`<th scope="col" class="${isNumber === true ? 'n' : ''}">${text}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells}
            </tr>`,
        )}
      </tbody>
      ${
        foot === undefined
          ? ''
          : html`<tfoot>
              <tr>
                ${foot}
              </tr>
            </tfoot>`
      }
    </table>
  </div>`
}
