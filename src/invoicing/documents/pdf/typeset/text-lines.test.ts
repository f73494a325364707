import { expect, test } from 'vitest'
import { INVOICE_FONT } from '../invoice-fonts.ts'
import { textLines } from './text-lines.ts'
import { styleOf } from './text-style.ts'

const style = styleOf({ font: INVOICE_FONT, fontSize: 9 })
const WIDTH = 120

test('a word of thousands of letters is cut where its place ends, and no letter is lost', () => {
  const word = 'Wijkteamoostnachtdienst'.repeat(200)
  const lines = textLines(word, style, WIDTH)
  for (const line of lines) expect(line.width).toBeLessThanOrEqual(WIDTH)
  const lettersCount = lines.reduce(
    (sum, { runs }) => sum + runs.reduce((count, { glyphs }) => count + glyphs.length, 0),
    0,
  )
  expect(lettersCount).toBe(word.length)
  expect(lines.length).toBeLessThan(word.length / 15)
})

test.each`
  text                         | linesCount
  ${''}                        | ${1}
  ${'Receptie'}                | ${1}
  ${'een\ntwee'}               | ${2}
  ${'een\r\ntwee\n'}           | ${2}
  ${'  een twee  '}            | ${1}
  ${'nachtdienst '.repeat(10)} | ${5}
`('$text takes $linesCount lines', ({ text, linesCount }) => {
  const lines = textLines(String(text), style, WIDTH)
  expect(lines).toHaveLength(Number(linesCount))
  for (const line of lines) expect(line.width).toBeLessThanOrEqual(WIDTH)
})
