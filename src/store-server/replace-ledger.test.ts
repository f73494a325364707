import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replaceLedger, sweepRebuild } from './replace-ledger.ts'

const NOW_MS = Date.parse('2026-11-30T10:00:00Z')

/** A folder as a kill left it: a name with what lies in it. */
function folderWith(parts: Record<string, readonly string[]>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tik-replace-'))
  for (const [name, files] of Object.entries(parts)) {
    mkdirSync(join(folder, name))
    for (const file of files) writeFileSync(join(folder, name, file), name)
  }
  return folder
}

function originOfLedger(folder: string): string {
  const path = join(folder, 'ledger', 'rows')
  return existsSync(path) ? readFileSync(path, 'utf8') : 'nothing'
}

test('the new ledger takes the place of the old one, which is kept under the day', () => {
  const folder = folderWith({
    ledger: ['rows'],
    'ledger-rebuilding': ['rows'],
    'ledger-damaged-2026-11-30': [],
  })
  expect(replaceLedger(folder, NOW_MS)).toBe(join(folder, 'ledger-damaged-2026-11-30-2'))
  expect(originOfLedger(folder)).toBe('ledger-rebuilding')
  expect(readdirSync(join(folder, 'ledger'))).toEqual(['rows'])
  expect(readdirSync(join(folder, 'ledger-damaged-2026-11-30-2'))).toEqual(['rows'])
})

test.each([
  ['while it was made', { ledger: ['rows'], 'ledger-rebuilding': ['rows'] }, 'ledger'],
  ['when it was marked', { ledger: ['rows'], 'ledger-rebuilding': ['rows', 'REBUILT'] }, 'ledger'],
  ['between the renames', { 'ledger-rebuilding': ['rows', 'REBUILT'] }, 'ledger-rebuilding'],
  ['after both', { ledger: ['rows', 'REBUILT'] }, 'ledger'],
  ['while it was made, of none', { 'ledger-rebuilding': ['rows'] }, 'nothing'],
])('killed %s, the next start finds one whole ledger and no leftovers', (_, parts, origin) => {
  const folder = folderWith({ ...parts, 'ledger-salvage': ['part'] })
  sweepRebuild(folder)
  expect(originOfLedger(folder)).toBe(origin)
  const left = readdirSync(folder)
  expect(left).toEqual(origin === 'nothing' ? [] : ['ledger'])
  if (left.length > 0) expect(readdirSync(join(folder, 'ledger'))).toEqual(['rows'])
})
