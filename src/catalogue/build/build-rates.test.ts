import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadArchivedCatalogue, loadCatalogue } from '../load-catalogue.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tik-rates-'))
  cpSync('fixtures/catalogue-mistakes/base', folder, { recursive: true })
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function replace(before: string, after: string): void {
  const file = join(folder, 'prices.yaml')
  const text = readFileSync(file, 'utf8')
  expect(text.split(before)).toHaveLength(2)
  writeFileSync(file, text.replace(before, after))
}

async function feesOfBands(): Promise<string[] | undefined> {
  const { rates } = await loadCatalogue(folder)
  return rates.get('voice')?.versions[1]?.bands.map(({ connectFee }) => connectFee)
}

test('a band has the connect fee of its rate unless it says another one', async () => {
  replace('        minimum: "0.05"', '        connectFee: "0.07"\n        minimum: "0.05"')
  expect(await feesOfBands()).toEqual(['0.07'])
  replace('            from: "18:00"', '            from: "18:00"\n            connectFee: "0"')
  expect(await feesOfBands()).toEqual(['0'])
})

test('a field without effect is refused, but what rated with it can still be read', async () => {
  replace('    model: {', '    connectFee: "0.05"\n    model: {')
  await expect(loadCatalogue(folder)).rejects.toMatchObject({ code: 'catalogue_invalid' })
  expect((await loadArchivedCatalogue(folder)).rates.get('data')?.versions).toHaveLength(1)
  replace('amount: 300 min', 'amount: 300 MB')
  await expect(loadArchivedCatalogue(folder)).rejects.toThrow(/prices.yaml:/)
})
