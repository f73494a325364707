/** The examples of docs/catalogue.md are together a catalogue, and a sound one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { feeVersions } from './fee-at.ts'
import { checkCatalogue } from './load-catalogue.ts'

test('the examples of the guide make a catalogue without errors and warnings', async () => {
  const guide = readFileSync('docs/catalogue.md', 'utf8')
  const examples = [...guide.matchAll(/```(yaml|csv)(?: (\S+))?\n([\s\S]*?)```/g)]
  expect(examples.length).toBeGreaterThan(5)
  const folder = mkdtempSync(join(tmpdir(), 'tik-guide-'))
  try {
    for (const [index, [, kind, name, text = '']] of examples.entries()) {
      writeFileSync(join(folder, name ?? `${String(index).padStart(2, '0')}.${kind}`), text)
    }
    const { catalogue, problems } = await checkCatalogue(folder)
    expect(problems).toEqual([])
    expect([...(catalogue?.plans.keys() ?? [])]).toEqual([
      'tablet',
      'mobile-default',
      'mobile-pool',
    ])
    const [older, newer] = feeVersions(catalogue?.plans.get('mobile-pool')?.monthlyFee ?? '0')
    expect([older?.fee, newer?.fee]).toEqual(['12.50', '13.25'])
    expect(older?.toMs).toBe(newer?.fromMs)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
