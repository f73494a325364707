import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { WORDS } from './words.ts'

const SOURCES = globSync('src/portal/**/*.ts')
  .filter((path) => !path.includes('/words/'))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n')
/** Read by a name that is computed: the menu and products. */
const BY_NAME = new Set(['nav', 'products'])

test('every text is shown somewhere', () => {
  const unused = Object.entries(WORDS.nl).flatMap(([part, texts]) =>
    Object.keys(texts).filter(
      (name) =>
        !BY_NAME.has(part) &&
        ![part, 'words', 'mine'].some((owner) => SOURCES.includes(`${owner}.${name}`)),
    ),
  )
  expect(unused).toEqual([])
})
