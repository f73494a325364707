/** A word has one meaning: no two exported types of src share a name. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '../src')
/** May only shrink: a question of a use case, and the same with what answers it. */
const SHARED = ['RuleQuestion']

test('every exported type has a name of its own', () => {
  const names = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap((path) => {
      const text = readFileSync(join(SRC, path), 'utf8')
      return [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map(([, name]) => name ?? '')
    })
  expect(names.length).toBeGreaterThan(300)
  const twice = names.filter((name, index) => names.indexOf(name) !== index)
  expect([...new Set(twice)].sort()).toEqual(SHARED)
})
