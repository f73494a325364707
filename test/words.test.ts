/** What a user did or a disk does is told in a sentence with what to do; a stack is for our bugs. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyTestOperations } from './doubles/test-operations.ts'
import { createCommandLine } from './command-line.ts'
import type { CommandResult } from './command-line.ts'

const freshFolder = () => mkdtempSync(join(tmpdir(), 'tik-words-'))

const BOMB = Array.from({ length: 10 }, (_, level) => {
  const inside =
    level === 0
      ? '1'
      : Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')
  return `a${level}: &a${level} [${inside}]`
}).join('\n')

/** With a store that is there already: making one takes seconds. */
async function preparedFolder(): Promise<string> {
  const folder = freshFolder()
  await copyTestOperations(join(folder, 'operations'))
  return folder
}

async function inFolder(folder: string, ...words: string[]): Promise<CommandResult> {
  return createCommandLine(folder, { TIK_CATALOGUE: 'fixtures/catalogue' }).here(words)
}

function written(name: string, text: string): string {
  const path = join(freshFolder(), name)
  writeFileSync(path, text)
  return path
}

const SUBSCRIPTION = { account: 'x', product: 'voip', activated: '2020-01-01' }

test.each<[string, () => Promise<CommandResult>, string]>([
  [
    'a file where the data folder should be',
    () => inFolder(written('a', ''), 'totals'),
    'something else lies there',
  ],
  [
    'a file in the path to it',
    () => inFolder(join(written('a', ''), 'b'), 'totals'),
    'is a file, not a folder',
  ],
  ['a link that leads to itself', () => inFolder(circle(), 'totals'), 'lead in a circle'],
  [
    'accounts that unfold without end',
    async () => inFolder(await preparedFolder(), 'accounts', 'import', written('a.yaml', BOMB)),
    'unfolds to more',
  ],
  [
    'an alias without an anchor',
    async () => inFolder(await preparedFolder(), 'accounts', 'import', written('a.yaml', 'a: *b')),
    'no anchor',
  ],
  [
    'a NUL in an id',
    async () => {
      const document = { subscriptions: [{ id: 'a\0b', ...SUBSCRIPTION }] }
      return inFolder(
        freshFolder(),
        'accounts',
        'import',
        written('a.json', JSON.stringify(document)),
      )
    },
    'no control characters',
  ],
  [
    'a folder instead of a file',
    async () => inFolder(await preparedFolder(), 'export', '--out', freshFolder()),
    'a folder',
  ],
  [
    'a damaged operations store',
    () => inFolder(damaged(), 'totals'),
    'operations/ back from a backup',
  ],
])('%s', async (_, run, sentence) => {
  const { status, stderr } = await run()
  expect(stderr).toContain(sentence)
  expect(stderr).not.toMatch(/a bug|\n\s+at /)
  expect(stderr).toMatch(/^tik: \S.*\n {5}\S.*\n$/s)
  expect(status).toBeGreaterThan(0)
})

function circle(): string {
  const path = join(freshFolder(), 'data')
  symlinkSync(path, path)
  return path
}

function damaged(): string {
  const folder = freshFolder()
  mkdirSync(join(folder, 'operations'))
  writeFileSync(join(folder, 'operations', 'PG_VERSION'), '17')
  return folder
}

test('a folder that is removed while a command works in it is told as that', async () => {
  const folder = await preparedFolder()
  const file = written('Master.csv', 'nothing\n'.repeat(100_000))
  const archive = join(folder, 'archive')
  const removal = setInterval(() => {
    if (existsSync(archive) && readdirSync(archive).length > 0) {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 5)
  const { status, stderr } = await inFolder(folder, 'ingest', file, '--format', 'asterisk')
  clearInterval(removal)
  expect(stderr).toContain(`${folder} was removed while it was in use`)
  expect(status).toBe(1)
})

test('what a killed process left half written is gone after the next start', async () => {
  const folder = await preparedFolder()
  for (const name of ['archive', 'mails']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, 'archive', 'staged-1234'), 'half')
  writeFileSync(join(folder, 'mails', '1.eml.part'), 'half')
  writeFileSync(join(folder, 'mails', '1.eml'), 'whole')
  await inFolder(folder, 'totals')
  expect(readdirSync(join(folder, 'archive')).filter((name) => name.startsWith('staged-'))).toEqual(
    [],
  )
  expect(readdirSync(join(folder, 'mails'))).toEqual(['1.eml'])
})
