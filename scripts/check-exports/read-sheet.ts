/** The cells of a sheet in LibreOffice's flat XML, with what it took them for. */
import sax from 'sax'

export interface SheetCell {
  /** `float`, `date`, `string` …; '' for an empty one. */
  readonly type: string
  /** As a program reads it. */
  readonly value: string
  /** As a person sees it. */
  readonly text: string
  readonly isFormula: boolean
}

/** Rows of the first sheet that have something in them. */
export function readSheet(xml: string): SheetCell[][] {
  const rows: SheetCell[][] = []
  let row: SheetCell[] = []
  let cell:
    { type: string; value: string; text: string; isFormula: boolean; times: number } | undefined
  const reader = sax.parser(true)
  reader.onopentag = ({ name, attributes }) => {
    const texts = new Map(Object.entries(attributes).map(([key, value]) => [key, String(value)]))
    const attribute = (key: string) => texts.get(key) ?? ''
    if (name === 'table:table-row') row = []
    if (name !== 'table:table-cell') return
    const type = attribute('office:value-type')
    const value = attribute('office:value') || attribute('office:date-value')
    const times = Number(attribute('table:number-columns-repeated') || '1')
    cell = { type, value, text: '', isFormula: attribute('table:formula') !== '', times }
  }
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a parser is no event target
  reader.ontext = (text) => {
    if (cell !== undefined) cell.text += text
  }
  reader.onclosetag = (name) => {
    if (name === 'table:table-cell' && cell !== undefined) {
      const { times, ...read } = cell
      const trimmed = { ...read, text: read.text.trim() }
      // The last of a row stands for all columns that a sheet can have.
      for (let time = 0; time < times && row.length < COLUMNS_MAX; time += 1) row.push(trimmed)
      cell = undefined
    }
    if (name === 'table:table-row' && row.some(({ text }) => text !== '')) rows.push(row)
  }
  reader.write(xml).close()
  return rows
}

const COLUMNS_MAX = 64
