/** A deck as different programs save it: one catalogue comes out, or one message says what is wrong. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkCatalogue, loadArchivedCatalogue } from './load-catalogue.ts'

const BASE = 'fixtures/catalogue-mistakes/base'
const NAME = 'Åland en Réunion'
const deck = readFileSync(join(BASE, 'deck.csv'), 'utf8').replace('Ukraine', NAME)
let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-deck-'))
  cpSync(BASE, folder, { recursive: true })
})

afterEach(() => rmSync(folder, { recursive: true }))

async function check(bytes: Buffer) {
  writeFileSync(join(folder, 'deck.csv'), bytes)
  const { catalogue, problems } = await checkCatalogue(folder)
  return {
    names: catalogue?.destinations.map(({ name }) => name) ?? [],
    problems: problems.map((one) => `${one.file}:${one.line} ${one.severity}: ${one.message}`),
  }
}

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()

test.each([
  ['UTF-8', Buffer.from(deck)],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${deck}`)],
  ['UTF-16 of Excel', Buffer.from(`\uFEFF${deck}`, 'utf16le')],
  ['UTF-16, high byte first', utf16be(`\uFEFF${deck}`)],
  ['UTF-16 without a mark', Buffer.from(deck, 'utf16le')],
  ['semicolons', Buffer.from(deck.replaceAll(',', ';'))],
  ['semicolons, said by Excel', Buffer.from(`sep=;\r\n${deck.replaceAll(',', ';')}`)],
  ['tabs in UTF-16', Buffer.from(`\uFEFF${deck.replaceAll(',', '\t')}`, 'utf16le')],
  ['bars', Buffer.from(deck.replaceAll(',', '|'))],
  ['quotes', Buffer.from(deck.replaceAll(/[^,\n]+/g, '"$&"'))],
  ['CRLF', Buffer.from(deck.replaceAll('\n', '\r\n'))],
])('%s', async (_how, bytes) => {
  const { names, problems } = await check(bytes)
  expect(problems).toEqual([])
  expect(names).toContain(NAME)
})

test('the Windows code page is read, and said with the line', async () => {
  const { names, problems } = await check(Buffer.from(deck, 'latin1'))
  expect(names).toContain(NAME)
  expect(problems).toEqual([
    `deck.csv:5 warning: is not UTF-8: read as Windows-1252, "380,ua,${NAME},UA,fixed,eu,,"; ` +
      'save it as UTF-8 if that is wrong',
  ])
})

test('what is no text gets one message', async () => {
  const { problems } = await check(Buffer.concat([Buffer.from(deck), Buffer.alloc(9)]))
  expect(problems.filter((problem) => problem.startsWith('deck.csv'))).toEqual([
    'deck.csv:1 error: is no text: it has bytes that are 0; save it as UTF-8',
  ])
})

test('a row of a semicolon deck that is wrong has its line', async () => {
  const bytes = Buffer.from(`sep=;\n${deck.replaceAll(',', ';').replace('380;', '3.8E+11;')}`)
  expect((await check(bytes)).problems).toEqual([
    expect.stringMatching(/^deck\.csv:6 error: the prefix "3\.8E\+11" .*: a spreadsheet wrote/),
  ])
})

test('an archived catalogue with a prefix that could never match is still read', async () => {
  writeFileSync(join(folder, 'deck.csv'), `${deck}0031,nl-x,Never,NL,fixed,eu,,\n`)
  const catalogue = await loadArchivedCatalogue(folder)
  expect(catalogue.destinations.map(({ prefix }) => prefix)).not.toContain('0031')
})
