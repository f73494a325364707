import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkCatalogue } from '../load-catalogue.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-gaps-'))
  cpSync('fixtures/catalogue-mistakes/base', folder, { recursive: true })
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function change(file: string, before: RegExp, after: string): void {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(before)
  writeFileSync(path, text.replace(before, after))
}

const warnings = async () => (await checkCatalogue(folder)).problems.map(({ message }) => message)

test('usage of a product that no plan is of needs no call type', async () => {
  change('catalogue.yaml', /\{ classes: \[fixed\],/, '{ products: [mobile], classes: [fixed],')
  change('catalogue.yaml', /\{ classes: \[service/, '{ products: [mobile], classes: [service')
  expect(await warnings()).toContainEqual(expect.stringMatching(/^no call type covers voip voice/))
  change('prices.yaml', / {2}voip:\n {4}product: voip\n[^]*?(?=modules:)/, '')
  expect(await warnings()).toEqual([])
})
